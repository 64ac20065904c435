"""The story of an export: a store and its dataset → pairs → files in the layout asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from ..base.memory import peak_resident_mib
from ..base.publish_directory import check_place, publish_directory
from ..context.context import Context
from ..protocol.messages import ExportedSplit, FeaturesExportData, FeaturesExportParams
from .export_job import ExportJob
from .export_source import open_export_source
from .layouts import LAYOUTS
from .plan_splits import plan_splits


def export_features(
    params: FeaturesExportParams, tensors: Mapping[str, np.ndarray], context: Context
) -> FeaturesExportData:
    """Writes `params.out`: all of it, or nothing.

    Raises INVALID_DATA naming the file for a store or a dataset that is not what it should be, and for a store of
    another dataset.
    """
    start = time.monotonic()
    check_place(params.out)
    context.progress(0, note="checking the store and the dataset")
    source = open_export_source(params.store, params.dataset)
    job = ExportJob(params, source, plan_splits(params.layout, source, tensors.get("preferred")), context)
    with publish_directory(params.out) as folder:
        LAYOUTS[params.layout](folder, job)
        sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return FeaturesExportData(
        splits=[
            ExportedSplit(
                name=split.name,
                published=split.published,
                items=split.items,
                dropped=split.dropped,
                has_prompts=split.has_prompts,
            )
            for split in job.splits
        ],
        empty_splits=[name for name in source.dataset.splits if name not in {split.name for split in job.splits}],
        has_texts=source.dataset.has_texts,
        dtype=job.dtype,
        files=len(sizes),
        bytes=sum(sizes),
        peak_memory_mib=peak_resident_mib(),
        wall_seconds=round(time.monotonic() - start, 3),
    )
