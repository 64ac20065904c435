"""What an extraction knows of a dataset without holding its texts. Labels are never opened."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

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
from .text_file import TextFile, index_texts


@dataclass(frozen=True)
class DatasetIndex:
    """Texts by row where they lie, the prompt of each response, int32 (R,), and items.

    splits: per split int32 (n, 3) rows (prompt, a, b) in item order; cut_by: hash of the tokenizer by which a dataset of
    cut texts was made, None for others.
    """

    folder: Path
    name: str
    hash: str
    prompts: TextFile
    responses: TextFile
    response_prompts: np.ndarray
    splits: dict[str, np.ndarray]
    cut_by: str | None = None

    @cached_property
    def grouped_responses(self) -> tuple[np.ndarray, np.ndarray]:
        """Responses prompt by prompt, int64 (R,), and where each prompt's begin among them, int64 (P + 1,)."""
        order = np.argsort(self.response_prompts, kind="stable")
        counts = np.bincount(self.response_prompts, minlength=self.prompts.rows)
        return order, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def responses_of(self, prompt: int) -> np.ndarray:
        """Rows of the answers to a prompt, in order."""
        order, begins = self.grouped_responses
        return order[begins[prompt] : begins[prompt + 1]]

    @cached_property
    def items_of_prompt(self) -> np.ndarray:
        """Number of items of each prompt, int64 (P,)."""
        rows = [split[:, 0] for split in self.splits.values()]
        return np.bincount(np.concatenate([np.empty(0, np.int32), *rows]), minlength=self.prompts.rows)

    def first_item_with(self, response: int) -> str:
        """The first answer of an item that has this response, in words; its row where no item has it."""
        for line in self._items():
            for side, row in (("a", line.a), ("b", line.b)):
                if row == response:
                    return f"answer {side} of item '{line.id}'"
        return f"row {response} of responses"

    def first_item_with_prompt(self, prompt: int) -> str:
        """The same for a prompt."""
        found = next((line for line in self._items() if line.prompt == prompt), None)
        return f"row {prompt} of prompts" if found is None else f"the prompt of item '{found.id}'"

    def item_ids(self, split: str) -> Iterator[str]:
        """Ids of a split's items, in item order."""
        return (line.id for line in self._items() if line.split == split)

    def _items(self) -> Iterator[ItemLine]:
        return (line for _where, line in read_lines(self.folder / "items.jsonl", ItemLine))


def index_dataset(path: str) -> DatasetIndex:
    """Reads and checks a dataset directory once. Raises INVALID_DATA naming file and line, also for one without texts."""
    folder = Path(path)
    manifest = read_dataset_manifest(folder)
    check_texts_are_known(path, manifest)
    for name in TEXT_FILES:
        verify_file(folder / name, manifest.files[name].sha256)
    prompts = index_texts(folder / "prompts.jsonl", PromptLine)
    if prompts.rows == 0:
        raise invalid_data(f"Cannot extract features of '{path}': it holds no texts, at least one prompt is needed")
    owners = array("i")

    def see(where: str, line: PromptLine | ResponseLine) -> None:
        assert isinstance(line, ResponseLine)
        check_row(where, "prompt", line.prompt, prompts.rows)
        owners.append(line.prompt)

    responses = index_texts(folder / "responses.jsonl", ResponseLine, see)
    splits = _read_splits(folder / "items.jsonl", manifest, (prompts.rows, responses.rows))
    response_prompts = np.frombuffer(owners, np.int32) if owners else np.empty(0, np.int32)
    cut_by = manifest.source.get("tokenizerHash")
    return DatasetIndex(folder, manifest.name, manifest.hash, prompts, responses, response_prompts, splits, cut_by)


def _read_splits(file: Path, manifest: DatasetManifest, counts: tuple[int, int]) -> dict[str, np.ndarray]:
    rows = {split.name: array("i") for split in manifest.splits}
    for where, line in read_lines(file, ItemLine):
        check_item(where, line, rows, counts)
        rows[line.split].extend((line.prompt, line.a, line.b))
    return {name: np.array(values, dtype=np.int32).reshape(-1, 3) for name, values in rows.items()}
