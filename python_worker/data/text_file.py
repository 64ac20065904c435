"""Texts of a JSON Lines file by row, read where they lie: memory does not grow with them."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import numpy as np

from ..base.decode_json import decode_with
from ..base.regular_file import open_descriptor
from .dataset_files import PromptLine, ResponseLine, read_placed_lines


class _Text(msgspec.Struct):
    text: str


class TextFile:
    """Where each line of a checked file begins: `offsets` is int64 (rows + 1,)."""

    def __init__(self, path: Path, offsets: np.ndarray) -> None:
        self.path = path
        self.offsets = offsets
        self._decoder = msgspec.json.Decoder(_Text)

    @property
    def rows(self) -> int:
        """Number of texts."""
        return len(self.offsets) - 1

    @property
    def sizes(self) -> np.ndarray:
        """Bytes of each line, int64 (rows,)."""
        return np.diff(self.offsets)

    def read(self, rows: Iterable[int]) -> list[str]:
        """The texts of these rows. Raises OSError, and msgspec.DecodeError for a file that changed since."""
        descriptor = open_descriptor(self.path)
        try:
            return [self._read(descriptor, row) for row in rows]
        finally:
            os.close(descriptor)

    def _read(self, descriptor: int, row: int) -> str:
        begin, end = int(self.offsets[row]), int(self.offsets[row + 1])
        return decode_with(self._decoder, os.pread(descriptor, end - begin, begin)).text


def index_texts(
    path: Path,
    line_type: type[PromptLine] | type[ResponseLine],
    see: Callable[[str, PromptLine | ResponseLine], None] = lambda where, line: None,
) -> TextFile:
    """Reads a file once, checking every line; `see` gets each with its place in words. Raises INVALID_DATA."""
    begins = array("q")
    for where, begin, line in read_placed_lines(path, line_type):
        begins.append(begin)
        see(where, line)
    return TextFile(path, np.append(np.frombuffer(begins, np.int64), path.stat().st_size))
