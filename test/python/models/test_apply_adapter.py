"""Adapters of PEFT on models with and without their head, compared with weights that were added by hand."""

import json
import shutil
import warnings
from dataclasses import replace

import pytest
import torch
from extract_store import extract
from feature_fixtures import TEXTS
from peft import IA3Config, LoraConfig, PeftModel, PromptTuningConfig, get_peft_model
from safetensors.torch import load_file, save_file
from tiny_models import save_bart, save_bert, save_gpt2, save_llama, save_masked_bert
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    AutoModelForSeq2SeqLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
)

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.models.apply_adapter import apply_adapter
from python_worker.models.files.model_files import find_adapter
from python_worker.models.files.model_source import describe_switches
from python_worker.models.language_model import load_language_model
from python_worker.models.model import load_model
from python_worker.models.pretrained import Pretrained
from python_worker.store.manifest import read_manifest

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")  # of peft
IDS_BT = torch.tensor([[7, 3, 250, 90, 17]])
LORA = {"r": 4, "lora_alpha": 6, "target_modules": "all-linear"}


def save_adapter(folder, model, auto_class=AutoModelForCausalLM, config=None):
    """An adapter whose every weight is random, as it was trained on the class's network."""
    torch.manual_seed(3)
    with warnings.catch_warnings(action="ignore"):  # peft tells what it settles by itself
        adapted = get_peft_model(auto_class.from_pretrained(model), config or LoraConfig(**LORA))
        for name, parameter in adapted.named_parameters():
            if parameter.requires_grad:
                parameter.data = torch.randn_like(parameter) * 0.1 + (1 if "ia3" in name else 0)
        adapted.save_pretrained(folder)
    return folder


def add_by_hand(model, adapter, target):
    """A copy of the checkpoint with W + alpha / r · B A in the place of W."""
    shutil.copytree(model, target)
    weights, products = load_file(model / "model.safetensors"), load_file(adapter / "adapter_model.safetensors")
    modules = {key.removeprefix("base_model.model.").rsplit(".lora_", 1)[0] for key in products if ".lora_" in key}
    for name in modules:
        a_rd, b_or = (products[f"base_model.model.{name}.lora_{side}.weight"] for side in "AB")
        key = f"{name}.weight" if f"{name}.weight" in weights else f"model.{name}.weight"
        weights[key] += 6 / 4 * b_or @ a_rd
    save_file(weights, target / "model.safetensors", {"format": "pt"})
    return target


def source(model, adapter=None):
    found = None if adapter is None else find_adapter(str(adapter), Context.offline())
    return Pretrained(model, model.name, "float32", torch.device("cpu"), False, adapter=found)


@torch.inference_mode()
def states(model):
    return model.network(input_ids=IDS_BT, attention_mask=torch.ones_like(IDS_BT)).last_hidden_state


@pytest.mark.parametrize("auto_class", [AutoModelForCausalLM, AutoModel], ids=["with a head", "without a head"])
def test_adapter_takes_effect_however_it_was_trained(llama, tmp_path, auto_class):
    adapter = save_adapter(tmp_path / "adapter", llama, auto_class)
    by_hand = source(add_by_hand(llama, adapter, tmp_path / "by-hand"))
    plain_btd = states(load_model(source(llama)))
    for load in (load_model, load_language_model):
        adapted_btd, expected_btd = states(load(source(llama, adapter))), states(load(by_hand))
        assert torch.allclose(adapted_btd, expected_btd, atol=1e-5, rtol=1e-5)
        assert (adapted_btd - plain_btd).norm() > 0.1 * plain_btd.norm()


def test_adapter_of_a_language_model_changes_its_logits(llama, tmp_path):
    config = LoraConfig(r=4, lora_alpha=6, target_modules=["q_proj", "lm_head"])
    adapter = save_adapter(tmp_path / "adapter", llama, config=config)
    adapted = load_language_model(source(llama, adapter))
    by_hand = load_language_model(source(add_by_hand(llama, adapter, tmp_path / "by-hand")))
    with torch.inference_mode():
        assert torch.allclose(adapted.logits(states(adapted)), by_hand.logits(states(by_hand)), atol=1e-4)


def test_adapter_is_added_to_the_weights_once(llama, tmp_path):
    network = load_model(source(llama, save_adapter(tmp_path / "adapter", llama))).network
    assert not any("lora" in name for name, _ in network.named_modules())


def test_apply_adapter_gives_the_same_states_without_adding_to_the_weights(llama, tmp_path):
    adapter = find_adapter(str(save_adapter(tmp_path / "adapter", llama)), Context.offline())
    merged, apart = load_model(source(llama, adapter.folder)), load_model(source(llama))
    network = AutoModelForCausalLM.from_pretrained(llama).eval()
    apply_adapter(network, adapter, merge=False)
    assert any("lora" in name for name, _ in network.named_modules())
    changed = replace(apart, network=network.base_model)
    assert torch.allclose(states(changed), states(merged), atol=1e-5, rtol=1e-5)
    assert not torch.allclose(states(apart), states(merged), atol=1e-2)


@pytest.mark.parametrize(
    ("save", "auto_class", "config"),
    [
        (save_gpt2, AutoModelForCausalLM, IA3Config(fan_in_fan_out=True)),
        (save_bert, AutoModel, None),
        (save_masked_bert, AutoModelForMaskedLM, None),
        (save_bart, AutoModelForSeq2SeqLM, None),
        (save_bart, AutoModel, None),
    ],
    ids=["gpt2, IA3", "bert", "masked bert", "bart with a head", "bart"],
)
def test_adapter_gives_the_states_that_peft_itself_gives(tmp_path, save, auto_class, config):
    model = save(tmp_path / "model", TEXTS)
    adapter = save_adapter(tmp_path / "adapter", model, auto_class, config)
    whole = PeftModel.from_pretrained(auto_class.from_pretrained(model), adapter).get_base_model().eval()
    below = whole.base_model
    expected = below.get_encoder() if below.config.is_encoder_decoder else below
    with torch.inference_mode():
        expected_btd = expected(input_ids=IDS_BT, attention_mask=torch.ones_like(IDS_BT)).last_hidden_state
    assert torch.allclose(states(load_model(source(model, adapter))), expected_btd, atol=1e-5, rtol=1e-5)
    assert (states(load_model(source(model))) - expected_btd).norm() > 0.01 * expected_btd.norm()


def test_adapter_of_a_head_fits_a_checkpoint_that_lacks_the_head(llama, tmp_path):
    adapter = save_adapter(tmp_path / "adapter", llama, config=LoraConfig(r=4, target_modules=["q_proj"]))
    headless = shutil.copytree(llama, tmp_path / "headless")
    AutoModel.from_pretrained(llama).save_pretrained(headless)
    found_btd = states(load_model(source(headless, adapter)))
    assert torch.allclose(found_btd, states(load_model(source(llama, adapter))), atol=1e-6)


def save_reward_adapter(folder, model, auto_class, config):
    """An adapter and a head as a reward model's training writes them."""
    torch.manual_seed(4)
    with warnings.catch_warnings(action="ignore"):
        adapted = get_peft_model(auto_class.from_pretrained(model, num_labels=1), config)
        for name, parameter in adapted.named_parameters():
            if parameter.requires_grad:
                parameter.data = torch.randn_like(parameter) * 0.1
        adapted.save_pretrained(folder)
    return folder


REWARD = {"r": 4, "lora_alpha": 6, "task_type": "SEQ_CLS"}


@pytest.mark.parametrize(
    ("save", "auto_class", "config", "head"),
    [
        (save_llama, AutoModelForSequenceClassification, {"target_modules": ["q_proj", "v_proj"]}, "score"),
        (save_llama, AutoModelForSequenceClassification, {"target_modules": ["q_proj", "score"], "task_type": None}, "score"),
        (save_llama, AutoModelForTokenClassification, {"target_modules": ["q_proj"], "task_type": "TOKEN_CLS"}, "score"),
        (save_gpt2, AutoModelForSequenceClassification, {"target_modules": ["c_attn"], "fan_in_fan_out": True}, "score"),
        (save_bert, AutoModelForSequenceClassification, {"target_modules": ["query", "value"]}, "classifier"),
    ],
    ids=["llama", "a head with products", "tokens", "gpt2", "bert"],
)
def test_adapter_of_a_reward_model_gives_the_states_of_its_layers_and_its_head_is_told(tmp_path, save, auto_class, config, head):
    model = save(tmp_path / "model", TEXTS)
    adapter = save_reward_adapter(tmp_path / "adapter", model, auto_class, LoraConfig(**REWARD | config))
    whole = PeftModel.from_pretrained(auto_class.from_pretrained(model, num_labels=1), adapter).get_base_model().eval()
    with torch.inference_mode():
        expected_btd = whole.base_model(input_ids=IDS_BT, attention_mask=torch.ones_like(IDS_BT)).last_hidden_state
    found_btd = states(load_model(source(model, adapter)))
    assert torch.allclose(found_btd, expected_btd, atol=1e-5, rtol=1e-5)
    assert (states(load_model(source(model))) - found_btd).norm() > 0.01 * found_btd.norm()
    assert describe_switches(source(model, adapter))["adapterHeadLeftAside"] == head


def add_value_head(weights):
    weights["v_head.summary.weight"] = torch.zeros(1, 32)


def test_adapter_with_a_value_head_gives_what_it_gives_without(llama, tmp_path):
    adapter = save_adapter(tmp_path / "adapter", llama)
    expected_btd = states(load_model(source(llama, adapter)))
    change(adapter / "adapter_model.safetensors", add_value_head)
    for load in (load_model, load_language_model):
        assert torch.allclose(states(load(source(llama, adapter))), expected_btd, atol=1e-6)
    assert describe_switches(source(llama, adapter))["adapterHeadLeftAside"] == "v_head"


def change(file, edit):
    weights = load_file(file)
    edit(weights)
    save_file(weights, file, {"format": "pt"})


def add_stranger(weights):
    weights["base_model.model.model.layers.9.self_attn.q_proj.lora_A.weight"] = torch.zeros(4, 32)


def drop_first(weights):
    del weights[min(weights)]


def narrow_first(weights):
    weights[min(weights)] = weights[min(weights)][:, :-1].contiguous()


def spoil_first(weights):
    weights[min(weights)][:] = torch.nan


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (add_stranger, r"1 of its weights find no place in the model, 'base_model.model.model.layers.9.self_attn.q_proj"),
        (drop_first, r"1 of the weights it needs are not in its file, 'base_model.model.model.layers.0.mlp.down_proj"),
        (narrow_first, "size mismatch for base_model.model.model.layers.0"),
        (spoil_first, "NaNs detected in the merged weights"),
    ],
    ids=["a weight too many", "a weight too few", "another shape", "NaN"],
)
@pytest.mark.parametrize("load", [load_model, load_language_model])
def test_adapter_that_does_not_fit_is_refused(llama, tmp_path, load, edit, found):
    adapter = save_adapter(tmp_path / "adapter", llama)
    change(adapter / "adapter_model.safetensors", edit)
    with pytest.raises(WorkerError, match=rf"^Cannot use adapter '.*adapter': {found}[^\n]*; use a PEFT adapter that was") as caught:
        load(source(llama, adapter))
    assert caught.value.code == "INVALID_DATA"


@pytest.mark.parametrize("load", [load_model, load_language_model])
def test_adapter_of_another_model_is_refused(llama, tmp_path, load):
    adapter = save_adapter(tmp_path / "adapter", save_gpt2(tmp_path / "gpt2", TEXTS))
    with pytest.raises(WorkerError, match="Cannot use adapter '.*adapter': the model has no part 'transformer.h.0"):
        load(source(llama, adapter))


def test_adapter_whose_modules_the_model_lacks_is_refused(llama, tmp_path):
    adapter = save_adapter(tmp_path / "adapter", llama)
    file = adapter / "adapter_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"target_modules": ["c_attn"]}))
    with pytest.raises(WorkerError, match=r"Cannot use adapter '.*adapter': Target modules .*c_attn.* not found"):
        load_model(source(llama, adapter))


def test_adapter_of_prompts_is_refused(llama, tmp_path):
    config = PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    adapter = save_adapter(tmp_path / "adapter", llama, config=config)
    with pytest.raises(WorkerError, match="it is of kind PROMPT_TUNING, which changes some positions of a text alone"):
        load_model(source(llama, adapter))


def test_adapter_with_a_broken_config_is_refused(llama, tmp_path):
    adapter = save_adapter(tmp_path / "adapter", llama)
    (adapter / "adapter_config.json").write_text("{")
    with pytest.raises(WorkerError, match="Cannot use adapter '.*adapter': "):
        load_model(source(llama, adapter))


def test_find_adapter_says_what_is_missing(llama, tmp_path):
    with pytest.raises(WorkerError, match="Cannot load adapter '.*absent': there is no such directory"):
        find_adapter(str(tmp_path / "absent"), Context.offline())
    with pytest.raises(WorkerError, match="Cannot load adapter '.*tiny-llama': it has no adapter_config.json"):
        find_adapter(str(llama), Context.offline())
    adapter = save_adapter(tmp_path / "adapter", llama)
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(WorkerError, match="Cannot load adapter '.*adapter': 'adapter_model.safetensors' is no whole"):
        find_adapter(str(adapter), Context.offline())
    weights.unlink()
    with pytest.raises(WorkerError, match="Cannot load adapter '.*adapter': it has no adapter_model.safetensors"):
        find_adapter(str(adapter), Context.offline())


def test_find_adapter_refuses_a_pickle(llama, tmp_path):
    adapter = save_adapter(tmp_path / "adapter", llama)
    (adapter / "adapter_model.safetensors").rename(adapter / "adapter_model.bin")
    message = r"Cannot load adapter '.*adapter': its weights 'adapter_model.bin' are a pickle, .*adapter_model.safetensors"
    with pytest.raises(WorkerError, match=message):
        find_adapter(str(adapter), Context.offline())


def test_extract_tells_the_adapter_and_its_files(make_params, llama, tmp_path):
    adapter = save_adapter(tmp_path / "tuned", llama)
    plain, _ = extract(make_params(), tmp_path / "plain")
    adapted, _ = extract(make_params(adapter=str(adapter)))
    one, other = read_manifest(tmp_path / "plain"), read_manifest(tmp_path / "store")
    assert adapted.stores[0].id != plain.stores[0].id
    assert other.source["adapter"] == "tuned"
    added = {"adapter/adapter_config.json", "adapter/adapter_model.safetensors"}
    assert set(other.model_files) - set(one.model_files) == added
    assert other.source["modelHash"] != one.source["modelHash"]
    assert other.features.sha256 != one.features.sha256
