import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from exported import make_exportable

SCRIPT = """
import json, sys
from datasets import load_dataset
dataset = load_dataset(sys.argv[1])
arrays = {name: split.with_format("numpy") for name, split in dataset.items()}
print(json.dumps({
    name: {"columns": {column: str(feature) for column, feature in split.features.items()},
           "ids": split["id"][:], "texts": split["prompt"][:] if "prompt" in split.features else None,
           "sums": {column: float(arrays[name][column][:].astype(float).sum()) for column in split.column_names
                    if column not in ("id", "prompt", "a", "b", "chosen", "rejected")}}
    for name, split in dataset.items()}))
"""


def load(folder: Path, cache: Path) -> dict:
    """What `datasets` says of a directory, offline and with a cache of its own."""
    env = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cache), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    called = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], env=env, capture_output=True, text=True)
    assert called.returncode == 0, called.stderr
    return json.loads(called.stdout)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_load_dataset_finds_splits_texts_and_features_of_an_export(pairs, tmp_path, dtype):
    exportable = make_exportable(tmp_path / "store", pairs, dtype)
    exportable.export(tmp_path / "out", "huggingface")
    loaded = load(tmp_path / "out", tmp_path / "cache")
    assert list(loaded) == ["train", "validation", "test_2"]
    written = "float16" if dtype == "float16" else "float32"
    for name, split in zip(("train", "validation", "test-2"), loaded.values(), strict=True):
        assert split["columns"] == {
            **dict.fromkeys(("id", "prompt", "a", "b"), "Value('string')"),
            "prompt_features": f"List(Value('{written}'), length=3)",
            **dict.fromkeys(("a_features", "b_features"), f"List(Value('{written}'), length=5)"),
        }
        assert split["ids"] == exportable.texts.ids[name]
        assert split["texts"] == [exportable.texts.prompts[row] for row in exportable.texts.splits[name][:, 0]]
        sums = [exportable.features(name, column).sum() for column in range(3)]
        assert np.allclose(list(split["sums"].values()), sums, rtol=1e-9)


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_load_dataset_finds_the_columns_of_the_references_layout(exportable, tmp_path, file_format):
    exportable.export(tmp_path / "out", "reference", np.ones(12, np.uint8), format=file_format)
    loaded = load(tmp_path / "out" / "pairs", tmp_path / "cache")
    assert {name: len(split["columns"]) for name, split in loaded.items()} == {"train": 11, "eval": 11, "test_2": 11}
    sums = list(loaded["eval"]["sums"].values())
    assert np.allclose(sums[:5], exportable.features("validation", 1).sum(axis=0), rtol=1e-6)
    assert np.allclose(sums[5:], exportable.features("validation", 2).sum(axis=0), rtol=1e-6)
    assert list(load(tmp_path / "out" / "prompts", tmp_path / "cache")) == ["train", "eval", "test_2"]
