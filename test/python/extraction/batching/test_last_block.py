"""Hidden layer N of a model of N blocks is what the last block gives, before the final norm."""

from pathlib import Path

import msgspec
import pytest
import torch
from extract_store import make_parts, merge
from families import CONFIGS, load_family
from feature_fixtures import TEXTS
from tiny_models import save_bart, save_bert, save_causal, save_t5
from transformers import AutoModel, MambaConfig

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.extraction.batching.last_block import find_last_block, refuse_other_numbers
from python_worker.extraction.parts.plan_file import read_plan
from python_worker.operations import features_verify
from python_worker.protocol.messages import FeatureOutput, FeaturesVerifyParams
from python_worker.store.manifest import read_manifest

FAMILIES = ["llama", "mistral", "qwen2", "gemma2", "gemma3", "gpt2", "gpt-neox", "phi", "bloom", "falcon, alibi"]
IDS_BT = torch.tensor([[7, 3, 250, 90, 17]])
LAST_BLOCK = [FeatureOutput(pooling="last-token", layer=2), FeatureOutput(pooling="last-token", layer=None)]


def blocks_of(network):
    return next(module for module in network.modules() if isinstance(module, torch.nn.ModuleList))


@torch.inference_mode()
def block_output(network, ids_bt):
    """The plain way: a hook on the last block."""
    kept = []
    hook = blocks_of(network)[-1].register_forward_hook(lambda _m, _i, out: kept.append(out[0] if isinstance(out, tuple) else out))
    network(ids_bt)
    hook.remove()
    return kept[-1].reshape(*ids_bt.shape, -1)


@pytest.mark.parametrize("name", FAMILIES)
def test_deepest_layer_is_the_last_block_of_every_family_and_last_is_normed(tmp_path, name):
    model = load_family(tmp_path / "model", name).with_last_block()
    assert name in CONFIGS and model.last_block.layer == 2
    with torch.inference_mode():
        states = model.states((1, 2, None), input_ids=IDS_BT)
        usual = model.network(IDS_BT, output_hidden_states=True)
    assert torch.allclose(states[2], block_output(model.network, IDS_BT), atol=1e-5)
    assert torch.equal(states[None], usual.last_hidden_state) and torch.equal(states[1], usual.hidden_states[1])
    assert (states[2] - states[None]).norm() > 1e-2 * states[None].norm()


@pytest.mark.parametrize("save", [save_bert, save_bart], ids=["bert", "bart"])
def test_model_without_a_final_norm_keeps_its_states(tmp_path, save):
    network = AutoModel.from_pretrained(save(tmp_path / "model", TEXTS)).eval()
    network = network.get_encoder() if network.config.is_encoder_decoder else network
    assert find_last_block(network, torch.device("cpu"), "it") is None


def test_encoder_with_a_final_norm_has_its_last_block(tmp_path):
    network = AutoModel.from_pretrained(save_t5(tmp_path / "model", TEXTS)).get_encoder().eval()
    assert find_last_block(network, torch.device("cpu"), "it").module is network.block[-1]


class Hidden(torch.nn.Module):
    """A network whose blocks stand in no list."""

    def __init__(self, network):
        super().__init__()
        self.call = lambda **inputs: network(**inputs)

    def forward(self, **inputs):
        return self.call(**inputs)


def test_model_whose_blocks_are_not_found_is_refused(tmp_path):
    network = Hidden(load_family(tmp_path / "model", "llama").network)
    message = "^Cannot pool hidden layer 2 of model 'it': what its last block gives before the final norm is not found; choose a layer"
    with pytest.raises(WorkerError, match=message) as caught:
        find_last_block(network, torch.device("cpu"), "it")
    assert caught.value.code == "INVALID_ARGUMENT"


def test_layers_that_a_model_numbers_otherwise_are_refused(make_params, tmp_path):
    config = MambaConfig(vocab_size=300, hidden_size=32, num_hidden_layers=3, state_size=4, pad_token_id=0)
    params = make_params(model=str(save_causal(tmp_path / "model", config, TEXTS)), outputs=[FeatureOutput(pooling="mean", layer=1)])
    with pytest.raises(WorkerError, match="^Cannot pool hidden layer 1 of model '.*': its hidden state 1 is what 2 of its blocks give;"):
        make_parts(params)


@pytest.mark.parametrize("name", [*FAMILIES, "bert"])
def test_layers_before_the_deepest_are_what_so_many_blocks_give(tmp_path, name):
    model = load_family(tmp_path / "model", name)
    refuse_other_numbers(model.network, model.device, name, [0, 1])


@pytest.mark.parametrize("way", ["tree", "singles"])
def test_extract_stores_the_last_block_and_says_so_in_its_source(make_params, tmp_path, way):
    params = make_params(outputs=LAST_BLOCK, way=way)
    make_parts(params)
    stores = {store.name: store for store in merge(params.dataset, [params.work], tmp_path / "stores").stores}
    block, last = (read_manifest(tmp_path / "stores" / name) for name in ("last-token-layer-2", "last-token"))
    assert block.source["layer"] == 2 and block.source["finalNorm"] is False
    assert "finalNorm" not in last.source and stores["last-token"].id != stores["last-token-layer-2"].id
    verified = verify(params, tmp_path / "stores" / "last-token-layer-2")
    assert verified.wrong == 0 and verified.max_difference < 1e-5


def verify(params, store):
    asked = {name: getattr(params, name) for name in FeaturesVerifyParams.__struct_fields__ if hasattr(params, name)}
    changes = {"store": str(store), "sample": 9, "seed": 1}
    return features_verify.run(FeaturesVerifyParams(**(asked | changes)), {}, Context.offline()).data


def test_extract_tells_a_plan_of_an_earlier_release_from_its_own(make_params):
    params = make_params(outputs=LAST_BLOCK[:1])
    make_parts(params)
    plan = read_plan(Path(params.work))
    outputs = [msgspec.structs.replace(output, before_norm=False) for output in plan.outputs]
    old = msgspec.structs.replace(plan, outputs=outputs)
    (Path(params.work) / "plan.json").write_bytes(msgspec.json.encode(old))
    assert b"beforeNorm" not in msgspec.json.encode(old)
    with pytest.raises(WorkerError, match=r"^Cannot go on in '.*': it was begun by an earlier release, whose layer 2 was the state after"):
        make_parts(params)

