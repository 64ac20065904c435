"""The switches of a model, through the operations that take them."""

import shutil
from importlib.util import find_spec

import pytest
import torch
from extract_store import extract

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.models.device_map import input_device
from python_worker.models.language_model import load_language_model
from python_worker.models.model import load_model
from python_worker.models.pretrained import Pretrained
from python_worker.operations.features_extract import run
from python_worker.operations.features_uncertainty import run as run_uncertainty
from python_worker.store.manifest import read_manifest

IDS_BT = torch.tensor([[7, 3, 250, 90, 17]])


def source(model, **switches):
    return Pretrained(model, model.name, "float32", torch.device("cpu"), False, **switches)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_extract_gives_the_same_features_with_any_attention(make_params, tmp_path, attention):
    _, usual = extract(make_params(), tmp_path / "usual")
    _, changed = extract(make_params(attention=attention))
    assert torch.allclose(usual["responses"], changed["responses"], atol=1e-5, rtol=1e-5)
    assert read_manifest(tmp_path / "store").source["attention"] == attention
    assert "attention" not in read_manifest(tmp_path / "usual").source


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
@pytest.mark.parametrize("load", [load_model, load_language_model])
def test_load_model_uses_the_attention_asked_for(llama, load, attention):
    assert load(source(llama, attention=attention)).network.config._attn_implementation == attention


@pytest.mark.skipif(find_spec("flash_attn") is not None, reason="flash attention is there")
@pytest.mark.parametrize("operation", ["extract", "uncertainty"])
def test_an_attention_that_cannot_be_used_is_said_in_one_line(make_params, make_entropy_params, operation):
    message = r"^Cannot run model '.*tiny-llama' with attention 'flash_attention_2': [^\n]*, another --attention is needed$"
    with pytest.raises(WorkerError, match=message) as caught:
        if operation == "extract":
            run(make_params(attention="flash_attention_2"), {}, Context.offline())
        else:
            run_uncertainty(make_entropy_params(attention="flash_attention_2"), {}, Context.offline())
    assert caught.value.code == "INVALID_ARGUMENT"


@pytest.mark.skipif(find_spec("bitsandbytes") is not None, reason="bitsandbytes is there")
@pytest.mark.parametrize("bits", ["8", "4"])
@pytest.mark.parametrize("operation", ["extract", "uncertainty"])
def test_few_bits_need_bitsandbytes(make_params, make_entropy_params, operation, bits):
    message = rf"Cannot load model '.*tiny-llama' in {bits} bit: bitsandbytes is not installed, .* is needed$"
    with pytest.raises(WorkerError, match=message) as caught:
        if operation == "extract":
            run(make_params(quantisation=f"{bits}bit"), {}, Context.offline())
        else:
            run_uncertainty(make_entropy_params(quantisation=f"{bits}bit"), {}, Context.offline())
    assert caught.value.code == "START_FAILED"


@pytest.mark.parametrize("device_map", ["auto", "balanced", "sequential"])
def test_extract_gives_the_same_features_with_a_device_map(make_params, tmp_path, device_map):
    _, usual = extract(make_params(), tmp_path / "usual")
    _, mapped = extract(make_params(device_map=device_map, device="auto"))
    assert torch.allclose(usual["responses"], mapped["responses"], atol=1e-4, rtol=1e-4)
    assert read_manifest(tmp_path / "store").source == read_manifest(tmp_path / "usual").source


def test_extract_refuses_a_device_beside_a_device_map(make_params):
    with pytest.raises(WorkerError, match="Cannot use --device-map auto with --device cpu: the map chooses among all GPUs"):
        run(make_params(device_map="auto"), {}, Context.offline())


@pytest.mark.parametrize("load", [load_model, load_language_model])
def test_load_model_refuses_a_map_that_leaves_layers_on_the_disk(llama, load):
    prefix = "" if load is load_model else "model."
    parts = {f"{prefix}{name}": "cpu" for name in ("embed_tokens", "layers.0", "norm", "rotary_emb")}
    head = {} if load is load_model else {"lm_head": "cpu"}
    device_map = {**parts, **head, f"{prefix}layers.1": "disk"}
    message = "Cannot load model 'tiny-llama' over the devices here: .* find no room, more memory, a smaller dtype or --load-in"
    with pytest.raises(WorkerError, match=message):
        load(source(llama, device_map=device_map))


def test_load_model_says_where_token_ids_go(llama):
    model = load_model(source(llama))
    assert model.device == input_device(model.network) == torch.device("cpu")
    without = torch.nn.Linear(2, 2)
    assert input_device(without) == torch.device("cpu")


def bring_own_code(llama, folder, code):
    """A llama whose class comes in a file beside its weights."""
    model = shutil.copytree(llama, folder)
    maps = '"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig", "AutoModel": "own.Own"}'
    config = (model / "config.json").read_text().replace('"model_type": "llama"', maps)
    (model / "config.json").write_text(config)
    (model / "own.py").write_text(code)
    return model


OWN = """
from transformers import LlamaConfig, LlamaModel


class OwnConfig(LlamaConfig):
    model_type = "own"


class Own(LlamaModel):
    config_class = OwnConfig
"""


def test_extract_runs_code_of_the_model_when_told(make_params, llama, tmp_path, monkeypatch):
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    model = bring_own_code(llama, tmp_path / "own", OWN)
    _, usual = extract(make_params(), tmp_path / "usual")
    _, own = extract(make_params(model=str(model), trust_remote_code=True))
    assert torch.allclose(usual["responses"], own["responses"], atol=1e-6)
    assert "own.py" in read_manifest(tmp_path / "store").model_files


def test_uncertainty_runs_no_code_of_the_model_unless_told(make_entropy_params, llama, tmp_path):
    model = bring_own_code(llama, tmp_path / "own", "raise SystemExit('the code of the model ran')")
    with pytest.raises(WorkerError, match="it brings its own code, permission to run that code is needed"):
        run_uncertainty(make_entropy_params(model=str(model)), {}, Context.offline())


