"""What a file of feature columns looks like, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from ..errors import WorkerError, invalid_data


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a file: ids as text, the other columns as float64 (rows, columns − 1).

    `first_row` counts the rows before it; `cursor` is where the next block begins, in the format's own unit;
    `fraction` is the share of the file that is read with this block.
    """

    ids: list[str]
    values_nc: np.ndarray
    first_row: int
    cursor: int
    fraction: float


class TableFile(Protocol):
    """A file whose first column is the id and whose other columns are numbers."""

    path: Path
    columns: list[str]
    is_empty: bool

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        """Blocks of about `rows` rows from `cursor` on (0: the first row). Raises INVALID_DATA naming row and column."""


def unreadable(path: Path, found: str, needed: str) -> WorkerError:
    """The error of a source file; `needed` ends with its verb."""
    return invalid_data(f"Cannot import features '{path}': {found}, {needed} needed", file=str(path))


def bad_cell(path: Path, row: int, column: str, found: str) -> WorkerError:
    """The error of one value; `row` counts from 0 and is told from 1."""
    return unreadable(path, f"row {row + 1}, column '{column}' {found}", "a finite number is")


def bad_id(path: Path, row: int, column: str, found: str) -> WorkerError:
    """The error of one id; `row` counts from 0 and is told from 1."""
    return unreadable(path, f"row {row + 1}, column '{column}' {found}", "an id (text or a whole number) is")
