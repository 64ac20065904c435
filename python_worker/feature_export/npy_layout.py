"""Arrays that numpy reads by itself: both matrices once, row numbers of each split, and an index in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..base.publish_directory import sync
from .describe_arrays import describe_arrays
from .export_job import ExportJob, Pairs
from .feature_rows import FeatureRows
from .plan_splits import SplitPlan

_BLOCK_BYTES = 16 << 20
_PAIRS = 8192


def write_npy(folder: Path, job: ExportJob) -> None:
    """`prompts.npy` (P × D), `responses.npy` (R × D'), `SPLIT.npy` int32 (n × 3) of rows, `index.json` with ids.

    Raises OSError.
    """
    _write_matrix(folder / "prompts.npy", job.source.prompts, job)
    _write_matrix(folder / "responses.npy", job.source.responses, job)
    with (folder / "index.json").open("x", encoding="utf-8") as index:
        index.write('{"columns":' + json.dumps(["prompt", *job.answers]) + ',"splits":{')
        for number, split in enumerate(job.splits):
            index.write(("," if number else "") + json.dumps(split.name) + ':{"rows":')
            index.write(json.dumps(_rows_file(split)) + f',"hasPrompts":{json.dumps(split.has_prompts)},"ids":[')
            with (folder / _rows_file(split)).open("xb") as rows:
                _begin_array(rows, np.dtype("<i4"), (split.items, 3))
                for position, pairs in enumerate(job.pairs(split, _PAIRS)):
                    rows.write(_row_numbers(pairs).tobytes())
                    index.write(("," if position else "") + ",".join(map(json.dumps, pairs.ids)))
            index.write("]}")
        index.write("}}\n")
    for file in folder.iterdir():
        sync(file)
    describe_arrays(folder, job)


def _rows_file(split: SplitPlan) -> str:
    return f"split-{split.published}.npy"


def _row_numbers(pairs: Pairs) -> np.ndarray:
    return np.stack([pairs.prompts_n, pairs.first_n, pairs.second_n], axis=1).astype("<i4")


def _write_matrix(path: Path, matrix: FeatureRows, job: ExportJob) -> None:
    with path.open("xb") as file:
        _begin_array(file, matrix.dtype.newbyteorder("<"), (matrix.count, matrix.dimension))
        for begin, end in _blocks(matrix):
            job.context.check()
            file.write(matrix.read_block(begin, end).tobytes())
            job.context.progress(end, matrix.count, note=f"writing {matrix.name}")


def _blocks(matrix: FeatureRows) -> Iterator[tuple[int, int]]:
    rows = max(1, _BLOCK_BYTES // (matrix.dimension * matrix.dtype.itemsize))
    return ((begin, min(begin + rows, matrix.count)) for begin in range(0, matrix.count, rows))


def _begin_array(file: Any, dtype: np.dtype, shape: tuple[int, int]) -> None:
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
