"""The two operations that make a feature store, one after the other."""

from __future__ import annotations

from pathlib import Path

import msgspec
import torch
from safetensors.torch import load_file

from python_worker.context.context import Context
from python_worker.operations import features_extract, features_merge
from python_worker.protocol.messages import (
    FeaturesExtractData,
    FeaturesExtractParams,
    FeaturesMergeData,
    FeaturesMergeParams,
)


def extract(params: FeaturesExtractParams, out: Path | None = None) -> tuple[FeaturesMergeData, dict[str, torch.Tensor]]:
    """Extracts and merges into `out`, `store` beside the work folder by default; the merge's data and the tensors."""
    target = Path(params.work).with_name("store") if out is None else out
    changed = msgspec.structs.replace(params, work=f"{target}.parts")
    make_parts(changed)
    data = merge(changed.dataset, [changed.work], target)
    return data, load_file(target / "features.safetensors")


def make_parts(params: FeaturesExtractParams, context: Context | None = None) -> FeaturesExtractData:
    """Runs features.extract."""
    return features_extract.run(params, {}, context or Context.offline()).data


def merge(dataset: str, folders: list[str], out: Path, columns: Path | None = None) -> FeaturesMergeData:
    """Runs features.merge."""
    wanted = None if columns is None else str(columns)
    params = FeaturesMergeParams(dataset=dataset, folders=[str(folder) for folder in folders], out=str(out), columns=wanted)
    return features_merge.run(params, {}, Context.offline()).data
