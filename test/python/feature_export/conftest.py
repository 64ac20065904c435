"""A dataset to export: 12 items in three splits over 4 prompts, one split with a name the hub does not take."""

from __future__ import annotations

from pathlib import Path

import pytest
from dataset_directory import write_dataset
from exported import Exportable, make_exportable


@pytest.fixture(scope="session")
def pairs(tmp_path_factory) -> Path:
    def make(count: int, first: int) -> list[tuple[str, str, str]]:
        rows = range(first, first + count)
        return [(f"prompt {row % 4}, naïve 模型", f"long\nanswer {row}", f'short "answer" {row + 1}') for row in rows]

    splits = {"train": make(6, 0), "validation": make(4, 6), "test-2": make(2, 10)}
    return write_dataset(tmp_path_factory.mktemp("data") / "pairs", splits)


@pytest.fixture(scope="session")
def exportable(pairs: Path, tmp_path_factory) -> Exportable:
    """With features of float32."""
    return make_exportable(tmp_path_factory.mktemp("stores") / "float32", pairs)
