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

from ...base.content_hash import hash_of
from ...base.errors import WorkerError
from ...base.regular_file import open_regular
from ...base.safetensors_file import reason_of
from .arrow_head import head_column, pandas_index
from .arrow_rows import check_types, read_ids, read_values
from .column_scratch import ColumnScratch
from .parquet_statistics import may_be_whole
from .table_file import HEAD_ROWS, Block, HeadColumn, unreadable
from .text_bytes import bad_text, column_names

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
        self._schema = file.schema_arrow
        self.names = column_names(path, self._schema)
        self._places = list(range(len(self.names)))
        self._rows = file.metadata.num_rows
        self.is_empty = self._rows == 0

    @property
    def columns(self) -> list[str]:
        return [self.names[place] for place in self._places]

    def choose(self, places: list[int]) -> None:
        check_types(self.path, [self._schema.field(place) for place in places])
        self._places = places

    def head(self) -> list[HeadColumn]:
        file = self._open()
        index = pandas_index(self.path, self._schema)
        groups = next((span.groups for span in _spans(file.metadata, HEAD_ROWS)), [])
        suspects = may_be_whole(file.metadata, groups, self._schema)
        found = dict(self._head_columns(file, groups, suspects, index))
        return [found.get(place) or head_column(field, field.name in index, None) for place, field in enumerate(self._schema)]

    def _head_columns(
        self, file: pyarrow.parquet.ParquetFile, groups: list[int], places: list[int], index: set[str]
    ) -> Iterator[tuple[int, HeadColumn]]:
        """Some columns at a time, so that a large row group is never held whole."""
        rows = sum(file.metadata.row_group(group).num_rows for group in groups)
        width = max(1, self._held_bytes // (16 * max(rows, 1)))
        for begin in range(0, len(places) if rows > 0 else 0, width):
            some = places[begin : begin + width]
            for place, column in zip(some, self._try_to_read(file, groups, some), strict=True):
                field = self._schema.field(place)
                yield place, head_column(field, field.name in index, column)

    def _try_to_read(
        self, file: pyarrow.parquet.ParquetFile, groups: list[int], places: list[int]
    ) -> list[pa.ChunkedArray | None]:
        """The first rows of columns; None for one that cannot be read, which is told only where it is used."""
        try:
            return [column.slice(0, HEAD_ROWS) for column in self._read_places(file, groups, places).columns]
        except WorkerError:
            if len(places) == 1:
                return [None]
            return [column for place in places for column in self._try_to_read(file, groups, [place])]

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        self.choose(self._places)
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
        table = self._read_places(file, span.groups, self._places)
        self._check_rows(span, table)
        for offset in range(max(0, cursor - span.start), span.rows, rows):
            part, row = table.slice(offset, rows), span.start + offset
            ids = read_ids(self.path, part.column(0), self.columns[0], row)
            yield self._block(ids, read_values(self.path, part.select(range(1, part.num_columns)), row), row)

    def _read_large_group(
        self, file: pyarrow.parquet.ParquetFile, span: _Span, cursor: int, rows: int
    ) -> Iterator[Block]:
        """A single row group whose columns are first laid out on disk; the scratch goes when its rows are read."""
        chosen = [] if self._places == list(range(len(self.names))) else [self._places]
        folder = self._scratch / hash_of([str(self.path), span.start, *chosen])
        ids_column = self._read_places(file, span.groups, self._places[:1]).column(0)
        scratch = ColumnScratch(folder, (span.rows, len(self.columns) - 1), self._held_bytes // 2)
        for begin, end in scratch.missing():
            table = self._read_places(file, span.groups, self._places[1 + begin : 1 + end])
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
        except UnicodeDecodeError:
            raise bad_text(self.path, "the name of a column") from None
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _read_places(self, file: pyarrow.parquet.ParquetFile, groups: list[int], places: list[int]) -> pa.Table:
        """The columns at these places; others are read along only where two have one name."""
        names = [self.names[place] for place in places]
        if len(set(self.names)) < len(self.names):
            return self._read(file, groups, None).select(places)
        return self._read(file, groups, names).select(names)

    def _read(
        self, file: pyarrow.parquet.ParquetFile, groups: list[int], columns: list[str] | None
    ) -> pa.Table:
        try:
            return file.read_row_groups(groups, columns=columns, use_threads=False)
        except pa.ArrowInvalid as error:
            if "Invalid UTF8" in str(error):  # only dictionaries are looked through by arrow itself, and whole
                raise self._bad_dictionary(file, groups, columns or self.names) from error
            raise self._broken(error) from error
        except OSError as error:
            raise self._broken(error) from error

    def _bad_dictionary(self, file: pyarrow.parquet.ParquetFile, groups: list[int], columns: list[str]) -> Exception:
        for group in groups:
            for name in columns:
                try:
                    file.read_row_group(group, columns=[name], use_threads=False)
                except (pa.ArrowInvalid, OSError):
                    before = sum(file.metadata.row_group(other).num_rows for other in range(group))
                    rows = f"{before + 1} to {before + file.metadata.row_group(group).num_rows}"
                    return bad_text(self.path, f"one of rows {rows}, column '{name}'")
        return bad_text(self.path, "text of a dictionary")

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
