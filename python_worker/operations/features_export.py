"""features.export: the features of a store, written in a layout that others read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import FeaturesExportParams

if TYPE_CHECKING:
    import numpy as np


def run(params: FeaturesExportParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Splits and sizes of the directory that now lies at `params.out`."""
    from ..feature_export.export_features import export_features

    return Reply(export_features(params, tensors, context))
