import json
import math
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from dataset_directory import write_dataset
from feature_fixtures import TEXTS
from safetensors.torch import load_file, save_file
from tiny_models import save_causal, save_gpt2, save_llama
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.features.entropy_columns import COLUMNS
from python_worker.operations.features_uncertainty import run
from python_worker.texts.templates import render_responses, response_starts


def compute(params):
    """Runs the handler; its data and the lines of the file."""
    data = run(params, {}, Context.offline()).data
    return data, [json.loads(line) for line in Path(params.out).read_text().splitlines()]


@torch.inference_mode()
def entropies_alone(params):
    """Entropies of every position of every answer's text by a forward of its own, in float64: the plain way."""
    dataset = read_dataset_texts(params.dataset)
    tokenizer, model = AutoTokenizer.from_pretrained(params.model), AutoModelForCausalLM.from_pretrained(params.model)
    starts = response_starts(params.response_template, dataset)
    return [
        _entropies(tokenizer, model, text, start, params)
        for text, start in zip(render_responses(params.response_template, dataset), starts, strict=True)
    ]


def _entropies(tokenizer, model, text, start, params):
    encoded = tokenizer(text, truncation=True, max_length=params.max_tokens, return_offsets_mapping=True)
    log_p_tv = model(torch.tensor([encoded["input_ids"]])).logits[0].double().log_softmax(-1)
    bits_t = (-(log_p_tv.exp() * log_p_tv).sum(-1) / math.log(2)).tolist()
    counts = [params.positions == "all" or end > start for _begin, end in encoded["offset_mapping"]]
    return [bits for bits, counted in zip(bits_t, counts, strict=True) if counted]


def columns_of(a, b):
    sides = {"a": a, "b": b, "both": a + b}
    kinds = {"sum": sum, "mean": np.mean, "max": max, "range": np.ptp}
    return {f"entropy_{side}_{kind}": value(bits) for side, bits in sides.items() for kind, value in kinds.items()}


def assert_right(params, lines):
    dataset, bits = read_dataset_texts(params.dataset), entropies_alone(params)
    expected = [
        {"id": item, "split": split, **columns_of(bits[a], bits[b])}
        for split in params.splits or dataset.splits
        for item, (_prompt, a, b) in zip(dataset.ids[split], dataset.splits[split], strict=True)
    ]
    assert len(lines) == len(expected) > 0
    for line, right in zip(lines, expected, strict=True):
        assert (line["id"], line["split"]) == (right.pop("id"), right.pop("split"))
        assert {name: line[name] for name in COLUMNS} == pytest.approx(right, abs=1e-5, rel=0)


@pytest.mark.parametrize("positions", ["all", "response"])
@pytest.mark.parametrize(
    ("save", "tokenizer"),
    [(save_llama, {}), (save_llama, {"pad_token": "<|end|>", "padding_side": "left"}), (save_gpt2, {})],
    ids=["llama", "llama, pads on the left", "gpt2, tied head"],
)
def test_uncertainty_is_that_of_each_text_alone(make_entropy_params, tmp_path, save, tokenizer, positions):
    params = make_entropy_params(model=str(save(tmp_path / "model", TEXTS, **tokenizer)), positions=positions)
    data, lines = compute(params)
    assert_right(params, lines)
    assert (data.items, data.columns) == (14, list(COLUMNS))
    assert data.positions == sum(len(bits) for bits in entropies_alone(params))


def test_uncertainty_counts_the_answer_alone_where_it_is_told(make_entropy_params, tmp_path):
    every, _ = compute(make_entropy_params(out=str(tmp_path / "all.jsonl")))
    answer, _ = compute(make_entropy_params(positions="response"))
    assert every.positions == every.tokens == answer.tokens
    assert 0 < answer.positions < every.positions


def test_uncertainty_runs_only_the_answers_of_the_splits_asked_for(make_entropy_params):
    params = make_entropy_params(splits=["test"])
    data, lines = compute(params)
    assert_right(params, lines)
    rows = read_dataset_texts(params.dataset).splits["test"][:, 1:]
    assert (data.items, data.responses) == (5, len(np.unique(rows)))


def test_uncertainty_cuts_the_end_and_counts_what_was_cut(make_entropy_params):
    params = make_entropy_params(max_tokens=18)
    data, lines = compute(params)
    assert_right(params, lines)
    assert data.max_tokens == 18
    assert 0 < data.lost_responses < data.truncated_responses


def test_uncertainty_gives_the_same_bytes_each_time_whatever_the_batches(make_entropy_params, tmp_path):
    first, _ = compute(make_entropy_params(out=str(tmp_path / "one.jsonl")))
    second, _ = compute(make_entropy_params(out=str(tmp_path / "two.jsonl")))
    assert first.sha256 == second.sha256
    assert first.model_hash == second.model_hash
    params = make_entropy_params(token_budget=48)
    assert_right(params, compute(params)[1])


def test_uncertainty_does_not_open_the_labels(make_entropy_params, dataset, tmp_path):
    unlabelled = shutil.copytree(dataset, tmp_path / "unlabelled")
    (unlabelled / "labels.jsonl").unlink()
    assert compute(make_entropy_params(dataset=str(unlabelled)))[0].items == 14


def test_uncertainty_reports_tokens_done(make_entropy_params):
    reports = []
    run(make_entropy_params(), {}, Context.offline(on_progress=reports.append))
    reading = [report for report in reports if report.note == "reading"]
    assert reading[-1].done == reading[-1].total
    assert reading[-1].metrics["tokensPerSecond"] > 0


def test_uncertainty_leaves_nothing_behind_when_cancelled(make_entropy_params, tmp_path):
    context = Context.offline(on_progress=lambda report: report.note == "reading" and context.cancel())
    with pytest.raises(Cancelled):
        run(make_entropy_params(), {}, context)
    assert os.listdir(tmp_path) == []


def test_uncertainty_names_the_item_whose_logits_are_not_finite(make_entropy_params, tmp_path):
    pairs = {"train": [("say hello", "hello", "bye")], "test": [("say hello", "hello", "7"), ("say bye", "7", "bye")]}
    dataset = write_dataset(tmp_path / "data", pairs)
    model = save_llama(tmp_path / "broken", TEXTS)
    weights = load_file(model / "model.safetensors")
    weights["model.embed_tokens.weight"][AutoTokenizer.from_pretrained(model)("7")["input_ids"]] = torch.nan
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    message = r"entropies of answer b of item 'test-1': model '.*broken' in float32 gave NaN or infinity, finite logits"
    params = make_entropy_params(dataset=str(dataset), model=str(model), response_template="{prompt} {response}")
    with pytest.raises(WorkerError, match=message):
        run(params, {}, Context.offline())
    assert sorted(os.listdir(tmp_path)) == ["broken", "data"]


def test_uncertainty_refuses_an_encoder_and_a_model_that_sees_ahead(make_entropy_params, bert, tmp_path):
    with pytest.raises(WorkerError, match="its kind 'bert' is an encoder, a causal language model is needed"):
        run(make_entropy_params(model=str(bert)), {}, Context.offline())
    config = LlamaConfig(vocab_size=300, hidden_size=32, num_hidden_layers=1, num_attention_heads=4, is_causal=False)
    with pytest.raises(WorkerError, match="its tokens see those after them"):
        model = str(save_causal(tmp_path / "seeing", config, TEXTS))
        run(make_entropy_params(model=model), {}, Context.offline())


def test_uncertainty_refuses_answers_of_which_no_token_counts(make_entropy_params):
    params = make_entropy_params(max_tokens=18, positions="response")
    lost = sum(len(bits) == 0 for bits in entropies_alone(params))
    message = rf"answer a of item 'train-\d': of {lost} answers no token is among the first 18, larger --max-tokens"
    with pytest.raises(WorkerError, match=message):
        run(params, {}, Context.offline())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"splits": ["absent"]}, "Cannot use split 'absent': dataset 'toy' has no such split, one of 'train', 'test' is"),
        ({"splits": []}, "there are no items, at least one is needed"),
        ({"max_tokens": 65, "token_budget": 65}, r"--max-tokens is 65, at most 64 \(the model's limit\) is needed"),
        ({"dtype": "bfloat16"}, "Cannot compute in bfloat16: the device is the CPU, dtype float32 or a GPU is needed"),
        ({"model": "/absent/model"}, "Cannot load model '/absent/model': there is no such directory"),
        ({"response_template": "{prompt}"}, "Cannot use response template"),
        (
            {"response_template": "{prompt}{response}{response}", "positions": "response"},
            "the response template has {response} more than once; use one, or --positions all",
        ),
    ],
)
def test_uncertainty_refuses_what_cannot_be_done_and_writes_nothing(make_entropy_params, tmp_path, change, message):
    with pytest.raises(WorkerError, match=message):
        run(make_entropy_params(**change), {}, Context.offline())
    assert os.listdir(tmp_path) == []


def test_uncertainty_tells_special_tokens_that_stand_twice(make_entropy_params):
    data, _ = compute(make_entropy_params(response_template="{prompt} {response}<|end|><|end|>"))
    assert [(each.token, each.texts) for each in data.doubled_tokens] == [("<|end|>", data.responses - data.truncated_responses)]


def test_uncertainty_refuses_an_existing_file(make_entropy_params, tmp_path):
    (tmp_path / "entropies.jsonl").write_text("kept")
    with pytest.raises(WorkerError, match=r"Cannot write '.*entropies.jsonl': it already exists, a new path is needed"):
        run(make_entropy_params(), {}, Context.offline())
    assert (tmp_path / "entropies.jsonl").read_text() == "kept"
