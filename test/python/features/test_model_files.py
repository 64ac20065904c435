import shutil

import pytest

from python_worker.context import Context
from python_worker.errors import Cancelled, WorkerError
from python_worker.features.model_files import find_model, hash_model, model_name


@pytest.fixture
def model(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "tiny-llama")


def test_find_model_gives_a_local_directory(model):
    assert find_model(str(model), None, False) == model


def test_find_model_refuses_a_missing_directory(tmp_path):
    with pytest.raises(WorkerError, match=r"Cannot load model '.*absent': there is no such directory") as caught:
        find_model(str(tmp_path / "absent"), None, False)
    assert caught.value.code == "INVALID_DATA"


def test_find_model_refuses_a_hub_id_that_is_not_cached_when_offline(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WorkerError, match=r"Cannot load model 'nobody/nothing' at revision 'r1': .* is needed") as caught:
        find_model("nobody/nothing", "r1", False)
    assert caught.value.code == "INVALID_DATA"


@pytest.mark.parametrize("name", ["nodir", "nodir/none", "nodir/none/", "-nodir"])
def test_find_model_takes_a_name_that_the_hub_gave_none_for_as_a_missing_directory(tmp_path, monkeypatch, name):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    message = rf"Cannot load model '{name}': there is no such directory.*, a model directory or a hub id is needed$"
    with pytest.raises(WorkerError, match=message) as caught:
        find_model(name, None, False)
    assert caught.value.code == "INVALID_DATA"


def test_find_model_refuses_a_directory_without_config(tmp_path):
    with pytest.raises(WorkerError, match="it has no config.json"):
        find_model(str(tmp_path), None, False)


def test_find_model_refuses_weights_that_are_pickles(model):
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    with pytest.raises(WorkerError, match=r"it has no \*.safetensors file, weights in safetensors are needed"):
        find_model(str(model), None, False)


def test_model_name_is_the_directory_or_the_hub_id(model):
    assert model_name(f"{model}/") == "tiny-llama"
    assert model_name("org/name") == "org/name"


def test_hash_model_changes_with_weights_and_tokenizer_alone(model):
    before = hash_model(model, False, Context.offline())
    (model / "README.md").write_text("other")
    (model / "code.py").write_text("1")
    assert hash_model(model, False, Context.offline()) == before
    assert hash_model(model, True, Context.offline()) != before
    (model / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes() + b"\n")
    assert hash_model(model, False, Context.offline()) != before


def test_hash_model_stops_between_files_when_cancelled(model):
    context = Context.offline()
    context.cancel()
    with pytest.raises(Cancelled):
        hash_model(model, False, context)
