"""Files of one split: rows are appended, and a file is closed once it is large enough."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ..base.publish_directory import sync


class _Writer(Protocol):
    def write_table(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


class TableShards:
    """Writes tables of one schema to SPLIT-00000-of-00002.parquet (or .csv), …; a table of Parquet is a row group."""

    def __init__(self, folder: Path, split: str, schema: pa.Schema, file_format: str, shard_bytes: int) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._split = split
        self._schema = schema
        self._format = file_format
        self._shard_bytes = shard_bytes
        self._files: list[Path] = []
        self._open: tuple[io.BufferedWriter, _Writer] | None = None

    def write(self, table: pa.Table) -> int:
        """Appends rows; their bytes in memory. Raises OSError."""
        file, writer = self._open or self._begin()
        writer.write_table(table)
        if file.tell() >= self._shard_bytes:
            self._end()
        return table.nbytes

    def finish(self) -> None:
        """Closes the last file and gives all of them their names, which hold their number."""
        self._end()
        for number, file in enumerate(self._files):
            file.rename(self._folder / f"{self._split}-{number:05d}-of-{len(self._files):05d}.{self._format}")

    def _begin(self) -> tuple[io.BufferedWriter, _Writer]:
        path = self._folder / f".{self._split}-{len(self._files):05d}"
        self._files.append(path)
        file = path.open("xb")
        self._open = file, _WRITERS[self._format](file, self._schema)
        return self._open

    def _end(self) -> None:
        if self._open is None:
            return
        file, writer = self._open
        writer.close()
        file.close()
        sync(self._files[-1])
        self._open = None


def _open_parquet(file: io.BufferedWriter, schema: pa.Schema) -> _Writer:
    # Features repeat no values: a dictionary of them, and statistics of thousands of columns, would only take room.
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    return pyarrow.parquet.ParquetWriter(
        file, schema, compression="zstd", use_dictionary=texts, write_statistics=False, store_schema=True
    )


def _open_csv(file: io.BufferedWriter, schema: pa.Schema) -> _Writer:
    options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    return pyarrow.csv.CSVWriter(file, schema, write_options=options)


_WRITERS: dict[str, Callable[[io.BufferedWriter, pa.Schema], _Writer]] = {
    "parquet": _open_parquet,
    "csv": _open_csv,
}
