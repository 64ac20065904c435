"""Card and manifest of an export that is tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from .dataset_card import CardContents, code, write_card
from .export_job import ExportJob
from .export_manifest import write_export_manifest
from .plan_splits import SplitPlan


@dataclass(frozen=True)
class SplitTables:
    """A split's tables: rows, and bytes in memory."""

    plan: SplitPlan
    rows: int
    bytes: int


@dataclass(frozen=True)
class DescribedTables:
    """What lies in `data`: layout, file format, schema and splits."""

    layout: str
    format: str
    schema: pa.Schema
    splits: list[SplitTables]


def describe_tables(folder: Path, job: ExportJob, tables: DescribedTables) -> None:
    """Writes README.md, by which `datasets` finds splits and columns, and balpm-export.json. Raises OSError."""
    plans = [split.plan for split in tables.splits]
    lines = [*_columns(job, tables), "", *_loading(tables)]
    write_card(folder, job, CardContents(tables.layout, plans, lines, _front(folder, tables)))
    write_export_manifest(folder, job, tables.layout, plans)


def _front(folder: Path, tables: DescribedTables) -> dict[str, Any]:
    files = {split.plan.published: sorted(folder.glob(f"data/{split.plan.published}-*")) for split in tables.splits}
    data_files = [
        # The number of shards is a part of the pattern: shards that an earlier upload left behind do not match.
        {"split": name, "path": f"data/{name}-*-of-{len(shards):05d}.{tables.format}"}
        for name, shards in files.items()
    ]
    information: dict[str, Any] = {
        "splits": [
            {"name": split.plan.published, "num_bytes": split.bytes, "num_examples": split.rows}
            for split in tables.splits
        ],
        "download_size": sum(file.stat().st_size for shards in files.values() for file in shards),
        "dataset_size": sum(split.bytes for split in tables.splits),
    }
    if not tables.layout.startswith("reference"):  # `datasets` infers thousands of columns by itself
        information = {"features": [_feature(field) for field in tables.schema], **information}
    return {"configs": [{"config_name": "default", "data_files": data_files}], "dataset_info": information}


def _feature(field: pa.Field) -> dict[str, Any]:
    if pa.types.is_string(field.type):
        return {"name": field.name, "dtype": "string"}
    return {"name": field.name, "list": _type_name(field.type.value_type), "length": field.type.list_size}


def _type_name(value: pa.DataType) -> str:
    return {"halffloat": "float16", "float": "float32"}[str(value)]


def _columns(job: ExportJob, tables: DescribedTables) -> list[str]:
    if tables.layout.startswith("reference"):
        return ["## Columns", "", f"{_reference_columns(job, tables)} Position decides, names do not matter."]
    rows = [f"| {code(field.name)} | {_describe_column(field)} |" for field in tables.schema]
    return ["## Columns", "", "| column | content |", "| --- | --- |", *rows]


def _reference_columns(job: ExportJob, tables: DescribedTables) -> str:
    if tables.layout == "reference-pairs":
        width = job.source.responses.dimension
        return f"`id`, {width:,} features of the chosen answer, {width:,} of the rejected one; ids are unique within a split."
    return f"`id` of a pair, {job.source.prompts.dimension:,} features of its prompt; ids are unique within a split."


def _describe_column(field: pa.Field) -> str:
    if not pa.types.is_string(field.type):
        return f"{field.type.list_size:,} features ({_type_name(field.type.value_type)})"
    return "name of the pair, unique over all splits" if field.name == "id" else "text"


def _loading(tables: DescribedTables) -> list[str]:
    split = tables.splits[0].plan.published if tables.splits else "train"
    lines = [
        "## How to load",
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        'dataset = load_dataset("OWNER/NAME")  # or the path of this directory',
    ]
    if not tables.layout.startswith("reference"):
        lines.append(f'features = dataset["{split}"].with_format("numpy")["prompt_features"][:]')
    lines.append("```")
    if tables.layout.startswith("reference"):
        lines += ["", "balpm reads both datasets with `balpm features import PAIRS --prompts PROMPTS --out DIRECTORY`."]
    return lines
