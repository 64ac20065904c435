"""One reader a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .arrow_file import ArrowFile
from .csv_file import CsvFile
from .parquet_file import ParquetFile
from .table_file import TableFile

_READERS: dict[str, Callable[[Path, Path], TableFile]] = {
    ".csv": lambda path, _scratch: CsvFile(path),
    ".arrow": lambda path, _scratch: ArrowFile(path),
    ".parquet": ParquetFile,
}


def open_table_file(path: Path, scratch: Path) -> TableFile:
    """The reader of the file's ending; `scratch` is a folder for what does not fit into memory.

    Raises INVALID_DATA for a file that is not of that format.
    """
    return _READERS[path.suffix](path, scratch)
