"""Models whose states of a text change with what else is in its batch, or was run before it."""

import dataclasses

import pytest
import torch
from dataset_directory import write_dataset
from extract_store import extract, make_parts
from families import load_family, sample_texts
from feature_fixtures import TEXTS
from tiny_models import save_causal, save_llama
from transformers import AutoModel, AutoTokenizer, LlamaConfig, Phi3Config

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.extraction.planning.choose_way import check_full_batch, choose_way
from python_worker.extraction.planning.extraction_request import read_request
from python_worker.extraction.planning.full_batch import FullBatch
from python_worker.extraction.planning.make_plan import make_plan
from python_worker.extraction.planning.switching_length import switching_length
from python_worker.models.fresh_state import FreshState
from python_worker.store.manifest import read_manifest

_SMALL = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "max_position_embeddings": 64, "initializer_range": 0.2, "pad_token_id": 0,
}  # fmt: skip
LONGROPE = {
    "rope_type": "longrope", "rope_theta": 10000.0, "short_factor": [1.0] * 4, "long_factor": [4.0] * 4,
    "original_max_position_embeddings": 24,
}  # fmt: skip
DYNAMIC = {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 4.0}
LONG = "brown fox jumps over a lazy dog " * 2
PAIRS = [("a b", f"c{index}", f"d {index}") for index in range(20)]


def longrope(folder):
    config = Phi3Config(**_SMALL, rope_parameters=LONGROPE, original_max_position_embeddings=24)
    return save_causal(folder, config, TEXTS)


@torch.inference_mode()
def alone(folder, text, max_tokens):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    ids = tokenizer(text, truncation=True, max_length=max_tokens, return_tensors="pt")["input_ids"]
    return model(ids).last_hidden_state[0, -1]


@pytest.mark.parametrize("place", [0, 20], ids=["first", "last"])
def test_extract_runs_texts_alone_where_a_long_text_changes_the_others(make_params, tmp_path, place):
    model = longrope(tmp_path / "model")
    pairs = [*PAIRS[:place], ("quick", LONG, "x"), *PAIRS[place:]]
    params = make_params(model=str(model), dataset=str(write_dataset(tmp_path / "skewed", {"train": pairs})))
    _, found = extract(params)
    stats = read_manifest(tmp_path / "store").stats
    assert stats["way"] == "singles"
    assert float(stats["difference.buckets"]) > 1e-2 and float(stats["difference.singles"]) < 1e-5
    texts = [f"Q: {prompt}\nA: {text}" for prompt, *answers in pairs for text in answers]
    rows = found["train"][:, 1:].flatten().long()
    for index in (0, 2 * place, 2 * place + 1, len(texts) - 1):
        assert torch.allclose(found["responses"][rows[index]], alone(model, texts[index], params.max_tokens), atol=1e-5)


def test_extract_keeps_the_tree_where_no_text_is_long_enough_to_change_others(make_params, tmp_path):
    model = longrope(tmp_path / "model")
    params = make_params(model=str(model), dataset=str(write_dataset(tmp_path / "short", {"train": PAIRS})))
    assert make_parts(params).way == "tree"


def test_choose_way_refuses_the_way_asked_for_where_a_batch_changes_texts(make_params, tmp_path):
    model = longrope(tmp_path / "model")
    dataset = str(write_dataset(tmp_path / "skewed", {"train": [*PAIRS, ("quick", LONG, "x")]}))
    with pytest.raises(WorkerError, match=r"Cannot run model '.*model' in the way 'buckets': states differ by .*; at most 1e-04 is"):
        make_parts(make_params(model=str(model), dataset=dataset, way="buckets"))
    assert make_parts(make_params(model=str(model), dataset=dataset, way="singles")).way == "singles"


class WithBatch(torch.nn.Module):
    """A network whose states change with the batch as `change` says: (states, token ids, calls so far) → states."""

    def __init__(self, network, change):
        super().__init__()
        self.network, self.change, self.calls, self.config = network, change, 0, network.config

    def forward(self, input_ids, **inputs):
        self.calls += 1
        output = self.network(input_ids=input_ids, **inputs)
        output.last_hidden_state = self.change(output.last_hidden_state, input_ids, self.calls)
        return output


def changed(tmp_path, change):
    model = load_family(tmp_path / "model", "llama")
    network = WithBatch(model.network, change).eval()
    return dataclasses.replace(model, loaded=dataclasses.replace(model.loaded, network=network), fresh=FreshState(network))


CHANGES = {
    "the mean of the batch": lambda state, ids, _calls: state + 0.05 * state.mean(dim=(0, 1)) * (len(ids) > 1),
    "many texts": lambda state, ids, _calls: state * (1.1 if len(ids) > 4 else 1),
    "the place in the batch": lambda state, ids, _calls: state * (1 + 0.01 * torch.arange(len(ids)))[:, None, None],
    "capacity": lambda state, ids, _calls: torch.cat([state[:2], state[2:] * 0.5]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_choose_way_takes_single_texts_where_a_batch_changes_them(tmp_path, name):
    check = choose_way(changed(tmp_path, CHANGES[name]), sample_texts(), (None,))
    assert check.way == "singles"
    assert check.differences["buckets"] > 1e-4 and check.differences["singles"] <= 1e-4


def capacity(state, _ids, _calls):
    """Of more than 600 tokens of a batch those at its end change: more than a check of a few texts runs together."""
    kept_t = torch.arange(state.shape[0] * state.shape[1]).reshape(state.shape[:2]) < 600
    return torch.where(kept_t[..., None], state, 0.5 * state)


@pytest.mark.parametrize(("budget", "way"), [(512, "tree"), (2048, "singles")], ids=["small batches", "large batches"])
def test_a_way_is_taken_where_batches_as_large_as_the_budget_keep_texts_apart(tmp_path, budget, way):
    model, sample = changed(tmp_path, capacity), sample_texts()
    check = choose_way(model, sample, (None,))
    assert check.way == "tree"
    check = check_full_batch(model, sample, (None,), check, FullBatch(budget, texts=10_000))
    assert check.way == way and check.differences[way] <= 1e-4
    assert (check.differences["tree"] > 0.1) is (way == "singles")


def test_a_plan_has_single_texts_where_a_batch_of_the_devices_budget_changes_them(make_params, tmp_path):
    pairs = [(f"a {index}", f"c{index}", f"d {index}") for index in range(150)]
    dataset = str(write_dataset(tmp_path / "many", {"train": pairs}))
    params = make_params(model=str(save_llama(tmp_path / "model", TEXTS)), dataset=dataset, token_budget=None)
    plan = make_plan(read_request(params, Context.offline()), changed(tmp_path, capacity), Context.offline())
    assert (plan.way, plan.token_budget) == ("singles", params.max_tokens) and float(plan.way_differences["tree"]) > 0.1


def test_a_way_asked_for_that_fails_in_large_batches_alone_is_refused(tmp_path):
    model, sample = changed(tmp_path, capacity), sample_texts()
    check = choose_way(model, sample, (None,), "buckets")
    with pytest.raises(WorkerError, match="^Cannot run model 'llama' in the way 'buckets': states differ by 5.0e-01 from those"):
        check_full_batch(model, sample, (None,), check, FullBatch(2048, texts=10_000), "buckets")


@pytest.mark.parametrize(
    "change",
    [lambda state, _ids, _calls: state + torch.randn(32), lambda state, _ids, calls: state * (1 + 0.01 * calls)],
    ids=["random numbers", "a count of calls"],
)
def test_choose_way_refuses_a_model_that_gives_the_same_text_other_states(tmp_path, change):
    with pytest.raises(WorkerError, match="^Cannot run model 'llama': the same text run again gives states that differ by") as caught:
        choose_way(changed(tmp_path, change), sample_texts(), (None,))
    assert caught.value.code == "INVALID_DATA"


def test_states_forget_what_dynamic_positions_kept_of_a_longer_text(tmp_path):
    folder = save_causal(tmp_path / "model", LlamaConfig(**_SMALL, rope_parameters=DYNAMIC), TEXTS)
    network = AutoModel.from_pretrained(folder).eval()
    fresh, ids_bt = FreshState(network), torch.arange(64).unsqueeze(0) % 300
    with torch.inference_mode():
        before_btd = network(ids_bt).last_hidden_state
        network(torch.arange(200).unsqueeze(0) % 300)
        assert (network(ids_bt).last_hidden_state - before_btd).norm() > 1e-2
        fresh.restore()
        assert torch.equal(network(ids_bt).last_hidden_state, before_btd)


@pytest.mark.parametrize(
    ("changes", "length"),
    [
        ({}, None),
        ({"rope_parameters": DYNAMIC}, 64),
        ({"rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}}, None),
    ],
    ids=["usual", "dynamic", "linear"],
)
def test_switching_length_is_that_of_kinds_that_look_at_the_longest_text(changes, length):
    assert switching_length(LlamaConfig(**_SMALL | changes)) == length
