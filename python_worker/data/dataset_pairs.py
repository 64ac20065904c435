"""Items of a dataset directory, read anew for each pass, and texts by row: memory does not grow with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .dataset_files import (
    TEXT_FILES,
    ItemLine,
    PromptLine,
    ResponseLine,
    check_item,
    read_dataset_manifest,
    read_lines,
    verify_file,
)
from .text_file import TextFile, index_texts


@dataclass(frozen=True)
class DatasetPairs:
    """`splits` holds the number of items of each split; labels are never opened.

    `has_texts` is False for a dataset made from features alone: its texts are names of feature rows.
    """

    folder: Path
    name: str
    hash: str
    has_texts: bool
    prompts: TextFile
    responses: TextFile
    splits: dict[str, int]

    def items(self, split: str) -> Iterator[ItemLine]:
        """Items of a split, in order."""
        return (line for _where, line in read_lines(self.folder / "items.jsonl", ItemLine) if line.split == split)


def open_dataset_pairs(folder: Path) -> DatasetPairs:
    """Reads and checks a dataset directory once. Raises INVALID_DATA naming file and line."""
    manifest = read_dataset_manifest(folder)
    for name in TEXT_FILES:
        verify_file(folder / name, manifest.files[name].sha256)
    prompts = index_texts(folder / "prompts.jsonl", PromptLine)
    responses = index_texts(folder / "responses.jsonl", ResponseLine)
    counts = Counter({split.name: 0 for split in manifest.splits})
    for where, line in read_lines(folder / "items.jsonl", ItemLine):
        check_item(where, line, counts, (prompts.rows, responses.rows))
        counts[line.split] += 1
    return DatasetPairs(
        folder, manifest.name, manifest.hash, manifest.texts != "none", prompts, responses, dict(counts)
    )
