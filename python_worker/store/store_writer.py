"""Writes the files of a feature store."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from ..base.publish_directory import sync
from ..base.safetensors_file import hash_file
from .manifest import DatasetOfStore, FeaturesOfStore, StoreManifest, store_id

_FILE = "features.safetensors"
_CODES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16", "int32": "I32"}
_ITEM_SIZE = {"float32": 4, "float16": 2, "bfloat16": 2, "int32": 4}
# numpy has no bfloat16; its bits travel as int16.
_BITS = {"float32": np.dtype("<f4"), "float16": np.dtype("<f2"), "bfloat16": np.dtype("<i2"), "int32": np.dtype("<i4")}


class FeatureFile:
    """A safetensors file whose feature rows are written in any order, straight to disk.

    `prompts` and `responses` have D columns in `dtype` (`dimension`: one D, or one each); `splits` are int32 (n, 3). Wide types lie first, as in
    src/features/store/safetensors.ts, so both languages write the same bytes.
    """

    def __init__(
        self,
        folder: Path,
        dtype: str,
        rows: Mapping[str, int],
        dimension: int | Mapping[str, int],
        splits: Mapping[str, np.ndarray],
    ) -> None:
        self.path = folder / _FILE
        self.dtype = dtype
        width = dimension if isinstance(dimension, Mapping) else dict.fromkeys(rows, dimension)
        self.shapes = {name: (count, width[name]) for name, count in rows.items()}
        arrays = {name: (dtype, shape) for name, shape in self.shapes.items()}
        arrays |= {name: ("int32", split.shape) for name, split in splits.items()}
        header, offsets, size = _lay_out(arrays)
        with self.path.open("xb") as file:
            file.write(header)
            file.flush()
            _reserve(file.fileno(), size)
        self._places = {name: (offsets[name], *arrays[name]) for name in arrays}
        self._views = {name: self._map(*place) for name, place in self._places.items()}
        for name, split in splits.items():
            self._views[name][:] = split

    def write_rows(self, name: str, rows: np.ndarray, features_bd: torch.Tensor) -> None:
        """Sets rows of `name` from a CPU tensor of the file's type."""
        bits = features_bd.view(torch.int16) if self.dtype == "bfloat16" else features_bd
        self._views[name][rows] = bits.numpy()

    def release(self) -> None:
        """Unmaps what was written, so that it no longer counts as this process's memory."""
        self._views.clear()
        self._views = {name: self._map(*place) for name, place in self._places.items()}

    def finish(self) -> tuple[str, int]:
        """Makes the file durable; its SHA-256 and its size in bytes."""
        for view in self._views.values():
            if isinstance(view, np.memmap):
                view.flush()
        self._views.clear()
        sync(self.path)
        return hash_file(self.path), self.path.stat().st_size

    def _map(self, offset: int, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        if math.prod(shape) == 0:
            return np.empty(shape, _BITS[dtype])
        return np.memmap(self.path, dtype=_BITS[dtype], mode="r+", offset=offset, shape=shape)


def write_manifest(
    folder: Path,
    file: FeatureFile,
    dataset: DatasetOfStore,
    source: dict[str, Any],
    stats: dict[str, Any],
    model_files: Mapping[str, str] | None = None,
) -> str:
    """Finishes the features and writes manifest.json beside them; gives back the store's id.

    model_files: SHA-256 by name of the files of the model that made the features.
    """
    sha256, size = file.finish()
    manifest = StoreManifest(
        schema_version=1,
        kind="balpm-features",
        id=store_id(dataset.hash, sha256, source),
        dataset=dataset,
        features=FeaturesOfStore(file=_FILE, sha256=sha256, bytes=size, dtype=file.dtype, **file.shapes),
        source=source,
        stats=stats,
        model_files=msgspec.UNSET if model_files is None else dict(model_files),
    )
    with (folder / "manifest.json").open("xb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync(folder)
    return manifest.id


def _lay_out(arrays: Mapping[str, tuple[str, tuple[int, ...]]]) -> tuple[bytes, dict[str, int], int]:
    entries: dict[str, Any] = {}
    end = 0
    for name in sorted(arrays, key=lambda name: (-_ITEM_SIZE[arrays[name][0]], name)):
        dtype, shape = arrays[name]
        start, end = end, end + math.prod(shape) * _ITEM_SIZE[dtype]
        entries[name] = {"dtype": _CODES[dtype], "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(entries, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    header = len(text).to_bytes(8, "little") + text
    offsets = {name: len(header) + entry["data_offsets"][0] for name, entry in entries.items()}
    return header, offsets, len(header) + end


def _reserve(descriptor: int, size: int) -> None:
    """Takes every block now: writing to a map of a hole ends the process where the disk is full."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
    else:  # macOS
        os.ftruncate(descriptor, size)
