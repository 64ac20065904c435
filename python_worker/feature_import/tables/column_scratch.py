"""A matrix on disk that is written some columns at a time and read some rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...base.replace_file import replace_file


class ColumnScratch:
    """float64 (rows, columns) in a folder, one file for every slice of columns; a file is there when it is whole."""

    def __init__(self, folder: Path, shape: tuple[int, int], slice_bytes: int) -> None:
        rows, self._columns = shape
        self._folder = folder
        self._width = max(1, slice_bytes // (8 * rows))
        folder.mkdir(parents=True, exist_ok=True)

    def missing(self) -> Iterator[tuple[int, int]]:
        """First and last-but-one column of every slice that is not written yet."""
        for begin in range(0, self._columns, self._width):
            if not self._file(begin).exists():
                yield begin, min(begin + self._width, self._columns)

    def write(self, begin: int, values_nc: np.ndarray) -> None:
        """Writes the slice that begins with column `begin`: float64 (rows, width)."""
        with replace_file(self._file(begin)) as file:
            values_nc.tofile(file)

    def read(self, start: int, count: int) -> np.ndarray:
        """Rows `start` to `start + count`, float64 (count, columns)."""
        values_nc = np.empty((count, self._columns))
        for begin in range(0, self._columns, self._width):
            width = min(self._width, self._columns - begin)
            flat = np.fromfile(self._file(begin), np.float64, count * width, offset=start * width * 8)
            values_nc[:, begin : begin + width] = flat.reshape(count, width)
        return values_nc

    def _file(self, begin: int) -> Path:
        return self._folder / f"columns-{begin:06d}"
