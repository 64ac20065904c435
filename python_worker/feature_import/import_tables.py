"""The story of converting a features dataset: files → blocks → parts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from itertools import groupby
from pathlib import Path
from typing import Any

from ..base.content_hash import hash_of
from ..base.errors import WorkerError, invalid_argument
from ..base.memory import peak_resident_mib
from ..base.unwritable import unwritable
from ..context.context import Context
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import FeaturesImportData, FeaturesImportParams, ImportedTable, LeftOutColumn
from .columns.asked_columns import check_asked
from .convert_split import Conversion, ConvertedSplit, SplitFiles, convert_split
from .import_progress import ImportProgress
from .rounding import RoundingError
from .sources.source_tables import OpenedSource, Reading, SourceTable, choose_table, open_source
from .tables.decode_csv import check_encoding
from .work_folder import WorkFolder


def import_tables(params: FeaturesImportParams, context: Context) -> FeaturesImportData:
    """Converts both tables into parts under `params.work`, prompts first; parts that are there are kept.

    Raises INVALID_DATA naming file, row and column, and then leaves no parts: another source needs others. Sources that
    cannot be opened leave the parts of an earlier import alone.
    """
    start = time.monotonic()
    with _guarded(params.work), WorkFolder(Path(params.work)) as work:
        sources = _open_sources(params, work, context)
        try:
            work.begin(_describe_job(params, sources))
            progress = ImportProgress(context, sum(source.bytes for source in sources))
            conversion = Conversion(params.store_dtype, params.part_bytes, work.folder, progress)
            splits = list(_convert(sources, conversion))
        except WorkerError as error:
            if error.code == ErrorCode.INVALID_DATA:
                work.clear()
            raise
    return _summarise(sources, splits, time.monotonic() - start)


_Splits = list[tuple[SplitFiles, ConvertedSplit]]


def _open_sources(params: FeaturesImportParams, work: WorkFolder, context: Context) -> list[SourceTable]:
    if params.encoding is not None:
        check_encoding(params.encoding)
    reading = Reading(params.encoding, work.scratch)
    try:
        opened = [
            open_source(params.prompts, "prompts", reading, context),
            open_source(params.pairs, "pairs", reading, context),
        ]
        _check_asked(params, opened)
        return [choose_table(source, params.columns) for source in opened]
    except WorkerError:
        if not work.is_begun:
            work.clear()
        raise


def _check_asked(params: FeaturesImportParams, sources: list[OpenedSource]) -> None:
    """Raises INVALID_ARGUMENT for what would change nothing."""
    names = {source.table: {name for file in source.files for name in file.opened.names} for source in sources}
    check_asked(params.columns, names)
    is_csv = any(file.name.lower().endswith(".csv") for source in sources for file in source.files)
    if params.encoding is not None and not is_csv:
        raise invalid_argument(f"Cannot use --encoding '{params.encoding}': no file is CSV; leave it out")


def _describe_job(params: FeaturesImportParams, sources: list[SourceTable]) -> dict[str, Any]:
    """What the parts depend on; a source file that changed makes another job."""
    job: dict[str, Any] = {
        "storeDtype": params.store_dtype,
        "partBytes": params.part_bytes,
        "files": [[file.state for file in source.files] for source in sources],
    }
    # What is as it was before these could be said keeps its name, so that an import of then goes on.
    if params.encoding is not None:
        job["encoding"] = params.encoding
    opened = [file.opened for source in sources for file in source.files]
    if any(file.columns != file.names for file in opened):
        job["columns"] = hash_of([file.columns for file in opened])
    return job


def _convert(sources: list[SourceTable], conversion: Conversion) -> Iterator[tuple[SplitFiles, ConvertedSplit]]:
    for source in sources:
        for split, files in groupby(source.files, key=lambda file: file.split):
            of_split = SplitFiles(source.name, split, [file.opened for file in files], source.dimension)
            yield of_split, convert_split(of_split, conversion)


def _summarise(sources: list[SourceTable], splits: _Splits, seconds: float) -> FeaturesImportData:
    rounding = reduce(RoundingError.joined, (converted.rounding for _, converted in splits))
    prompts, pairs = sources
    return FeaturesImportData(
        tables=[
            ImportedTable(table=of.table, split=of.split, rows=converted.rows, parts=converted.parts)
            for of, converted in splits
        ],
        left_out=[
            LeftOutColumn(table=source.name, column=name, why=why)
            for source in sources
            for name, why in source.left.items()
        ],
        prompt_dimension=prompts.dimension,
        response_dimension=pairs.dimension,
        max_absolute_error=rounding.absolute,
        max_relative_error=rounding.relative,
        underflows=rounding.underflows,
        kept_parts=sum(converted.kept_parts for _, converted in splits),
        peak_memory_mib=peak_resident_mib(),
        wall_seconds=round(seconds, 3),
    )


@contextmanager
def _guarded(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
