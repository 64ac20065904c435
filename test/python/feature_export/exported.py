"""Small datasets with stores, exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from python_worker.context.context import Context
from python_worker.data.dataset_texts import DatasetTexts, read_dataset_texts
from python_worker.feature_export.export_features import export_features
from python_worker.protocol.messages import FeaturesExportData, FeaturesExportParams
from python_worker.store.manifest import DatasetOfStore
from python_worker.store.store_writer import FeatureFile, write_manifest

SOURCE = {
    "type": "transformers", "model": "tiny|model", "revision": None, "modelHash": "a" * 64,
    "promptTemplate": "Q: {prompt}", "responseTemplate": "Q: {prompt}\nA: `{response}`", "pooling": "mean",
}  # fmt: skip
PROMPTS, RESPONSES = 3, 5


@dataclass(frozen=True)
class Exportable:
    """A dataset, its store, and the features of the store as float64 (P × 3, R × 5)."""

    dataset: Path
    store: Path
    texts: DatasetTexts
    prompts_pd: np.ndarray
    responses_rd: np.ndarray

    def export(self, out: Path, layout: str, preferred: np.ndarray | None = None, **changes: Any) -> FeaturesExportData:
        """Exports to `out`; `preferred` are labels as the operation takes them."""
        usual = {
            "store": str(self.store), "dataset": str(self.dataset), "out": str(out), "layout": layout, "format": "parquet",
            "license": "cc-by-4.0", "shard_bytes": 1 << 20,
        }  # fmt: skip
        tensors = {} if preferred is None else {"preferred": preferred}
        return export_features(FeaturesExportParams(**(usual | changes)), tensors, Context.offline())

    def features(self, split: str, column: int) -> np.ndarray:
        """Features of the prompts (column 0), answers a (1) or b (2) of a split, in item order."""
        return (self.prompts_pd if column == 0 else self.responses_rd)[self.texts.splits[split][:, column]]

    @property
    def items(self) -> int:
        """Items of all splits."""
        return sum(map(len, self.texts.splits.values()))


def make_exportable(
    folder: Path, dataset: Path, dtype: str = "float32", source: Mapping[str, Any] = SOURCE
) -> Exportable:
    """A store of random features for a dataset."""
    texts = read_dataset_texts(dataset)
    generator = torch.Generator().manual_seed(7)
    matrices = {
        "prompts": torch.randn(len(texts.prompts), PROMPTS, generator=generator).to(getattr(torch, dtype)),
        "responses": torch.randn(len(texts.responses), RESPONSES, generator=generator).to(getattr(torch, dtype)),
    }
    folder.mkdir(parents=True)
    rows = {name: len(matrix) for name, matrix in matrices.items()}
    file = FeatureFile(folder, dtype, rows, {"prompts": PROMPTS, "responses": RESPONSES}, texts.splits)
    for name, matrix in matrices.items():
        file.write_rows(name, np.arange(len(matrix)), matrix)
    write_manifest(folder, file, DatasetOfStore(name=texts.name, hash=texts.hash), dict(source), {})
    return Exportable(dataset, folder, texts, *(matrix.double().numpy() for matrix in matrices.values()))


def front_matter(folder: Path) -> dict[str, Any]:
    """What the hub reads of a card."""
    from huggingface_hub import DatasetCard

    return DatasetCard.load(folder / "README.md").data.to_dict()


def read_export_manifest(folder: Path) -> dict[str, Any]:
    """balpm-export.json."""
    return json.loads((folder / "balpm-export.json").read_text())


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
