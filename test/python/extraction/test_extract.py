import dataclasses
import os
import shutil

import numpy as np
import pytest
import torch
from extract_store import extract, make_parts, merge
from feature_fixtures import TEXTS
from safetensors.torch import load_file, save_file
from tiny_models import save_gpt2, save_llama, save_roberta
from transformers import AutoModel, AutoTokenizer

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.store.manifest import read_manifest
from python_worker.texts.templates import render_prompts, render_responses


@torch.inference_mode()
def embed_alone(params, pool):
    """Features of every text by a forward of its own: the plain way."""
    dataset = read_dataset_texts(params.dataset)
    tokenizer, model = AutoTokenizer.from_pretrained(params.model), AutoModel.from_pretrained(params.model)

    def embed(text):
        ids = tokenizer(text, truncation=True, max_length=params.max_tokens, return_tensors="pt")["input_ids"]
        return pool(model(ids).last_hidden_state[0])

    texts = render_prompts(params.prompt_template, dataset), render_responses(params.response_template, dataset)
    return tuple(torch.stack([embed(text) for text in column]) for column in texts)


def assert_same(tensors, expected):
    for name, rows in zip(("prompts", "responses"), expected, strict=True):
        assert torch.allclose(tensors[name], rows, atol=1e-5, rtol=0), name


@pytest.mark.parametrize(
    ("save", "tokenizer"),
    [
        (save_llama, {}),
        (save_llama, {"pad_token": "<|end|>", "padding_side": "left"}),
        (save_gpt2, {"pad_token": "<|end|>", "padding_side": "right"}),
        (save_gpt2, {"pad_token": "<|start|>", "padding_side": "left"}),
    ],
    ids=["no pad token", "pad is eos, left", "pad is eos, right", "own pad token, left"],
)
def test_extract_gives_the_last_tokens_state_of_a_causal_model(make_params, tmp_path, save, tokenizer):
    params = make_params(model=str(save(tmp_path / "model", TEXTS, **tokenizer)))
    _, tensors = extract(params)
    assert_same(tensors, embed_alone(params, lambda hidden_td: hidden_td[-1]))
    assert read_manifest(tmp_path / "store").source["pooling"] == "last-token"


def test_extract_gives_the_mean_state_of_an_encoder(make_params, bert, tmp_path):
    params = make_params(model=str(bert))
    _, tensors = extract(params)
    assert_same(tensors, embed_alone(params, lambda hidden_td: hidden_td.mean(0)))
    assert read_manifest(tmp_path / "store").source["pooling"] == "mean"


def test_extract_pools_as_it_is_told(make_params):
    params = make_params(pooling="mean")
    _, tensors = extract(params)
    assert_same(tensors, embed_alone(params, lambda hidden_td: hidden_td.mean(0)))


def test_extract_cuts_the_end_and_counts_what_was_cut(make_params):
    params = make_params(max_tokens=12)
    data, tensors = extract(params)
    tokenizer = AutoTokenizer.from_pretrained(params.model)
    dataset = read_dataset_texts(params.dataset)
    longer = [len(tokenizer(text)["input_ids"]) > 12 for text in render_prompts(params.prompt_template, dataset)]
    assert data.truncated_prompts == sum(longer) > 0
    assert data.truncated_responses > data.truncated_prompts
    assert_same(tensors, embed_alone(params, lambda hidden_td: hidden_td[-1]))


@pytest.mark.parametrize("kind", ["llama", "bert"])
def test_extract_counts_the_responses_of_which_nothing_is_left(make_params, request, tmp_path, kind):
    params = make_params(model=str(request.getfixturevalue(kind)), max_tokens=18)
    data, _ = extract(params)
    tokenizer, dataset = AutoTokenizer.from_pretrained(params.model), read_dataset_texts(params.dataset)
    texts = render_responses(params.response_template, dataset)
    nothing = render_responses(params.response_template, dataclasses.replace(dataset, responses=[""] * len(texts)))
    kept, bare = (tokenizer(column, truncation=True, max_length=18)["input_ids"] for column in (texts, nothing))
    lost = [len(tokenizer(text)["input_ids"]) > 18 and a == b for text, a, b in zip(texts, kept, bare, strict=True)]
    assert data.lost_responses == sum(lost)
    assert 0 < data.lost_responses < data.truncated_responses
    assert read_manifest(tmp_path / "store").stats["lostResponses"] == sum(lost)


def test_extract_writes_the_items_and_what_the_features_depend_on(make_params, dataset, tmp_path):
    data, tensors = extract(make_params())
    texts = read_dataset_texts(dataset)
    for name, rows in texts.splits.items():
        assert np.array_equal(tensors[name].numpy(), rows)
    manifest = read_manifest(tmp_path / "store")
    assert (manifest.id, manifest.dataset.name, manifest.dataset.hash) == (data.stores[0].id, "toy", texts.hash)
    assert (data.prompts, data.responses, data.stores[0].dimension) == (len(texts.prompts), len(texts.responses), 32)
    assert manifest.source | {"modelHash": "…"} == {
        "type": "transformers", "model": "tiny-llama", "revision": None, "modelHash": "…",
        "promptTemplate": "Q: {prompt}", "responseTemplate": "Q: {prompt}\nA: {response}", "pooling": "last-token",
        "promptCut": "end", "specialTokens": True, "maxTokens": 48, "dtype": "float32", "storeDtype": "float32", "layer": "last",
    }  # fmt: skip
    assert str(tmp_path) not in (tmp_path / "store" / "manifest.json").read_text()


def test_extract_gives_the_same_bytes_each_time(make_params, tmp_path):
    extract(make_params(), tmp_path / "one")
    extract(make_params(), tmp_path / "two")
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert set(one) == {"features.safetensors", "manifest.json"}
    assert one == two


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_extract_rounds_to_the_stored_type_at_the_end(make_params, tmp_path, dtype):
    _, full = extract(make_params(), tmp_path / "full")
    _, rounded = extract(make_params(store_dtype=dtype))
    assert torch.equal(rounded["responses"], full["responses"].to(getattr(torch, dtype)))


def test_extract_reports_pairs_done_and_the_rate_of_tokens(make_params):
    reports = []
    make_parts(make_params(token_budget=64), Context.offline(on_progress=reports.append))
    embedding = [report for report in reports if report.note == "embedding"]
    assert len(embedding) > 5
    assert embedding[-1].done == embedding[-1].total == 14
    assert embedding[-1].metrics["partsDone"] == embedding[-1].metrics["parts"]
    assert [report.done for report in embedding] == sorted(report.done for report in embedding)
    assert embedding[-1].metrics["tokensPerSecond"] > 0


def test_extract_stops_between_batches_when_cancelled_and_goes_on_from_the_parts_it_made(make_params, tmp_path):
    def cancel_after_two_parts(report):
        if report.metrics.get("partsDone", 0) >= 2:
            context.cancel()

    context = Context.offline(on_progress=cancel_after_two_parts)
    params = make_params(part_tokens=1)
    with pytest.raises(Cancelled):
        make_parts(params, context)
    assert sorted(os.listdir(tmp_path / "work")) == ["00001-of-00001", "plan.json"]
    whole = {file.stem for file in (tmp_path / "work" / "00001-of-00001").iterdir()}
    assert whole == {"part-00000", "part-00001"}
    data = make_parts(params)
    assert (data.kept_parts, data.own_parts, data.parts) == (2, 5, 5)


def test_extract_leaves_nothing_when_cancelled_before_the_first_batch(make_params, tmp_path):
    context = Context.offline(on_progress=lambda report: context.cancel())
    with pytest.raises(Cancelled):
        make_parts(make_params(), context)
    assert os.listdir(tmp_path) == []


def test_extract_names_the_item_that_is_not_finite(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "broken")
    weights = load_file(model / "model.safetensors")
    tokenizer = AutoTokenizer.from_pretrained(model)
    last = tokenizer("A", add_special_tokens=False)["input_ids"]
    weights["model.embed_tokens.weight"][last] = torch.nan
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    message = (
        r"Cannot embed answer [ab] of item 't\w+-\d+': model '.*broken' in float32, stored as float32, gave NaN or infinity "
        "for feature 'last-token', finite values are needed"
    )
    with pytest.raises(WorkerError, match=message):
        make_parts(make_params(model=str(model), pooling="last-token"))
    assert os.listdir(tmp_path / "work" / "00001-of-00001") == []


def test_extract_refuses_values_the_stored_type_cannot_hold(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "loud")
    weights = load_file(model / "model.safetensors")
    weights["model.norm.weight"] *= 1e6
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    with pytest.raises(WorkerError, match="stored as float16, gave NaN or infinity"):
        make_parts(make_params(model=str(model), store_dtype="float16"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"max_tokens": 65, "token_budget": 65}, r"--max-tokens is 65, at most 64 \(the model's limit\) is needed"),
        ({"token_budget": 47}, r"--token-budget is 47, at least --max-tokens \(48\) is needed"),
        ({"dtype": "bfloat16"}, "Cannot compute in bfloat16: the device is the CPU, dtype float32 or a GPU is needed"),
        ({"device": "abacus"}, "Cannot use device 'abacus': there is no such kind"),
        ({"model": "/absent/model"}, "Cannot load model '/absent/model': there is no such directory"),
        ({"prompt_template": "{response}"}, "Cannot use prompt template"),
    ],
)
def test_extract_refuses_what_cannot_be_done_and_writes_nothing(make_params, tmp_path, change, message):
    with pytest.raises(WorkerError, match=message):
        make_parts(make_params(**change))
    assert os.listdir(tmp_path) == []


def test_extract_refuses_room_for_special_tokens_alone(make_params, bert):
    with pytest.raises(WorkerError, match="--max-tokens is 2 and 2 are special tokens, at least 3 is needed"):
        make_parts(make_params(model=str(bert), max_tokens=2))


def test_extract_knows_that_the_positions_of_roberta_begin_behind_the_padding(make_params, tmp_path):
    model = str(save_roberta(tmp_path / "roberta", [text * 9 for text in TEXTS]))
    with pytest.raises(WorkerError, match=r"--max-tokens is 63, at most 62 \(the model's limit\) is needed"):
        make_parts(make_params(model=model, max_tokens=63))
    long = "{prompt} " * 9 + "{response} " * 9
    data, _ = extract(make_params(model=model, max_tokens=62, response_template=long))
    assert data.truncated_responses > 0


def test_extract_cuts_at_the_limit_of_a_small_model_unless_told(make_params, tmp_path):
    long = "{prompt} " * 9 + "{response} " * 9
    changes = {"max_tokens": None, "token_budget": 512, "response_template": long}
    data, _ = extract(make_params(**changes))
    assert data.truncated_responses > 0
    assert read_manifest(tmp_path / "store").source["maxTokens"] == 64


def test_extract_cuts_at_512_tokens_where_the_model_allows_more(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "roomy")
    config = (model / "config.json").read_text().replace('"max_position_embeddings": 64', '"max_position_embeddings": 4096')
    (model / "config.json").write_text(config)
    extract(make_params(model=str(model), max_tokens=None, token_budget=512))
    assert read_manifest(tmp_path / "store").source["maxTokens"] == 512


def test_merge_refuses_an_existing_store(make_params, tmp_path):
    (tmp_path / "store").mkdir()
    params = make_params()
    make_parts(params)
    with pytest.raises(WorkerError, match="Cannot write '.*store': it already exists, a new path is needed"):
        merge(params.dataset, [params.work], tmp_path / "store")


def test_extract_refuses_a_checkpoint_that_lacks_weights(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "partial")
    weights = load_file(model / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    with pytest.raises(WorkerError, match=r"its files hold no weights 'layers.1.mlp.up_proj.weight' \(1 missing\)"):
        make_parts(make_params(model=str(model)))


def test_extract_refuses_truncated_weights(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "cut")
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(WorkerError, match=r"Cannot load model '.*cut': 'model.safetensors' is no whole safetensors file"):
        make_parts(make_params(model=str(model)))


def test_extract_runs_no_code_of_the_model_unless_told(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "custom")
    config = (model / "config.json").read_text().replace('"model_type": "llama"', '"model_type": "own", "auto_map": {"AutoConfig": "own.Own"}')
    (model / "config.json").write_text(config)
    (model / "own.py").write_text("raise SystemExit('the code of the model ran')")
    with pytest.raises(WorkerError, match="it brings its own code, permission to run that code is needed"):
        make_parts(make_params(model=str(model)))
