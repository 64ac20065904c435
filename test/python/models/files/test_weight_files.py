import json
import shlex
import shutil
import subprocess

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.models.files.model_files import find_model
from python_worker.models.files.weight_files import check_weight_files

INDEX = "model.safetensors.index.json"


@pytest.fixture
def model(llama, tmp_path):
    return shutil.copytree(llama, tmp_path / "tiny llama")


@pytest.fixture
def sharded(llama, tmp_path):
    """The same model in several files and an index."""
    folder = shutil.copytree(llama, tmp_path / "sharded")
    (folder / "model.safetensors").unlink()
    AutoModelForCausalLM.from_pretrained(llama).save_pretrained(folder, max_shard_size="40KB")
    assert len(list(folder.glob("*.safetensors"))) > 2
    return folder


def test_check_weight_files_takes_whole_files(model, sharded):
    check_weight_files(model, "m")
    check_weight_files(sharded, "m")


def test_check_weight_files_names_the_shard_that_is_missing(sharded):
    missing = sorted(sharded.glob("*.safetensors"))[1]
    missing.unlink()
    with pytest.raises(WorkerError, match=rf"Cannot load model '.*': '{INDEX}' names '{missing.name}', which is not there"):
        find_model(str(sharded), None, False, Context.offline())


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"weight_map": 3}', '{"weight_map": {"a": 3}}'])
def test_check_weight_files_refuses_an_index_that_is_none(sharded, content):
    (sharded / INDEX).write_text(content)
    with pytest.raises(WorkerError, match=f"'{INDEX}' is no index of weights, one with a weight_map is needed"):
        check_weight_files(sharded, "m")


def test_check_weight_files_refuses_an_index_of_files_elsewhere(sharded):
    (sharded / INDEX).write_text(json.dumps({"weight_map": {"a": "../other/model.safetensors"}}))
    with pytest.raises(WorkerError, match=r"names '\.\./other/model.safetensors', files that lie beside it are needed"):
        check_weight_files(sharded, "m")


@pytest.mark.parametrize("keep", [0, 5, 500, -100])
def test_check_weight_files_names_the_file_that_is_cut_off(sharded, keep):
    file = sorted(sharded.glob("*.safetensors"))[0]
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(WorkerError, match=rf"Cannot load model 'm': '{file.name}' is no whole safetensors file \(") as caught:
        check_weight_files(sharded, "m")
    assert caught.value.code == "INVALID_DATA"


def save_pickles(folder, names):
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    keys = sorted(weights)
    for index, name in enumerate(names):
        torch.save({key: weights[key] for key in keys[index :: len(names)]}, folder / name)
    return weights


@pytest.mark.parametrize(
    "names", [["pytorch_model.bin"], ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"], ["all.pt"], ["last.ckpt"]]
)
def test_check_weight_files_refuses_pickles_and_tells_a_command_that_converts_them(model, names):
    weights = save_pickles(model, names)
    if "bin" in names[0]:
        torch.save("the settings of a trainer", model / "training_args.bin")
    with pytest.raises(WorkerError, match=rf"its weights '{names[0]}' are a pickle, which may run code .*, weights in") as caught:
        find_model(str(model), None, False, Context.offline())
    assert "\n" not in caught.value.message
    command = caught.value.message.split("to be made with: ")[1]
    subprocess.run(["sh", "-c", command], check=True)
    assert find_model(str(model), None, False, Context.offline()) == model
    converted = load_file(model / "model.safetensors")
    assert converted.keys() == weights.keys()
    assert all(torch.equal(converted[key], weights[key]) for key in weights)
    AutoModelForCausalLM.from_pretrained(model)
    assert shlex.split(command)[1] == "-c"


def test_check_weight_files_refuses_a_directory_without_weights(model):
    (model / "model.safetensors").unlink()
    with pytest.raises(WorkerError, match=r"it has no \*.safetensors file, weights in safetensors are needed"):
        find_model(str(model), None, False, Context.offline())


def test_find_model_reads_no_pickle_that_lies_beside(model):
    (model / "pytorch_model.bin").write_bytes(b"spoilt")
    assert find_model(str(model), None, False, Context.offline()) == model
