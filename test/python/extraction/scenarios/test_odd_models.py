"""Tokenizers and models that are not as most are, through the operations that read them."""

import shutil

import numpy as np
import pytest
import torch
from extract_store import extract
from feature_fixtures import TEXTS
from tiny_models import save_bart, save_bert, save_causal, save_gpt2, save_llama, save_t5
from transformers import AutoModel, AutoTokenizer, LlamaConfig

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.models.language_model import load_language_model
from python_worker.models.model import load_model
from python_worker.models.pretrained import Pretrained
from python_worker.operations.features_extract import run
from python_worker.operations.features_uncertainty import run as run_uncertainty
from python_worker.store.manifest import read_manifest
from python_worker.texts.templates import render_responses

WELL_BEHAVED = {"pad_token": "<|start|>", "padding_side": "right"}
ODD = [
    {},
    {"pad_token": "<|end|>"},
    {"pad_token": "<|start|>", "padding_side": "left"},
    {"padding_side": "left"},
    {"pad_token": "<|end|>", "padding_side": "left"},
]
NAMES = ["no pad token", "pad is eos", "left padding", "no pad token, left", "pad is eos, left"]


def responses_of(params, out=None):
    return extract(params, out)[1]["responses"]


def source(model):
    return Pretrained(model, model.name, "float32", torch.device("cpu"), False)


@pytest.mark.parametrize("save", [save_llama, save_gpt2, save_bert])
@pytest.mark.parametrize("pooling", ["last-token", "mean"])
def test_extract_gives_the_same_features_however_a_tokenizer_pads(make_params, tmp_path, save, pooling):
    expected_rd = responses_of(make_params(model=str(save(tmp_path / "well", TEXTS, **WELL_BEHAVED)), pooling=pooling))
    for index, tokenizer in enumerate(ODD):
        model = save(tmp_path / f"odd-{index}", TEXTS, **tokenizer)
        found_rd = responses_of(make_params(model=str(model), pooling=pooling), tmp_path / f"store-{index}")
        assert torch.allclose(found_rd, expected_rd, atol=1e-5, rtol=0), NAMES[index]


def test_uncertainty_gives_the_same_columns_however_a_tokenizer_pads(make_entropy_params, tmp_path):
    def columns(name, tokenizer):
        params = make_entropy_params(model=str(save_llama(tmp_path / name, TEXTS, **tokenizer)), out=str(tmp_path / f"{name}.jsonl"))
        run_uncertainty(params, {}, Context.offline())
        return (tmp_path / f"{name}.jsonl").read_text()

    expected = columns("well", WELL_BEHAVED)
    assert [columns(f"odd-{index}", tokenizer) == expected for index, tokenizer in enumerate(ODD)] == [True] * len(ODD)


def with_more_tokens(llama, folder, tokens, pad=None):
    """The model with a tokenizer that was given tokens for which it has no embeddings."""
    model = shutil.copytree(llama, folder)
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_tokens(tokens)
    if pad is not None:
        tokenizer.add_special_tokens({"pad_token": pad})
    tokenizer.save_pretrained(model)
    return model


def test_extract_ignores_added_tokens_that_no_text_has(make_params, llama, tmp_path):
    expected_rd = responses_of(make_params(), tmp_path / "usual")
    model = with_more_tokens(llama, tmp_path / "more", ["<image>"], pad="<pad>")
    assert AutoTokenizer.from_pretrained(model).pad_token_id == 301
    assert torch.allclose(responses_of(make_params(model=str(model))), expected_rd, atol=1e-5, rtol=0)


@pytest.mark.parametrize("operation", ["extract", "uncertainty"])
def test_a_token_without_an_embedding_is_named(make_params, make_entropy_params, llama, tmp_path, operation):
    model = with_more_tokens(llama, tmp_path / "more", ["wizards"])
    message = r"Cannot run model '.*more': it has embeddings of 300 tokens and token 'wizards' of the texts has id 300, the tokenizer"
    with pytest.raises(WorkerError, match=message) as caught:
        if operation == "extract":
            run(make_params(model=str(model)), {}, Context.offline())
        else:
            run_uncertainty(make_entropy_params(model=str(model)), {}, Context.offline())
    assert caught.value.code == "INVALID_DATA"


@pytest.mark.parametrize("load", [load_model, load_language_model])
def test_load_model_refuses_a_tokenizer_with_more_words_than_embeddings(tmp_path, load):
    config = LlamaConfig(vocab_size=290, hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2)
    model = save_causal(tmp_path / "small", config, TEXTS)
    with pytest.raises(WorkerError, match="Cannot run model 'small': it has embeddings of 290 tokens and its tokenizer has 300 words"):
        load(source(model))


@pytest.mark.parametrize("save", [save_bart, save_t5])
def test_extract_takes_the_encoder_of_a_model_that_has_a_decoder_too(make_params, tmp_path, save):
    params = make_params(model=str(save(tmp_path / "model", TEXTS)))
    found_rd = responses_of(params)
    assert read_manifest(tmp_path / "store").source["pooling"] == "mean"
    encoder, tokenizer = AutoModel.from_pretrained(params.model).get_encoder(), AutoTokenizer.from_pretrained(params.model)
    texts = render_responses(params.response_template, read_dataset_texts(params.dataset))
    with torch.inference_mode():
        rows = [encoder(**tokens(tokenizer, text)).last_hidden_state[0].mean(0) for text in texts]
    assert np.allclose(found_rd.numpy(), torch.stack(rows).numpy(), atol=1e-5)


def tokens(tokenizer, text):
    found = tokenizer(text, truncation=True, max_length=48, return_tensors="pt")
    return {"input_ids": found["input_ids"], "attention_mask": found["attention_mask"]}


def test_uncertainty_refuses_a_model_with_an_encoder_and_a_decoder(make_entropy_params, tmp_path):
    model = save_t5(tmp_path / "t5", TEXTS)
    with pytest.raises(WorkerError, match="with model '.*t5': its kind 't5' has no head for the next token, a causal"):
        run_uncertainty(make_entropy_params(model=str(model)), {}, Context.offline())
