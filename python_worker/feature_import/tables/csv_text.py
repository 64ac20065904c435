"""The header of a CSV file, and where its bytes are no UTF-8."""

from __future__ import annotations

import csv
from pathlib import Path

from ...base.errors import WorkerError
from .table_file import refused, unreadable
from .text_bytes import bad_text

_ADVICE = "CSV in UTF-8 is needed, or --encoding with the name of its encoding (latin-1, cp1252, utf-16, …)"


def csv_header(path: Path, line: bytes) -> list[str]:
    """Names of the columns. Raises INVALID_DATA for a line that is no header in UTF-8."""
    if b"\0" in line:
        raise refused(path, "its first line holds zero bytes, as UTF-16 without a mark does", _ADVICE)
    try:
        names = next(csv.reader([line.decode()]), [])
    except UnicodeDecodeError as error:
        raise bad_text(path, f"the header's column {_column(line, error.start) + 1}", _ADVICE) from error
    except csv.Error as error:
        raise unreadable(path, f"its first line is no header ({error})", "CSV is") from error
    if not names:
        raise unreadable(path, "it is empty", "a header line and rows are")
    return names


def bad_csv_text(path: Path, lines: list[bytes], first_row: int, names: list[str]) -> WorkerError | None:
    """The error of the first line that is no UTF-8, naming row and column; None where all are."""
    for row, line in enumerate(lines, start=first_row + 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            column = min(_column(line, error.start), len(names) - 1)
            return bad_text(path, f"row {row}, column '{names[column]}'", _ADVICE)
    return None


def _column(line: bytes, end: int) -> int:
    """The column that the byte at `end` is in, from 0; commas in quotes do not count."""
    cells = next(csv.reader([line[:end].decode("latin-1")]), [])
    return max(0, len(cells) - 1)
