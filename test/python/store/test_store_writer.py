import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from python_worker.store.manifest import DatasetOfStore, read_manifest
from python_worker.store.store_writer import FeatureFile, write_manifest

SPLITS = {"train": np.array([[0, 0, 1]], np.int32), "empty": np.empty((0, 3), np.int32)}


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_feature_file_holds_rows_written_in_any_order(tmp_path, dtype):
    file = FeatureFile(tmp_path, dtype, {"prompts": 1, "responses": 3}, 2, SPLITS)
    rows_bd = torch.tensor([[5.5, 6.0], [1.5, -2.0], [3.0, 4.0]]).to(getattr(torch, dtype))
    file.write_rows("responses", np.array([2]), rows_bd[:1])
    file.write_rows("prompts", np.array([0]), rows_bd[1:2])
    file.write_rows("responses", np.array([1, 0]), rows_bd[1:])
    _, size = file.finish()
    tensors = load_file(file.path)
    assert size == file.path.stat().st_size
    assert torch.equal(tensors["responses"], rows_bd[[2, 1, 0]])
    assert torch.equal(tensors["prompts"], rows_bd[1:2])
    assert tensors["train"].tolist() == [[0, 0, 1]]
    assert tensors["empty"].shape == (0, 3)


def test_write_manifest_gives_the_id_the_reader_checks(tmp_path):
    file = FeatureFile(tmp_path, "float32", {"prompts": 0, "responses": 1}, 2, {})
    file.write_rows("responses", np.array([0]), torch.ones(1, 2))
    dataset = DatasetOfStore(name="naïve", hash="a" * 64)
    store_id = write_manifest(tmp_path, file, dataset, {"model": "模型", "maxTokens": 3, "revision": None}, {"share": 0.5})
    manifest = read_manifest(tmp_path)
    assert manifest.id == store_id
    assert manifest.features.responses == (1, 2)
    assert "模型" in (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "manifest.json").read_text())["stats"] == {"share": 0.5}
