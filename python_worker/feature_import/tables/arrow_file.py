"""Arrow IPC files and streams, as `datasets.save_to_disk` writes them."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ...base.regular_file import open_regular
from ...base.safetensors_file import reason_of
from .arrow_head import head_column, pandas_index
from .arrow_rows import check_types, read_ids, read_values
from .table_file import HEAD_ROWS, Block, HeadColumn, unreadable
from .text_bytes import column_names

_FILE_MARK = b"ARROW1"
_STREAM_END = b"\xff\xff\xff\xff\x00\x00\x00\x00"


class ArrowFile:
    """An IPC file or stream; its cursor is a row. Pages of the map are given back after every block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with open_regular(path) as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: nothing can be mapped of an empty file
            reason = reason_of(error) if isinstance(error, OSError) else "it is empty"
            raise unreadable(path, reason, "an arrow file is") from error
        if not self._is_whole():
            raise unreadable(path, "it is cut off (its end mark is missing)", "the whole arrow file is")
        self._schema, batches = self._open()
        self.names = column_names(path, self._schema)
        self._places = list(range(len(self.names)))
        self._rows = sum(batch.num_rows for batch in batches)
        self.is_empty = self._rows == 0

    @property
    def columns(self) -> list[str]:
        return [self.names[place] for place in self._places]

    def choose(self, places: list[int]) -> None:
        check_types(self.path, [self._schema.field(place) for place in places])
        self._places = places

    def head(self) -> list[HeadColumn]:
        index = pandas_index(self.path, self._schema)
        table = self._first_rows()
        return [
            head_column(field, field.name in index, None if table is None else table.column(place))
            for place, field in enumerate(self._schema)
        ]

    def _first_rows(self) -> pa.Table | None:
        batches: list[pa.RecordBatch] = []
        rows = 0
        for batch in self._open()[1]:
            if rows >= HEAD_ROWS:
                break
            batches.append(batch.slice(0, HEAD_ROWS - rows))
            rows += batches[-1].num_rows
        return pa.Table.from_batches(batches) if rows > 0 else None

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        self.choose(self._places)
        start = 0
        for batch in self._open()[1]:
            for offset in range(max(0, cursor - start), batch.num_rows, rows):
                yield self._block(batch.slice(offset, rows), start + offset)
                self._map.madvise(mmap.MADV_DONTNEED)
            start += batch.num_rows

    def _block(self, batch: pa.RecordBatch, row: int) -> Block:
        table = pa.table(batch.select(self._places))
        ids = read_ids(self.path, table.column(0), self.columns[0], row)
        values_nc = read_values(self.path, table.select(range(1, table.num_columns)), row)
        return Block(ids, values_nc, row, row + len(ids), (row + len(ids)) / self._rows)

    def _is_whole(self) -> bool:
        if self._map[: len(_FILE_MARK)] == _FILE_MARK:
            return self._map[-len(_FILE_MARK) :] == _FILE_MARK
        return self._map[-len(_STREAM_END) :] == _STREAM_END

    def _open(self) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        source = pa.py_buffer(self._map)
        try:
            if self._map[: len(_FILE_MARK)] == _FILE_MARK:
                reader = pa.ipc.open_file(source)
                return reader.schema, (self._read(reader, index) for index in range(reader.num_record_batches))
            stream = pa.ipc.open_stream(source)
            return stream.schema, self._guarded(stream)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _read(self, reader: pa.ipc.RecordBatchFileReader, index: int) -> pa.RecordBatch:
        try:
            return reader.get_batch(index)
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _guarded(self, stream: pa.ipc.RecordBatchStreamReader) -> Iterator[pa.RecordBatch]:
        try:
            yield from stream
        except (pa.ArrowInvalid, OSError) as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> Exception:
        return unreadable(self.path, str(error).splitlines()[0], "a whole arrow file is")
