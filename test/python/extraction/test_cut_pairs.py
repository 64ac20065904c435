"""Cuts with a real tokenizer, counted by hand."""

import json

import numpy as np
import pytest
from dataset_directory import write_dataset
from feature_fixtures import TEXTS
from tiny_models import save_bert, save_llama, save_roberta
from transformers import AutoTokenizer

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations.features_cut import run
from python_worker.protocol.messages import FeaturesCutParams

LONG = "🙂 " + " ".join(TEXTS[:12])
PAIRS = [(LONG, "one", "a longer answer"), ("short", "one", "two"), (LONG, "one", "one more"), (LONG, "yes " * 80, "no")]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("cut") / "pairs", {"train": PAIRS[:2], "test": PAIRS[2:]})


@pytest.fixture(scope="module", params=[save_llama, save_bert], ids=["byte-level", "special tokens"])
def model(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("models") / "tiny", TEXTS)


def cut(dataset, model, max_tokens=60):
    params = FeaturesCutParams(
        dataset=str(dataset), model=str(model), revision=None, trust_remote_code=False, max_tokens=max_tokens
    )
    reply = run(params, {}, Context.offline())
    return reply.data, reply.tensors["kept"]


def test_features_cut_keeps_half_of_what_the_longer_answer_leaves(dataset, model):
    tokenizer = AutoTokenizer.from_pretrained(model)

    def ids(text):
        return tokenizer(text, add_special_tokens=False)["input_ids"]

    data, kept = cut(dataset, model)
    for (prompt, *answers), units in zip(PAIRS, kept.tolist(), strict=True):
        room = max(1, (60 - max(len(ids(answer)) for answer in answers)) // 2)
        text = prompt.encode("utf-16-le")[: 2 * units].decode("utf-16-le")
        assert prompt.startswith(text) and text != ""
        assert ids(text) == ids(prompt)[: max(room, len(ids(text)))]
        assert len(ids(text)) == min(room, len(ids(prompt))) or room == 1
    assert (kept.dtype, data.items, data.cut_items, data.max_tokens, data.model) == (np.int32, 4, 3, 60, "tiny")


def test_features_cut_leaves_a_character_where_an_answer_fills_the_text(dataset, model):
    _, kept = cut(dataset, model)
    assert LONG.encode("utf-16-le")[: 2 * int(kept[3])].decode("utf-16-le") == "🙂"


def test_features_cut_takes_the_limit_of_the_model_without_its_weights(dataset, tmp_path):
    model = save_roberta(tmp_path / "roberta", TEXTS)
    (model / "model.safetensors").write_bytes((8).to_bytes(8, "little") + b"{}      ")
    assert cut(dataset, model, None)[0].max_tokens == 62
    with pytest.raises(WorkerError, match="--max-tokens is 63, at most 62"):
        cut(dataset, model, 63)


def test_features_cut_names_a_model_of_no_known_kind(dataset, tmp_path, model):
    config = json.loads((model / "config.json").read_text()) | {"model_type": "nothing"}
    folder = tmp_path / "odd"
    folder.mkdir()
    for file in model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(WorkerError, match="Cannot load .*model '.*odd'"):
        cut(dataset, folder)


def test_features_cut_of_a_dataset_without_items_keeps_nothing(tmp_path, model):
    empty = write_dataset(tmp_path / "empty", {"train": [PAIRS[0]], "test": []})
    assert len(cut(empty, model)[1]) == 1
