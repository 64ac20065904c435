"""Parquet: row groups that fit are read whole, larger ones some columns at a time through a scratch file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from ..features.content_hash import hash_of
from ..regular_file import open_regular
from ..safetensors_file import reason_of
from .arrow_rows import check_types, read_ids, read_values
from .column_scratch import ColumnScratch
from .table_file import Block, unreadable

_HELD_BYTES = 128 << 20
# Arrow holds about ten bytes for each byte of a footer.
_FOOTER_BYTES = 150 << 20
_MOST_GROUPS = 64


@dataclass(frozen=True)
class _Span:
    """Row groups that are read together, and the rows they hold."""

    groups: list[int]
    start: int
    rows: int


class ParquetFile:
    """A Parquet file; its cursor is a row. `scratch` is a folder for row groups of more than `held_bytes` of values."""

    def __init__(self, path: Path, scratch: Path, held_bytes: int = _HELD_BYTES) -> None:
        self.path = path
        self._scratch = scratch
        self._held_bytes = held_bytes
        file = self._open()
        check_types(path, file.schema_arrow)
        self.columns = file.schema_arrow.names
        self._rows = file.metadata.num_rows
        self.is_empty = self._rows == 0

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        file = self._open()  # a footer of many columns and row groups is large, so that no file stays open
        for span in _spans(file.metadata, rows):
            if span.start + span.rows <= cursor:
                continue
            if self._bytes(span.rows) <= self._held_bytes:
                yield from self._read_span(file, span, cursor, rows)
            else:
                yield from self._read_large_group(file, span, cursor, rows)

    def _bytes(self, rows: int) -> int:
        return rows * len(self.columns) * 8

    def _read_span(self, file: pyarrow.parquet.ParquetFile, span: _Span, cursor: int, rows: int) -> Iterator[Block]:
        table = self._read(file, span.groups)
        self._check_rows(span, table)
        for offset in range(max(0, cursor - span.start), span.rows, rows):
            part, row = table.slice(offset, rows), span.start + offset
            ids = read_ids(self.path, part.column(0), self.columns[0], row)
            yield self._block(ids, read_values(self.path, part.select(range(1, part.num_columns)), row), row)

    def _read_large_group(
        self, file: pyarrow.parquet.ParquetFile, span: _Span, cursor: int, rows: int
    ) -> Iterator[Block]:
        """A single row group whose columns are first laid out on disk; the scratch goes when its rows are read."""
        folder = self._scratch / hash_of([str(self.path), span.start])
        ids_column = self._read(file, span.groups, [self.columns[0]]).column(0)
        scratch = ColumnScratch(folder, (span.rows, len(self.columns) - 1), self._held_bytes // 2)
        for begin, end in scratch.missing():
            names = self.columns[1 + begin : 1 + end]
            table = self._read(file, span.groups, names).select(names)
            self._check_rows(span, table)
            scratch.write(begin, read_values(self.path, table, span.start))
        for offset in range(max(0, cursor - span.start), span.rows, rows):
            row = span.start + offset
            ids = read_ids(self.path, ids_column.slice(offset, rows), self.columns[0], row)
            yield self._block(ids, scratch.read(offset, len(ids)), row)
        shutil.rmtree(folder, ignore_errors=True)

    def _block(self, ids: list[str], values_nc: np.ndarray, row: int) -> Block:
        return Block(ids, values_nc, row, row + len(ids), (row + len(ids)) / self._rows)

    def _open(self) -> pyarrow.parquet.ParquetFile:
        try:
            _check_footer(self.path)
            return pyarrow.parquet.ParquetFile(self.path, pre_buffer=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _read(
        self, file: pyarrow.parquet.ParquetFile, groups: list[int], columns: list[str] | None = None
    ) -> pa.Table:
        try:
            return file.read_row_groups(groups, columns=columns, use_threads=False)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _check_rows(self, span: _Span, table: pa.Table) -> None:
        if table.num_rows != span.rows:
            raise unreadable(self.path, f"it has {table.num_rows} rows where {span.rows} are announced", "all rows are")

    def _broken(self, error: Exception) -> Exception:
        reason = reason_of(error) if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
        return unreadable(self.path, reason, "a whole Parquet file is")


def _spans(metadata: pyarrow.parquet.FileMetaData, rows: int) -> Iterator[_Span]:
    """Whole row groups, several together where they are small."""
    groups: list[int] = []
    start = count = 0
    for group in range(metadata.num_row_groups):
        size = metadata.row_group(group).num_rows
        if groups and (count + size > rows or len(groups) == _MOST_GROUPS):
            yield _Span(groups, start, count)
            groups, start, count = [], start + count, 0
        groups.append(group)
        count += size
    if count:
        yield _Span(groups, start, count)


def _check_footer(path: Path) -> None:
    """Raises INVALID_DATA for a footer that would not fit into memory: every column of every row group is in it."""
    with open_regular(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        tail = file.read(8)
    footer = int.from_bytes(tail[:4], "little")
    if tail[4:] == b"PAR1" and _FOOTER_BYTES < footer < size:
        found = f"its footer has {footer >> 20} MiB (very many small row groups)"
        raise unreadable(path, found, f"at most {_FOOTER_BYTES >> 20} MiB (row groups of 1,000 rows and more) are")
