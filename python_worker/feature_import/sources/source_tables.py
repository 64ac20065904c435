"""Both tables of a features dataset, opened and checked before anything is converted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...base.errors import WorkerError
from ...context.context import Context
from ...protocol.messages import FeatureColumns, FeatureSource
from ..columns.asked_columns import columns_of
from ..columns.choose_columns import choose_columns
from ..tables.open_table_file import open_table_file
from ..tables.table_file import TableFile, unreadable
from .source_files import SourceFile, find_source_files


@dataclass(frozen=True)
class OpenedFile:
    """A file with its reader; `state` tells whether it is still the same one."""

    name: str
    split: str
    opened: TableFile
    state: list[Any]


@dataclass(frozen=True)
class SourceTable:
    """Prompts (id, d columns) or pairs (id, d chosen, d rejected): its files in order, d, and columns left aside."""

    name: str
    files: list[OpenedFile]
    dimension: int
    left: dict[str, str]

    @property
    def bytes(self) -> int:
        """Bytes of all its files."""
        return sum(file.state[1] for file in self.files)


@dataclass(frozen=True)
class Reading:
    """How files are read: the encoding of CSV (None: UTF-8), and a folder for what does not fit into memory."""

    encoding: str | None
    scratch: Path


@dataclass(frozen=True)
class OpenedSource:
    """Every file of a table; `is_export` where columns are known because balpm wrote them."""

    source: FeatureSource
    table: str
    files: list[OpenedFile]
    is_export: bool


def open_source(source: FeatureSource, table: str, reading: Reading, context: Context) -> OpenedSource:
    """Opens every file of a table. Raises INVALID_DATA for one that cannot be read."""
    found = find_source_files(source.source, source.revision, context)
    return OpenedSource(source, table, [_open(file, reading) for file in found.files], found.is_export)


def choose_table(opened: OpenedSource, columns: FeatureColumns) -> SourceTable:
    """Chooses the columns of a table.

    Raises INVALID_DATA for files of other columns than the first one, of another number of them than the dimension
    asked for, for a column that may be an index, and for a split without rows.
    """
    files, asked = opened.files, opened.source.dimension
    left = choose_columns([file.opened for file in files], columns_of(columns, opened.table), opened.table, opened.is_export)
    sides = 2 if opened.table == "pairs" else 1
    dimension = asked or _dimension_of(files[0], sides)
    for file in files:
        _check_columns(file, files[0], sides, dimension, asked is not None)
    _check_rows(files)
    return SourceTable(opened.table, files, dimension, left)


def _open(file: SourceFile, reading: Reading) -> OpenedFile:
    opened = open_table_file(file.path, reading.scratch, reading.encoding)
    stat = file.path.stat()
    return OpenedFile(file.name, file.split, opened, [file.name, stat.st_size, stat.st_mtime_ns])


def _dimension_of(file: OpenedFile, sides: int) -> int:
    values = len(file.opened.columns) - 1
    if values < sides or values % sides:
        needed = "an id and as many columns for the chosen as for the rejected answer are" if sides == 2 else "an id and features are"
        raise _wrong_columns(file, needed)
    return values // sides


def _check_columns(file: OpenedFile, first: OpenedFile, sides: int, dimension: int, is_asked_for: bool) -> None:
    if len(file.opened.columns) == 1 + sides * dimension:
        return
    what = f"1 + {dimension}" if sides == 1 else f"1 + 2 × {dimension}"
    why = "for the dimension asked for" if is_asked_for else f"as in '{first.name}'"
    raise _wrong_columns(file, f"{what} {why} are")


def _check_rows(files: list[OpenedFile]) -> None:
    for split in dict.fromkeys(file.split for file in files):
        of_split = [file for file in files if file.split == split]
        if all(file.opened.is_empty for file in of_split):
            raise unreadable(of_split[0].opened.path, f"split '{split}' has no rows", "at least one is")


def _wrong_columns(file: OpenedFile, needed: str) -> WorkerError:
    return unreadable(file.opened.path, f"it has {len(file.opened.columns)} columns", needed)
