"""Rows of a store's matrix, read where they lie: memory does not grow with the store."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..base.regular_file import open_descriptor
from ..base.safetensors_file import foreign_features, read_layout, read_places

# numpy has no bfloat16; its bits travel as uint16.
_BITS = {"float32": np.dtype("<f4"), "float16": np.dtype("<f2"), "bfloat16": np.dtype("<u2")}


class FeatureRows:
    """The matrix `name` (N × D) of a checked safetensors file; `dtype` is that of the values given."""

    def __init__(self, path: Path, name: str, dtype: str) -> None:
        self.path = path
        self.name = name
        self.count, self.dimension = read_layout(path)[name].shape
        self.dtype = np.dtype(np.float16 if dtype == "float16" else np.float32)
        self._bits = _BITS[dtype]
        self._begin = read_places(path)[name]

    def read(self, rows_n: np.ndarray) -> np.ndarray:
        """Those rows, n × D; bfloat16 is widened, which is exact. Raises INVALID_DATA for a value that is not finite."""
        unique_u, places_n = np.unique(rows_n, return_inverse=True)
        bits_ud = np.empty((len(unique_u), self.dimension), self._bits)
        descriptor = open_descriptor(self.path)
        try:
            for begin, end in _runs(unique_u):
                self._read_run(descriptor, int(unique_u[begin]), bits_ud[begin:end])
        finally:
            os.close(descriptor)
        values_ud = _widen(bits_ud)
        self._check_finite(unique_u, values_ud)
        return values_ud[places_n.reshape(-1)]

    def read_block(self, begin: int, end: int) -> np.ndarray:
        """The rows from `begin` to `end`."""
        return self.read(np.arange(begin, end))

    def _read_run(self, descriptor: int, row: int, bits_rd: np.ndarray) -> None:
        place = self._begin + row * self.dimension * self._bits.itemsize
        left = memoryview(bits_rd).cast("B")
        while len(left) > 0:
            count = os.preadv(descriptor, [left], place)
            if count == 0:
                raise foreign_features(self.path, "it ended while it was read", "the whole file is")
            left, place = left[count:], place + count

    def _check_finite(self, rows_u: np.ndarray, values_ud: np.ndarray) -> None:
        finite_u = np.isfinite(values_ud).all(axis=1)
        if not finite_u.all():
            row = int(rows_u[int(finite_u.argmin())])
            raise foreign_features(
                self.path, f"row {row} of tensor '{self.name}' holds a value that is not finite", "a number is"
            )


def _runs(rows_u: np.ndarray) -> list[tuple[int, int]]:
    """Where consecutive rows begin and end."""
    borders = [0, *(np.flatnonzero(np.diff(rows_u) != 1) + 1).tolist(), len(rows_u)]
    return [(begin, end) for begin, end in zip(borders[:-1], borders[1:], strict=True) if begin < end]


def _widen(bits_ud: np.ndarray) -> np.ndarray:
    if bits_ud.dtype != np.uint16:
        return bits_ud
    return (bits_ud.astype(np.uint32) << 16).view(np.float32)
