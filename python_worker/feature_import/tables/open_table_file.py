"""One reader a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .arrow_file import ArrowFile
from .csv_file import CsvFile
from .parquet_file import ParquetFile
from .table_file import TableFile

_READERS: dict[str, Callable[[Path, Path, str | None], TableFile]] = {
    ".csv": lambda path, scratch, encoding: CsvFile(path, scratch.with_name("decoded"), encoding),
    ".arrow": lambda path, _scratch, _encoding: ArrowFile(path),
    ".parquet": lambda path, scratch, _encoding: ParquetFile(path, scratch),
}


def open_table_file(path: Path, scratch: Path, encoding: str | None = None) -> TableFile:
    """The reader of the file's ending; `scratch` is a folder for what does not fit into memory.

    `encoding` is that of CSV, None for UTF-8. Raises INVALID_DATA for a file that is not of that format.
    """
    return _READERS[path.suffix.lower()](path, scratch, encoding)
