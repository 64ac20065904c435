"""The story of a merge: parts → stores, and columns of entropies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from ..base.errors import invalid_argument, invalid_data
from ..base.publish_directory import check_place, publish_directory
from ..base.safetensors_file import publish_file
from ..context.context import Context
from ..data.dataset_index import DatasetIndex, index_dataset
from ..features.entropy_columns import column_lines, entropy_columns
from ..protocol.messages import FeaturesMergeData, FeaturesMergeParams, MergedStore
from ..store.store_writer import FeatureFile, write_manifest
from .parts.find_parts import FoundParts, find_parts
from .parts.part_file import doubled_in
from .parts.plan_file import OutputPlan
from .parts.truncation_counts import truncation_counts


def merge_parts(params: FeaturesMergeParams, context: Context) -> FeaturesMergeData:
    """Assembles the stores of every kind of feature. Raises WorkerError; then nothing is left at `params.out`."""
    check_place(params.out)
    if params.columns is not None:
        check_place(params.columns)
    parts = find_parts(params.folders, context)
    index = index_dataset(params.dataset)
    _check_asked(params, parts, index)
    outputs = parts.plan.outputs
    with publish_directory(params.out) as folder:
        places = {output.name: folder if len(outputs) == 1 else folder / output.name for output in outputs}
        files = {output.name: _make_file(places[output.name], parts, output, index) for output in outputs}
        texts = _fill(files, parts, index, context)
        stats = _stats(parts, texts, index)
        ids = {
            output.name: write_manifest(
                places[output.name], files[output.name], parts.plan.dataset, _source(parts, output), stats,
                parts.plan.model_files,
            )
            for output in outputs
        }
        columns = None if params.columns is None else _write_columns(params.columns, index, texts.entropies)
    out = Path(params.out)
    return FeaturesMergeData(
        stores=[
            MergedStore(
                name=output.name,
                path=str(out if len(outputs) == 1 else out / output.name),
                id=ids[output.name],
                dimension=output.dimension,
            )
            for output in outputs
        ],
        prompts=index.prompts.rows,
        responses=index.responses.rows,
        truncated_prompts=stats["truncatedPrompts"],
        truncated_responses=stats["truncatedResponses"],
        lost_responses=stats["lostResponses"],
        cut_prompts=stats["cutPrompts"],
        tokens=stats["tokens"],
        padding_share=stats["paddingShare"],
        parts=parts.plan.parts,
        columns_sha256=columns,
    )


def _check_asked(params: FeaturesMergeParams, parts: FoundParts, index: DatasetIndex) -> None:
    if index.hash != parts.plan.dataset.hash:
        raise invalid_data(
            f"Cannot merge parts of dataset '{parts.plan.dataset.name}' for '{params.dataset}': its texts or items are "
            "others, the unchanged dataset is needed"
        )
    if params.columns is not None and parts.plan.positions is None:
        raise invalid_argument(
            f"Cannot write '{params.columns}': the parts hold no entropies, parts extracted with --uncertainty are needed"
        )


class _TextFacts:
    """What is known of each text: bits, uint8, of prompts and responses; entropy statistics, float64 (R, 4)."""

    def __init__(self, index: DatasetIndex, has_entropies: bool) -> None:
        self.prompt_bits = np.zeros(index.prompts.rows, np.uint8)
        self.response_bits = np.zeros(index.responses.rows, np.uint8)
        self.entropies = np.full((index.responses.rows, 4), np.nan) if has_entropies else None
        self.prompt_is_there = np.zeros(index.prompts.rows, bool)
        self.response_is_there = np.zeros(index.responses.rows, bool)


def _make_file(folder: Path, parts: FoundParts, output: OutputPlan, index: DatasetIndex) -> FeatureFile:
    folder.mkdir(exist_ok=True)
    rows = {"prompts": index.prompts.rows, "responses": index.responses.rows}
    return FeatureFile(folder, parts.plan.store_dtype, rows, output.dimension, index.splits)


def _fill(files: Mapping[str, FeatureFile], parts: FoundParts, index: DatasetIndex, context: Context) -> _TextFacts:
    texts = _TextFacts(index, parts.plan.positions is not None)
    for part in range(parts.plan.parts):
        context.check()
        context.progress(part, parts.plan.parts, note="writing the store")
        with safe_open(parts.path(part), framework="pt") as tensors:
            _copy_part(files, texts, tensors)
        for file in files.values():
            file.release()
    if not (texts.prompt_is_there.all() and texts.response_is_there.all()):
        raise invalid_data("Cannot merge: the parts do not hold every text of the dataset, all parts of one plan are needed")
    return texts


def _copy_part(files: Mapping[str, FeatureFile], texts: _TextFacts, tensors: Any) -> None:
    prompts, responses = (tensors.get_tensor(name).numpy() for name in ("prompts", "responses"))
    bits = tensors.get_tensor("bits").numpy()
    texts.prompt_bits[prompts], texts.response_bits[responses] = bits[: len(prompts)], bits[len(prompts) :]
    texts.prompt_is_there[prompts] = True
    texts.response_is_there[responses] = True
    if texts.entropies is not None:
        texts.entropies[responses] = tensors.get_tensor("entropies").numpy()
    for name, file in files.items():
        features_td: torch.Tensor = tensors.get_tensor(f"features.{name}")
        file.write_rows("prompts", prompts, features_td[: len(prompts)])
        file.write_rows("responses", responses, features_td[len(prompts) :])


def _source(parts: FoundParts, output: OutputPlan) -> dict[str, Any]:
    own = {"pooling": output.pooling, "layer": "last" if output.layer is None else output.layer}
    # Without a word about it the deepest layer of an earlier release's store was read after the final norm.
    return parts.plan.source | own | ({"finalNorm": False} if output.before_norm else {})


def _stats(parts: FoundParts, texts: _TextFacts, index: DatasetIndex) -> dict[str, Any]:
    """Counts over all texts, then over those of each split; nothing that another run of the same plan would not have."""
    digests = parts.digests.values()
    positions = sum(digest.positions for digest in digests)
    tokens = sum(digest.tokens for digest in digests)
    return truncation_counts(texts.prompt_bits, texts.response_bits, index.splits) | {
        "tokens": tokens,
        "paddingShare": 1 - tokens / positions if positions > 0 else 0.0,
        "way": parts.plan.way,
        "tokenBudget": parts.plan.token_budget,
        **{f"difference.{name}": value for name, value in parts.plan.way_differences.items()},
        "checkedIn": parts.plan.way_dtype,
        **{f"doubled.{token}": texts for token, texts in doubled_in(digests).items()},
    }


def _write_columns(path: str, index: DatasetIndex, entropies_r4: np.ndarray | None) -> str:
    assert entropies_r4 is not None, "columns are asked of parts with entropies"
    ids = {split: list(index.item_ids(split)) for split in index.splits}
    columns = {split: entropy_columns(entropies_r4, rows[:, 1:]) for split, rows in index.splits.items()}
    content = column_lines(ids, columns)
    publish_file(Path(path), content)
    return hashlib.sha256(content).hexdigest()
