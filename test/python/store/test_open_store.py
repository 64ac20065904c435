"""Opening a feature store refuses everything but the store that was asked for."""

import json

import numpy as np
import pytest
import torch

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.protocol.messages import StoreRef
from python_worker.store.open_store import open_store

PROMPTS = np.arange(12, dtype=np.float32).reshape(4, 3)
RESPONSES = np.arange(10, dtype=np.float32).reshape(5, 2) / 4


def refusal(reference):
    with pytest.raises(WorkerError) as caught:
        open_store(reference, Context.offline())
    assert caught.value.code == "INVALID_DATA"
    return str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_open_store_gives_the_rows_of_every_element_type(make_store, tmp_path, dtype):
    store = open_store(make_store(tmp_path, PROMPTS, RESPONSES, dtype), Context.offline())
    assert torch.equal(store.prompts_pd.float(), torch.from_numpy(PROMPTS))
    assert torch.equal(store.responses_rd.float(), torch.from_numpy(RESPONSES))
    assert store.prompt_rows(np.array([2, 0], np.int32)).tolist() == PROMPTS[[2, 0]].tolist()


def test_open_store_reads_a_store_once(make_store, tmp_path):
    reference, context = make_store(tmp_path, PROMPTS, RESPONSES), Context.offline()
    first = open_store(reference, context)
    (tmp_path / "manifest.json").unlink()
    assert open_store(reference, context) is first


def test_open_store_refuses_another_store_at_the_same_place(make_store, tmp_path):
    make_store(tmp_path, PROMPTS, RESPONSES)
    assert f"{'a' * 64} is needed" in refusal(StoreRef(path=str(tmp_path), id="a" * 64))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_open_store_names_tensor_and_row_of_a_value_that_is_not_finite(make_store, tmp_path, value):
    responses = RESPONSES.copy()
    responses[3, 1] = value
    message = refusal(make_store(tmp_path, PROMPTS, responses))
    assert "row 3 of tensor 'responses'" in message and "features.safetensors" in message


@pytest.mark.parametrize("length", [0, 5, 60, -1])
def test_open_store_refuses_truncated_features(make_store, tmp_path, length):
    reference = make_store(tmp_path, PROMPTS, RESPONSES)
    file = tmp_path / "features.safetensors"
    file.write_bytes(file.read_bytes()[:length])
    assert str(file) in refusal(reference)


def test_open_store_refuses_a_foreign_file_of_the_same_size(make_store, tmp_path):
    reference = make_store(tmp_path, PROMPTS, RESPONSES)
    file = tmp_path / "features.safetensors"
    file.write_bytes(b"PK\3\4" * (file.stat().st_size // 4 + 1))
    assert str(file) in refusal(reference)


def test_open_store_refuses_changed_values(make_store, tmp_path):
    reference = make_store(tmp_path, PROMPTS, RESPONSES)
    file = tmp_path / "features.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert "SHA-256" in refusal(reference)


def test_open_store_refuses_a_manifest_whose_id_is_not_its_content(make_store, tmp_path):
    assert "its id is" in refusal(make_store(tmp_path, PROMPTS, RESPONSES, source={"model": "another"}))


@pytest.mark.parametrize(
    "change", [{"kind": "other"}, {"schemaVersion": 2}, {"extra": 1}, {"dataset": {"name": "x", "hash": "short"}}]
)
def test_open_store_names_the_field_of_a_manifest_of_another_kind(make_store, tmp_path, change):
    message = refusal(make_store(tmp_path, PROMPTS, RESPONSES, **change))
    assert "manifest.json" in message and next(iter(change)) in message


def test_open_store_refuses_shapes_the_manifest_does_not_name(make_store, tmp_path):
    reference = make_store(tmp_path, PROMPTS, RESPONSES)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["features"]["prompts"] = [3, 4]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert "tensor 'prompts' is F32 4 × 3, F32 3 × 4 is needed" in refusal(reference)


def test_open_store_refuses_a_missing_store(tmp_path):
    assert "there is no such file" in refusal(StoreRef(path=str(tmp_path / "none"), id="a" * 64))


def test_open_store_refuses_a_device_that_is_not_there(make_store, tmp_path):
    reference = make_store(tmp_path, PROMPTS, RESPONSES)
    with pytest.raises(WorkerError, match="Cannot use device 'banana'"):
        open_store(reference, Context.offline(WorkerState("banana")))
