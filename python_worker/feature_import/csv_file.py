"""CSV with a header line, read some thousand lines at a time and never whole."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from ..errors import WorkerError
from ..regular_file import open_regular
from ..safetensors_file import reason_of
from .arrow_rows import to_matrix
from .table_file import Block, bad_cell, bad_id, unreadable

_LONGEST_LINE = 256 << 20
_BAD_VALUE = re.compile(r"In CSV column #(\d+): Row #(\d+): CSV conversion error to double: invalid value '(.*)'")
_BAD_WIDTH = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_MARK = b"\xef\xbb\xbf"


class CsvFile:
    """A CSV file; its cursor is a byte offset. Lines are split here, so that reading can go on at any of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with open_regular(path) as file:
                header = file.readline(_LONGEST_LINE)
                self._body = file.tell()
                self.is_empty = not any(line.strip() for line in iter(lambda: file.readline(_LONGEST_LINE), b""))
            self._size = path.stat().st_size
        except OSError as error:
            raise unreadable(path, reason_of(error), "a readable file is") from error
        self.columns = _header(path, header.removeprefix(_MARK))

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        with open_regular(self.path) as file:
            file.seek(max(cursor, self._body))
            while lines := self._next_lines(file, rows):
                ids, values_nc = self._parse(lines, first_row)
                yield Block(ids, values_nc, first_row, file.tell(), file.tell() / self._size)
                first_row += len(ids)

    def _next_lines(self, file: io.BufferedReader, rows: int) -> list[bytes]:
        lines: list[bytes] = []
        while len(lines) < rows and (line := file.readline(_LONGEST_LINE)):
            if len(line) == _LONGEST_LINE:
                raise unreadable(self.path, "a line is longer than 256 MiB", "CSV with one row a line is")
            if line.strip():
                lines.append(line)
        return lines

    def _parse(self, lines: list[bytes], first_row: int) -> tuple[list[str], np.ndarray]:
        names = [str(index) for index in range(len(self.columns))]
        types = {name: pa.string() if name == "0" else pa.float64() for name in names}
        try:
            table = pyarrow.csv.read_csv(
                io.BytesIO(b"".join(lines)),
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, block_size=sum(map(len, lines)) + 1, column_names=names
                ),
                convert_options=pyarrow.csv.ConvertOptions(column_types=types, null_values=[], strings_can_be_null=False),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise self._explain(str(error), first_row) from error
        if table.num_rows != len(lines):
            found = f"one of rows {first_row + 1} to {first_row + len(lines)} holds a line end in quotes"
            raise unreadable(self.path, found, "CSV with one row a line is")
        return self._ids(table.column(0), first_row), to_matrix(table.drop_columns("0"))

    def _ids(self, column: pa.ChunkedArray, first_row: int) -> list[str]:
        ids = column.to_pylist()
        for index, text in enumerate(ids):
            if not text.strip():
                raise bad_id(self.path, first_row + index, self.columns[0], "is empty")
        return ids

    def _explain(self, message: str, first_row: int) -> WorkerError:
        if value := _BAD_VALUE.search(message):
            column, row, text = self.columns[int(value[1])], first_row + int(value[2]) - 1, value[3]
            return bad_cell(self.path, row, column, f"is '{text[:40]}'" if text else "is empty")
        if width := _BAD_WIDTH.search(message):
            found = f"row {first_row + int(width[1])} has {width[3]} columns (the file may be cut off)"
            return unreadable(self.path, found, f"the header's {width[2]} are")
        return unreadable(self.path, f"near row {first_row + 1}: {message.splitlines()[0]}", "CSV is")


def _header(path: Path, line: bytes) -> list[str]:
    try:
        names = next(csv.reader([line.decode()]), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, f"its first line is no header ({error})", "CSV in UTF-8 is") from error
    if not names:
        raise unreadable(path, "it is empty", "a header line and rows are")
    return names

