"""Reads the texts and items of a dataset directory. Labels are never opened: nothing here may depend on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..base.errors import invalid_data
from .dataset_files import (
    TEXT_FILES,
    DatasetManifest,
    ItemLine,
    PromptLine,
    ResponseLine,
    check_item,
    check_row,
    check_texts_are_known,
    read_dataset_manifest,
    read_lines,
    verify_file,
)


@dataclass(frozen=True)
class DatasetTexts:
    """Unique texts by row, and per split the items' ids and int32 (n, 3) rows (prompt, a, b) in item order.

    `are_known` is False for a dataset made from features alone: its texts are names of feature rows.
    """

    name: str
    hash: str
    prompts: list[str]
    responses: list[str]
    response_prompts: list[int]
    splits: dict[str, np.ndarray]
    ids: dict[str, list[str]]
    are_known: bool = True


def read_dataset_texts(path: str | Path) -> DatasetTexts:
    """Reads and checks a dataset directory. Raises INVALID_DATA naming file and line."""
    folder = Path(path)
    manifest = read_dataset_manifest(folder)
    for name in TEXT_FILES:
        verify_file(folder / name, manifest.files[name].sha256)
    prompts = [line.text for _, line in read_lines(folder / "prompts.jsonl", PromptLine)]
    responses, response_prompts = _read_responses(folder / "responses.jsonl", len(prompts))
    splits, ids = _read_items(folder / "items.jsonl", manifest, len(prompts), len(responses))
    are_known = manifest.texts != "none"
    return DatasetTexts(manifest.name, manifest.hash, prompts, responses, response_prompts, splits, ids, are_known)


def read_texts_to_embed(path: str) -> DatasetTexts:
    """The dataset's texts. Raises INVALID_DATA also where there are none, and for a split named as a store's tensor."""
    check_texts_are_known(path, read_dataset_manifest(Path(path)))
    dataset = read_dataset_texts(path)
    if not dataset.prompts:
        raise invalid_data(f"Cannot extract features of '{path}': it holds no texts, at least one prompt is needed")
    return dataset


def _read_responses(file: Path, prompt_count: int) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    prompts: list[int] = []
    for where, line in read_lines(file, ResponseLine):
        check_row(where, "prompt", line.prompt, prompt_count)
        texts.append(line.text)
        prompts.append(line.prompt)
    return texts, prompts


def _read_items(
    file: Path, manifest: DatasetManifest, prompt_count: int, response_count: int
) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    rows: dict[str, list[Any]] = {split.name: [] for split in manifest.splits}
    ids: dict[str, list[str]] = {split.name: [] for split in manifest.splits}
    for where, line in read_lines(file, ItemLine):
        check_item(where, line, rows, (prompt_count, response_count))
        rows[line.split].append((line.prompt, line.a, line.b))
        ids[line.split].append(line.id)
    return {name: np.array(triples, dtype=np.int32).reshape(-1, 3) for name, triples in rows.items()}, ids
