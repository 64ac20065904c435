import hashlib
import json
import os
import shutil

import pytest
import torch
from extract_store import extract

from python_worker.base.content_hash import hash_of
from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.models.files.hub_directory import commit_of
from python_worker.models.files.model_files import find_adapter, find_model, hash_model, model_name
from python_worker.models.pretrained import Pretrained
from python_worker.store.manifest import read_manifest

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def model(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "tiny-llama")


def test_find_model_gives_a_local_directory(model):
    assert find_model(str(model), None, False, Context.offline()) == model


def test_find_model_refuses_a_missing_directory(tmp_path):
    with pytest.raises(WorkerError, match=r"Cannot load model '.*absent': there is no such directory") as caught:
        find_model(str(tmp_path / "absent"), None, False, Context.offline())
    assert caught.value.code == "INVALID_DATA"


def test_find_model_refuses_a_hub_id_that_is_not_cached_when_offline(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WorkerError, match=r"Cannot load model 'nobody/nothing' at revision 'r1': ") as caught:
        find_model("nobody/nothing", "r1", False, Context.offline())
    assert caught.value.code == "INVALID_DATA"
    assert caught.value.message.endswith(
        "; give a model directory or a hub id, or run `balpm features prefetch nobody/nothing --revision r1` where there is a network"
    )


def test_find_adapter_says_how_an_adapter_is_brought_to_a_node_without_network(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(WorkerError, match=r"or run `balpm features prefetch MODEL --adapter nobody/lora` where there is a network$"):
        find_adapter("nobody/lora", Context.offline())


@pytest.mark.parametrize("name", ["nodir", "nodir/none", "nodir/none/", "-nodir"])
def test_find_model_takes_a_name_that_the_hub_gave_none_for_as_a_missing_directory(tmp_path, monkeypatch, name):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    message = rf"Cannot load model '{name}': there is no such directory(, a model directory or a hub id is needed|.*; give a model directory or a hub id.*)$"
    with pytest.raises(WorkerError, match=message) as caught:
        find_model(name, None, False, Context.offline())
    assert caught.value.code == "INVALID_DATA"


def test_find_model_refuses_a_directory_without_config(tmp_path):
    with pytest.raises(WorkerError, match="it has no config.json"):
        find_model(str(tmp_path), None, False, Context.offline())


def test_find_model_tells_an_adapter_from_a_model(model):
    (model / "adapter_config.json").write_text("{}")
    with pytest.raises(WorkerError, match=r"it holds an adapter \(adapter_config.json\), the model it was made for is needed"):
        find_model(str(model), None, False, Context.offline())


def test_model_name_is_the_directory_or_the_hub_id(model):
    assert model_name(f"{model}/") == "tiny-llama"
    assert model_name("org/name") == "org/name"


@pytest.fixture
def cached(llama, tmp_path, monkeypatch):
    """A hub's cache as it lies on disk: the snapshot of one commit of org/tiny, and the branch main that points to it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    repository = tmp_path / "hub" / "models--org--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    return shutil.copytree(llama, repository / "snapshots" / COMMIT)


@pytest.mark.parametrize("revision", [None, "main", COMMIT])
def test_find_model_gives_the_snapshot_of_a_cached_revision_when_offline(cached, revision):
    assert find_model("org/tiny", revision, False, Context.offline()) == cached
    assert commit_of(cached) == COMMIT


def test_find_model_refuses_a_revision_that_is_not_cached_when_offline(cached):
    with pytest.raises(WorkerError, match="Cannot load model 'org/tiny' at revision 'v2': there is no such directory, and the hub"):
        find_model("org/tiny", "v2", False, Context.offline())


def test_find_model_names_the_shard_that_a_cached_snapshot_lacks(cached):
    (cached / "model.safetensors").rename(cached / "model-00002-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (cached / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(WorkerError, match="names 'model-00001-of-00002.safetensors', which is not there"):
        find_model("org/tiny", None, False, Context.offline())


def test_extract_tells_the_commit_of_a_hub_model(cached, make_params, tmp_path):
    extract(make_params(model="org/tiny", revision="main"))
    source = read_manifest(tmp_path / "store").source
    assert (source["model"], source["revision"], source["commit"]) == ("org/tiny", "main", COMMIT)


def test_find_adapter_gives_a_cached_snapshot_when_offline(cached, tmp_path):
    snapshot = tmp_path / "hub" / "models--org--lora" / "snapshots" / COMMIT
    (snapshot.parents[1] / "refs").mkdir(parents=True)
    (snapshot.parents[1] / "refs" / "main").write_text(COMMIT)
    snapshot.mkdir(parents=True)
    (snapshot / "adapter_config.json").write_text("{}")
    shutil.copy(cached / "model.safetensors", snapshot / "adapter_model.safetensors")
    adapter = find_adapter("org/lora", Context.offline())
    assert (adapter.folder, adapter.name, commit_of(adapter.folder)) == (snapshot, "org/lora", COMMIT)


def test_commit_of_knows_no_commit_of_another_directory(llama):
    assert commit_of(llama) is None


def source(model, trust_remote_code=False):
    return Pretrained(model, model.name, "float32", torch.device("cpu"), trust_remote_code)


def test_hash_model_changes_with_weights_tokenizer_and_chat_template_alone(model):
    before, _ = hash_model(source(model), Context.offline())
    (model / "README.md").write_text("other")
    (model / "code.py").write_text("1")
    assert hash_model(source(model), Context.offline())[0] == before
    assert hash_model(source(model, True), Context.offline())[0] != before
    (model / "chat_template.jinja").write_text("{{ messages }}")
    with_chat, _ = hash_model(source(model), Context.offline())
    (model / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes() + b"\n")
    assert len({before, with_chat, hash_model(source(model), Context.offline())[0]}) == 3


def test_hash_model_gives_the_hash_of_every_file(model):
    sha256, files = hash_model(source(model), Context.offline())
    expected = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in model.iterdir()}
    assert set(files) == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert files == {name: expected[name] for name in files}
    assert hash_of(files) == sha256


def test_extract_writes_the_hashes_of_the_models_files(make_params, model, tmp_path):
    extract(make_params(model=str(model)))
    manifest = read_manifest(tmp_path / "store")
    sha256, files = hash_model(source(model), Context.offline())
    assert manifest.model_files == files
    assert manifest.source["modelHash"] == sha256


def test_read_manifest_refuses_files_of_the_model_that_are_not_those_of_its_hash(make_params, tmp_path):
    extract(make_params())
    file = tmp_path / "store" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["modelFiles"]["config.json"] = "0" * 64
    file.write_text(json.dumps(manifest))
    with pytest.raises(WorkerError, match="the hash of its modelFiles is not that of its source"):
        read_manifest(tmp_path / "store")


def test_hash_model_stops_when_cancelled(model):
    context = Context.offline()
    context.cancel()
    with pytest.raises(Cancelled):
        hash_model(source(model), context)


def test_find_model_refuses_a_pipe_among_its_files(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    os.mkfifo(tmp_path / "generation_config.json")
    with pytest.raises(WorkerError, match="'generation_config.json': it is a FIFO; give a directory of regular files"):
        find_model(str(tmp_path), None, False, Context.offline())
