"""Peak memory of importing feature columns as their number of rows grows.

    python bench/feature_import.py FOLDER [csv|arrow|parquet|parquet-groups] [ROWS ...]

Makes pairs of ROWS × 8,193 columns (id, 4,096 chosen, 4,096 rejected; Parquet in one row group, the worst case, or in
groups of 500) under FOLDER, imports them through the built command line and prints the worker's peak memory.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

_D = 4096
_PROMPTS = 64
_ROWS_A_BATCH = 500
_MAIN = Path(__file__).resolve().parents[1] / "dist" / "main.js"


def measure(folder: Path, kind: str, rows: int) -> None:
    """Makes a source, imports it, prints one line and removes both."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "pairs").mkdir(parents=True)
    (folder / "prompts").mkdir()
    source = folder / "pairs" / f"train.{kind.removesuffix('-groups')}"
    _WRITERS[kind](source, rows)
    _write_csv(folder / "prompts" / "train.csv", rows, _PROMPTS)
    start = time.monotonic()
    document = _import(folder)
    seconds = time.monotonic() - start
    print(
        f"{kind:14} {rows:7,} rows × {1 + 2 * _D:,} columns  {source.stat().st_size / 1e9:6.2f} GB  "
        f"peak {document['peakMemoryMib']:5,} MiB  {seconds:7.1f} s  {rows / seconds:6.0f} rows/s  "
        f"error {document['maxAbsoluteError']:.2e} absolute, {document['maxRelativeError']:.2e} relative",
        flush=True,
    )
    shutil.rmtree(folder)


def _import(folder: Path) -> dict:
    command = ["node", _MAIN, "features", "import", folder / "pairs", "--prompts", folder / "prompts"]
    called = subprocess.run(
        [*map(str, command), "--out", str(folder / "out"), "--json"], stdout=subprocess.PIPE, check=True
    )
    return json.loads(called.stdout)


def _batches(rows: int, columns: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, rows, _ROWS_A_BATCH):
        count = min(_ROWS_A_BATCH, rows - start)
        values_nc = np.random.default_rng((count, start, columns)).standard_normal((columns, count))
        ids = pa.array([f"t{row}" for row in range(start, start + count)])
        names = ["id", *(str(column) for column in range(columns))]
        yield pa.RecordBatch.from_arrays([ids, *map(pa.array, values_nc)], names=names)


def _write_csv(path: Path, rows: int, columns: int = 2 * _D) -> None:
    batches = _batches(rows, columns)
    first = next(batches)
    with pyarrow.csv.CSVWriter(path, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)


def _write_arrow(path: Path, rows: int) -> None:
    batches = _batches(rows, 2 * _D)
    first = next(batches)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)


def _write_parquet(path: Path, rows: int) -> None:
    """All rows in memory at once: Parquet has no other way to one row group."""
    table = pa.Table.from_batches(_batches(rows, 2 * _D))
    pyarrow.parquet.write_table(table, path, row_group_size=rows, compression="none", use_dictionary=False)


def _write_parquet_groups(path: Path, rows: int) -> None:
    batches = _batches(rows, 2 * _D)
    first = next(batches)
    with pyarrow.parquet.ParquetWriter(path, first.schema, compression="none", use_dictionary=False) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)


_WRITERS = {
    "csv": _write_csv,
    "arrow": _write_arrow,
    "parquet": _write_parquet,
    "parquet-groups": _write_parquet_groups,
}

if __name__ == "__main__":
    base, kind, *counts = [*sys.argv[1:], "csv"][: max(2, len(sys.argv) - 1)]
    for count in map(int, counts or ["2000", "8000"]):
        measure(Path(base) / "feature-import", kind, count)
