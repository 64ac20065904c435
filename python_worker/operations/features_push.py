"""features.push: files of a directory, uploaded to a dataset repository of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesPushParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesPushParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Where the files now are."""
    from ..feature_export.push_files import push_files

    return Reply(push_files(params, context))
