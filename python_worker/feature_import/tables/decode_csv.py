"""CSV in another encoding, written as UTF-8 once so that every reader of lines can go on at a byte."""

from __future__ import annotations

import codecs
import io
import os
from pathlib import Path

from ...base.content_hash import hash_of
from ...base.errors import invalid_argument
from .csv_text import csv_header
from .table_file import refused

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNREADABLE = "\udcff"
_ON_ERROR = "balpm-mark"
_ADVICE = "the encoding the file was written in is needed, '{}' is not it"


def check_encoding(name: str) -> None:
    """Raises INVALID_ARGUMENT for what is no encoding of text."""
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, UnicodeError, ValueError):
        found = f"Cannot use --encoding '{name[:40]}': there is no encoding of text of this name"
        raise invalid_argument(f"{found}; give one such as latin-1, cp1252, shift_jis or utf-16") from None


def check_marks(path: Path, encoding: str | None) -> None:
    """Raises INVALID_DATA for a file that begins with the mark of another encoding than it is said to have."""
    with path.open("rb") as file:
        begin = file.read(4)
    marked = next((name for mark, name in _MARKS if begin.startswith(mark)), None)
    family = codecs.lookup(encoding or "utf-8").name
    if marked is None or family.startswith(marked):
        return
    advice = "leave --encoding out" if marked == "utf-8" else f"give --encoding {marked}"
    raise refused(path, f"its first bytes are the mark of {marked.upper()}, not of {encoding or 'UTF-8'}", advice)


def decode_csv(path: Path, encoding: str, folder: Path) -> Path:
    """The file as UTF-8 in `folder`, kept between the tries of an import.

    Raises INVALID_DATA naming row and column of bytes that are none of the encoding's.
    """
    stat = path.stat()
    target = folder / f"{hash_of([str(path), encoding, stat.st_size, stat.st_mtime_ns])}.csv"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".tmp")
    codecs.register_error(_ON_ERROR, lambda error: (_UNREADABLE, error.end))
    with (
        io.TextIOWrapper(path.open("rb"), encoding=encoding, errors=_ON_ERROR, newline="\n") as source,
        temporary.open("wb") as out,
    ):
        try:
            _copy(path, encoding, source, out)
        except UnicodeError as error:  # of the decoder itself: UTF-16 without a mark, for one
            raise refused(path, f"it is not {encoding} ({error})", _ADVICE.format(encoding)) from None
    os.replace(temporary, target)
    return target


def _copy(path: Path, encoding: str, source: io.TextIOWrapper, out: io.BufferedWriter) -> None:
    names: list[str] = []
    row = 0
    for line in source:
        line = line.removeprefix("\ufeff") if not names else line
        try:
            bytes_ = line.encode()
        except UnicodeEncodeError as error:
            where = f"row {row}, column" if names else "the header, column"
            place = line[: error.start].count(",") + 1
            raise refused(path, f"{where} {place} is not {encoding}", _ADVICE.format(encoding)) from None
        names = names or csv_header(path, bytes_)
        row += bool(line.strip())
        out.write(bytes_)
