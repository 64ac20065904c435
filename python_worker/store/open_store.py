"""Opening a feature store: every check before the first use."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open

from ..base.errors import invalid_data
from ..base.safetensors_file import foreign_features
from ..context.context import Context
from ..protocol.messages import StoreRef
from .check_store_file import check_store_file
from .feature_store import FeatureStore
from .manifest import read_manifest

_UPCAST_BYTES = 1 << 30
_ROWS_PER_CHECK = 4096


def open_store(reference: StoreRef, context: Context) -> FeatureStore:
    """The store, from the worker's cache or from disk after checking hash, shapes and every value.

    Raises INVALID_DATA naming the file, and the tensor and row of the first value that is not finite.
    """
    stores = context.state.stores
    if reference.id not in stores:
        stores[reference.id] = _load_store(reference, context)
    return stores[reference.id]


def _load_store(reference: StoreRef, context: Context) -> FeatureStore:
    directory, device = Path(reference.path), context.state.device
    manifest = read_manifest(directory)
    if manifest.id != reference.id:
        raise invalid_data(
            f"Cannot open feature store '{directory}': its id is {manifest.id}, {reference.id} is needed",
            file=str(directory),
        )
    file = directory / manifest.features.file
    check_store_file(file, manifest.features)
    prompts, responses = (_load_finite(file, name, context) for name in ("prompts", "responses"))
    return FeatureStore(manifest.id, str(directory), prompts, responses.to(device))


def _load_finite(file: Path, name: str, context: Context) -> torch.Tensor:
    with safe_open(str(file), framework="pt", device="cpu") as tensors:
        matrix = tensors.get_tensor(name)
    if matrix.numel() * 4 <= _UPCAST_BYTES:
        matrix = matrix.to(torch.float32, copy=True)
    for start in range(0, len(matrix), _ROWS_PER_CHECK):
        context.check()
        finite = torch.isfinite(matrix[start : start + _ROWS_PER_CHECK]).all(dim=1)
        if not finite.all():
            row = start + int(finite.logical_not().nonzero()[0])
            found = f"row {row} of tensor '{name}' holds a value that is not finite"
            raise foreign_features(file, found, "a number is")
    return matrix
