"""The layout of the reference's feature datasets: a column a feature, pairs and prompts in a dataset each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from .describe_tables import DescribedTables, SplitTables, describe_tables
from .export_job import ExportJob, Pairs
from .plan_splits import SplitPlan
from .table_shards import TableShards

# Wide tables: each row group has an entry in the footer for every column.
_GROUP_BYTES = 64 << 20
_MOST_ROWS = 8192


@dataclass(frozen=True)
class _Table:
    """One of the two datasets: its folder, feature columns, splits, and the values (n, columns) of some pairs."""

    name: str
    columns: list[str]
    splits: list[SplitPlan]
    values: Callable[[Pairs], np.ndarray]


def write_reference(folder: Path, job: ExportJob) -> None:
    """`pairs` (id, d chosen, d rejected) and `prompts` (id, d), ids unique within a split. Raises OSError."""
    for table in _tables(job):
        (folder / table.name).mkdir()
        schema = pa.schema([("id", pa.string()), *((name, pa.float32()) for name in table.columns)])
        splits = [_write_split(folder / table.name / "data", table, split, schema, job) for split in table.splits]
        described = DescribedTables(f"reference-{table.name}", job.params.format, schema, splits)
        describe_tables(folder / table.name, job, described)


def _tables(job: ExportJob) -> list[_Table]:
    prompts, responses = job.source.prompts, job.source.responses

    def sides(pairs: Pairs) -> np.ndarray:
        return np.concatenate([responses.read(pairs.first_n), responses.read(pairs.second_n)], axis=1)

    columns = [f"{answer}_{index}" for answer in job.answers for index in range(responses.dimension)]
    own = [f"prompt_{index}" for index in range(prompts.dimension)]
    with_prompts = [split for split in job.splits if split.has_prompts]
    return [
        _Table("pairs", columns, job.splits, sides),
        *(
            [_Table("prompts", own, with_prompts, lambda pairs: prompts.read(pairs.prompts_n))]
            if with_prompts
            else []
        ),
    ]


def _write_split(folder: Path, table: _Table, split: SplitPlan, schema: pa.Schema, job: ExportJob) -> SplitTables:
    shards = TableShards(folder, split.published, schema, job.params.format, job.params.shard_bytes)
    shorten = _shorten_ids(split, job)
    rows = max(1, min(_MOST_ROWS, _GROUP_BYTES // (4 * len(table.columns))))
    # No name holds a written table: it must be gone before the next one is made.
    size = sum(shards.write(_columns(table, pairs, shorten, schema)) for pairs in job.pairs(split, rows))
    shards.finish()
    return SplitTables(split, split.items, size)


def _columns(table: _Table, pairs: Pairs, shorten: Callable[[str], str], schema: pa.Schema) -> pa.Table:
    values_cn = np.ascontiguousarray(table.values(pairs).T, dtype=np.float32)
    ids = pa.array([shorten(text) for text in pairs.ids], pa.string())
    return pa.table([ids, *(pa.array(column_n) for column_n in values_cn)], schema=schema)


def _shorten_ids(split: SplitPlan, job: ExportJob) -> Callable[[str], str]:
    """An import calls an item SPLIT-ID; where all of a split are called so, the ID alone is written again."""
    begin = f"{split.name}-"
    if all(len(line.id) > len(begin) and line.id.startswith(begin) for line in job.source.dataset.items(split.name)):
        return lambda text: text.removeprefix(begin)
    return lambda text: text
