"""features.extract: the texts of a dataset, embedded part by part into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesExtractParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesExtractParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """The plan's hash, and how many parts were there, kept and made."""
    from ..extraction.extract import extract_parts

    return Reply(extract_parts(params, context))
