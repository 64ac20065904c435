"""What a file of feature columns looks like, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from ...base.errors import WorkerError, invalid_data

HEAD_ROWS = 1000


@dataclass(frozen=True)
class Block:
    """Consecutive rows of a file: ids as text, the features as float64 (rows, features).

    `first_row` counts the rows before it; `cursor` is where the next block begins, in the format's own unit;
    `fraction` is the share of the file that is read with this block.
    """

    ids: list[str]
    values_nc: np.ndarray
    first_row: int
    cursor: int
    fraction: float


@dataclass(frozen=True)
class HeadColumn:
    """A column of a file by what its first rows hold.

    `kind` is that of every one of these rows; "unknown" where there are none. `type` is the file's own word for it.
    `whole_n` holds them where all are whole numbers, whatever their type. `is_index`: pandas says so.
    """

    name: str
    kind: Literal["text", "whole", "number", "other", "unknown"]
    type: str
    is_index: bool = False
    whole_n: np.ndarray | None = None

    @property
    def is_spelled_whole(self) -> bool:
        """Whether it is whole by its type or its spelling; a float such as 3.0 is whole by its value alone."""
        return self.kind == "whole"


class TableFile(Protocol):
    """A file of an id, of features, and perhaps of columns that are neither.

    `names` are all of its columns. `columns` are those that are read, the id first: all of them until `choose` is called.
    """

    path: Path
    names: list[str]
    columns: list[str]
    is_empty: bool

    def head(self) -> list[HeadColumn]:
        """Every column, by at most `HEAD_ROWS` rows. Raises INVALID_DATA for a file that cannot be read."""

    def choose(self, places: list[int]) -> None:
        """Reads these columns from now on, the id first. Raises INVALID_DATA for a type that cannot be used."""

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        """Blocks of about `rows` rows from `cursor` on (0: the first row). Raises INVALID_DATA naming row and column."""


def unreadable(path: Path, found: str, needed: str) -> WorkerError:
    """The error of a source file; `needed` ends with its verb."""
    return invalid_data(f"Cannot import features '{path}': {found}; {needed} needed", file=str(path))


def refused(path: Path, found: str, advice: str) -> WorkerError:
    """The error of a source file with what to do about it."""
    return invalid_data(f"Cannot import features '{path}': {found}; {advice}", file=str(path))


def bad_cell(path: Path, row: int, column: str, found: str) -> WorkerError:
    """The error of one value; `row` counts from 0 and is told from 1."""
    return unreadable(path, f"row {row + 1}, column '{column}' {found}", "a finite number is")


def bad_id(path: Path, row: int, column: str, found: str) -> WorkerError:
    """The error of one id; `row` counts from 0 and is told from 1."""
    return unreadable(path, f"row {row + 1}, column '{column}' {found}", "an id (text or a whole number) is")
