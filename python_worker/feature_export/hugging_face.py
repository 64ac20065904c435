"""A dataset of the Hugging Face hub: Parquet with list columns, and a card that says what is in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from .describe_tables import DescribedTables, SplitTables, describe_tables
from .export_job import ExportJob, Pairs
from .plan_splits import SplitPlan
from .table_shards import TableShards

_MOST_ROWS = 1000
_GROUP_BYTES = 16 << 20


def write_hugging_face(folder: Path, job: ExportJob) -> None:
    """`data/SPLIT-00000-of-00001.parquet`, …, README.md and balpm-export.json. Raises OSError."""
    schema = _schema(job)
    splits = [_write_split(folder / "data", split, schema, job) for split in job.splits]
    describe_tables(folder, job, DescribedTables("huggingface", "parquet", schema, splits))


def _schema(job: ExportJob) -> pa.Schema:
    names = ("prompt", *job.answers)
    texts = names if job.source.dataset.has_texts else ()
    value = pa.from_numpy_dtype(job.source.responses.dtype)
    widths = (job.source.prompts.dimension, *[job.source.responses.dimension] * 2)
    return pa.schema([
        ("id", pa.string()),
        *((name, pa.string()) for name in texts),
        *((f"{name}_features", pa.list_(value, width)) for name, width in zip(names, widths, strict=True)),
    ])  # fmt: skip


def _write_split(folder: Path, split: SplitPlan, schema: pa.Schema, job: ExportJob) -> SplitTables:
    source = job.source
    row_bytes = (source.prompts.dimension + 2 * source.responses.dimension) * source.responses.dtype.itemsize
    shards = TableShards(folder, split.published, schema, "parquet", job.params.shard_bytes)
    rows = max(1, min(_MOST_ROWS, _GROUP_BYTES // row_bytes))
    # No name holds a written table: it must be gone before the next one is made.
    size = sum(shards.write(_table(pairs, split, schema, job)) for pairs in job.pairs(split, rows))
    shards.finish()
    return SplitTables(split, split.items, size)


def _table(pairs: Pairs, split: SplitPlan, schema: pa.Schema, job: ExportJob) -> pa.Table:
    source = job.source
    texts = source.dataset
    columns: list[pa.Array] = [pa.array(pairs.ids, pa.string())]
    if texts.has_texts:
        columns += [
            pa.array(texts.prompts.read(pairs.prompts_n), pa.string()),
            pa.array(texts.responses.read(pairs.first_n), pa.string()),
            pa.array(texts.responses.read(pairs.second_n), pa.string()),
        ]
    prompts_nd = source.prompts.read(pairs.prompts_n)
    columns.append(_lists(prompts_nd) if split.has_prompts else pa.nulls(len(pairs.ids), _list_type(prompts_nd)))
    columns += [_lists(source.responses.read(rows_n)) for rows_n in (pairs.first_n, pairs.second_n)]
    return pa.table(columns, schema=schema)


def _lists(values_nd: np.ndarray) -> pa.Array:
    return pa.FixedSizeListArray.from_arrays(pa.array(values_nd.reshape(-1)), values_nd.shape[1])


def _list_type(values_nd: np.ndarray) -> pa.DataType:
    return pa.list_(pa.from_numpy_dtype(values_nd.dtype), values_nd.shape[1])
