"""What is exported: a store and its dataset, checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..base.errors import invalid_data
from ..data.dataset_pairs import DatasetPairs, open_dataset_pairs
from ..store.check_store_file import check_store_file
from ..store.manifest import StoreManifest, read_manifest
from .feature_rows import FeatureRows


@dataclass(frozen=True)
class ExportSource:
    """The dataset's items and texts, the features of both matrices, and the store's manifest."""

    dataset: DatasetPairs
    manifest: StoreManifest
    prompts: FeatureRows
    responses: FeatureRows

    def has_prompts(self, split: str) -> bool:
        """Whether the store has prompt features of a split; imported ones may not, and hold zeros there."""
        source = self.manifest.source
        if source.get("type") != "imported" or not isinstance(source.get("promptSplits"), str):
            return True
        return split in {pairing.split("=")[0] for pairing in source["promptSplits"].split(",")}


def open_export_source(store: str, dataset: str) -> ExportSource:
    """Checks hashes and shapes of both. Raises INVALID_DATA, also for a store of another dataset."""
    folder = Path(store)
    manifest = read_manifest(folder)
    pairs = open_dataset_pairs(Path(dataset))
    if manifest.dataset.hash != pairs.hash:
        made = f"'{manifest.dataset.name}' ({manifest.dataset.hash[:12]}…)"
        raise invalid_data(
            f"Cannot export feature store '{store}': it was made for dataset {made}, "
            f"dataset '{pairs.name}' ({pairs.hash[:12]}…) is needed"
        )
    file = folder / manifest.features.file
    check_store_file(file, manifest.features)
    rows = {"prompts": pairs.prompts.rows, "responses": pairs.responses.rows}
    for name, count in rows.items():
        found = getattr(manifest.features, name)[0]
        if found != count:
            raise invalid_data(f"Cannot export feature store '{store}': it has {found} {name}, {count} are needed")
    dtype = manifest.features.dtype
    return ExportSource(pairs, manifest, FeatureRows(file, "prompts", dtype), FeatureRows(file, "responses", dtype))
