"""CSV with a header line, read some thousand lines at a time and never whole."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from ...base.errors import WorkerError
from ...base.regular_file import open_regular
from ...base.safetensors_file import reason_of
from .arrow_rows import to_matrix
from .csv_text import bad_csv_text, csv_header
from .decode_csv import check_marks, decode_csv
from .table_file import HEAD_ROWS, Block, HeadColumn, bad_cell, bad_id, unreadable
from .whole_numbers import kind_of_texts

_LONGEST_LINE = 256 << 20
_HEAD_BYTES = 4 << 20
_BAD_VALUE = re.compile(r"In CSV column #(\d+): Row #(\d+): CSV conversion error to double: invalid value '(.*)'")
_BAD_WIDTH = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_MARK = b"\xef\xbb\xbf"


class CsvFile:
    """A CSV file; its cursor is a byte offset. Lines are split here, so that reading can go on at any of them.

    Other encodings than UTF-8 (`encoding`) are first written as UTF-8 into `decoded`.
    """

    def __init__(self, path: Path, decoded: Path | None = None, encoding: str | None = None) -> None:
        self.path = path
        try:
            check_marks(path, encoding)
            self._text = path if encoding is None or decoded is None else decode_csv(path, encoding, decoded)
            with open_regular(self._text) as file:
                header = file.readline(_LONGEST_LINE)
                self._body = file.tell()
                self.is_empty = not any(line.strip() for line in iter(lambda: file.readline(_LONGEST_LINE), b""))
            self._size = self._text.stat().st_size
        except OSError as error:
            raise unreadable(path, reason_of(error), "a readable file is") from error
        self.names = csv_header(path, header.removeprefix(_MARK))
        self._places = list(range(len(self.names)))

    @property
    def columns(self) -> list[str]:
        return [self.names[place] for place in self._places]

    def choose(self, places: list[int]) -> None:
        self._places = places

    def head(self) -> list[HeadColumn]:
        with open_regular(self._text) as file:
            file.seek(self._body)
            lines = list(islice(_until(file, _HEAD_BYTES), HEAD_ROWS))
        # What is cut off or no UTF-8 is told by row where it is read.
        rows = [row for row in _split(lines) if len(row) == len(self.names)]
        cells = list(zip(*rows, strict=True)) or [()] * len(self.names)
        return [
            HeadColumn(name, kind, "text", whole_n=whole_n)
            for name, (kind, whole_n) in zip(self.names, map(kind_of_texts, cells), strict=True)
        ]

    def blocks(self, cursor: int, first_row: int, rows: int) -> Iterator[Block]:
        with open_regular(self._text) as file:
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
        names = [str(place) for place in range(len(self.names))]
        chosen = [names[place] for place in self._places]
        types = {name: pa.string() if name == chosen[0] else pa.float64() for name in chosen}
        try:
            table = pyarrow.csv.read_csv(
                io.BytesIO(b"".join(lines)),
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, block_size=sum(map(len, lines)) + 1, column_names=names
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=types, include_columns=chosen, null_values=[], strings_can_be_null=False
                ),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise bad_csv_text(self.path, lines, first_row, self.names) or self._explain(str(error), first_row) from error
        if table.num_rows != len(lines):
            found = f"one of rows {first_row + 1} to {first_row + len(lines)} holds a line end in quotes"
            raise unreadable(self.path, found, "CSV with one row a line is")
        return self._ids(table.column(0), first_row), to_matrix(table.select(chosen[1:]))

    def _ids(self, column: pa.ChunkedArray, first_row: int) -> list[str]:
        ids = column.to_pylist()
        for index, text in enumerate(ids):
            if not text.strip():
                raise bad_id(self.path, first_row + index, self.columns[0], "is empty")
        return ids

    def _explain(self, message: str, first_row: int) -> WorkerError:
        if value := _BAD_VALUE.search(message):
            column, row, text = self.names[int(value[1])], first_row + int(value[2]) - 1, value[3]
            return bad_cell(self.path, row, column, f"is '{text[:40]}'" if text else "is empty")
        if width := _BAD_WIDTH.search(message):
            found = f"row {first_row + int(width[1])} has {width[3]} columns (the file may be cut off)"
            return unreadable(self.path, found, f"the header's {width[2]} are")
        return unreadable(self.path, f"near row {first_row + 1}: {message.splitlines()[0]}", "CSV is")


def _split(lines: list[bytes]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(line.decode(errors="replace") for line in lines)
    except csv.Error:
        return  # told by row where it is read


def _until(file: io.BufferedReader, most: int) -> Iterator[bytes]:
    """Lines that are not blank, as long as they begin in the first `most` bytes."""
    begin = file.tell()
    while file.tell() - begin < most and (line := file.readline(_LONGEST_LINE)):
        if line.strip():
            yield line
