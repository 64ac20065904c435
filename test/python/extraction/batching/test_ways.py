"""Every way a model may be run, beside texts run one by one."""

import shutil

import numpy as np
import pytest
import torch
from dataset_directory import write_dataset
from extract_store import extract, make_parts
from families import (
    CONFIGS,
    LAYERS,
    largest_difference,
    load_family,
    other_texts,
    pooled_alone,
    pooled_by,
    sample_texts,
)
from feature_fixtures import TEXTS
from safetensors.torch import load_file, save_file
from tiny_models import save_causal
from transformers import AutoModel, AutoTokenizer

from python_worker.base.errors import WorkerError
from python_worker.extraction.batching.ways import WAYS
from python_worker.extraction.planning.choose_way import choose_way

TREE, CACHE, BUCKETS = "tree", "prefix-cache", "buckets"
# A mask of four dimensions replaces the model's own window, and alibi counts positions from a mask of two.
TAKEN = dict.fromkeys(CONFIGS, TREE) | {
    "mistral, window shorter than texts": CACHE,
    "gemma2, window shorter than texts": CACHE,
    "bloom": CACHE,
    "falcon, alibi": CACHE,
    "bert": BUCKETS,
}
EAGER = {"llama": TREE, "mistral, window shorter than texts": CACHE, "gpt2": TREE, "bert": BUCKETS}
CASES = [(name, None, way) for name, way in TAKEN.items()] + [(name, "eager", way) for name, way in EAGER.items()]


@pytest.mark.parametrize(("name", "attention", "way"), CASES)
def test_choose_way_takes_the_fastest_that_gives_the_states_of_single_texts(tmp_path, name, attention, way):
    model = load_family(tmp_path / "model", name, attention)
    check = choose_way(model, sample_texts(), LAYERS)
    assert (check.way, check.dtype) == (way, "float32")
    assert check.differences[way] <= 1e-5
    expected = pooled_alone(model, other_texts())
    for usable in (each for each in WAYS if check.differences.get(each, 1) <= 1e-5):
        for budget in (60, 400):
            assert largest_difference(pooled_by(WAYS[usable], model, other_texts(), budget), expected) <= 1e-5, usable
    for faster in list(WAYS)[: list(WAYS).index(way)]:
        assert check.differences.get(faster, np.inf) > 1e-2


def test_choose_way_takes_the_way_asked_for_and_refuses_one_that_gives_other_states(tmp_path):
    model = load_family(tmp_path / "model", "mistral, window shorter than texts")
    assert choose_way(model, sample_texts(), LAYERS, BUCKETS).way == BUCKETS
    with pytest.raises(WorkerError, match=r"^Cannot run model '.*' in the way 'tree': states differ by .*; at most 1e-05 is allowed"):
        choose_way(model, sample_texts(), LAYERS, TREE)
    encoder = load_family(tmp_path / "encoder", "bert")
    with pytest.raises(WorkerError, match="Cannot run model 'bert' in the way 'prefix-cache': its tokens see those after them"):
        choose_way(encoder, sample_texts(), LAYERS, CACHE)


@torch.inference_mode()
def embed_responses_alone(params, dataset):
    tokenizer, model = AutoTokenizer.from_pretrained(params.model), AutoModel.from_pretrained(params.model)
    texts = [f"Q: {prompt}\nA: {answer}" for prompt, answer in dataset]
    ids = [tokenizer(text, truncation=True, max_length=params.max_tokens, return_tensors="pt")["input_ids"] for text in texts]
    return torch.stack([model(each).last_hidden_state[0, -1] for each in ids]), [each.shape[1] for each in ids]


@pytest.mark.parametrize("way", list(WAYS))
def test_extract_gives_the_same_features_in_every_way(make_params, tmp_path, way):
    _, usual = extract(make_params(way=BUCKETS), tmp_path / "usual")
    params = make_params(way=way)
    assert make_parts(params).way == way
    _, found = extract(params)
    for name in ("prompts", "responses"):
        assert torch.allclose(found[name], usual[name], atol=1e-5, rtol=1e-5)


MANY = [("a b", f"c{index}", f"d {index}") for index in range(20)]
LONG = "brown fox jumps over a lazy dog " * 2
OTHERS = [(word, "the", "over") for word in ("fox", "dog", "lazy", "seven", "wizards", "write")]


@pytest.mark.parametrize(
    "pairs",
    [[*MANY, *OTHERS, ("quick", LONG, "x")], [*MANY, ("a b", LONG, "x"), *OTHERS]],
    ids=["in a group that is not the largest", "the last of many answers"],
)
def test_extract_tries_the_longest_text_wherever_it_is(make_params, tmp_path, pairs):
    """A window that one text alone is longer than: whatever does not try that text takes the tree for good."""
    model = save_causal(tmp_path / "model", CONFIGS["mistral, window shorter than texts"], TEXTS)
    config = (model / "config.json").read_text().replace('"sliding_window": 8', '"sliding_window": 30')
    (model / "config.json").write_text(config)
    params = make_params(model=str(model), dataset=str(write_dataset(tmp_path / "skewed", {"train": pairs})))
    expected_rd, lengths = embed_responses_alone(params, [(prompt, text) for prompt, *texts in pairs for text in texts])
    assert [length > 30 for length in lengths].count(True) == 1
    assert make_parts(params).way == CACHE
    _, found = extract(params)
    rows = found["train"][:, 1:].flatten()
    assert torch.allclose(found["responses"][rows.long()], expected_rd, atol=1e-5, rtol=1e-5)


def test_extract_keeps_a_model_whose_weights_are_not_finite_for_the_item_to_be_named(make_params, llama, tmp_path):
    model = shutil.copytree(llama, tmp_path / "broken")
    weights = load_file(model / "model.safetensors")
    weights["model.norm.weight"] *= torch.nan
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    with pytest.raises(WorkerError, match="Cannot embed the prompt of item '.*': model '.*broken' in float32"):
        make_parts(make_params(model=str(model), way="buckets"))
