"""features.import: published tables of feature columns become parts on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesImportParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesImportParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Splits, parts, dimensions and the rounding error measured over every value."""
    from ..feature_import.import_tables import import_tables

    return Reply(import_tables(params, context))
