import shutil

import pytest
import torch
from feature_fixtures import TEXTS
from safetensors.torch import load_file, save_file
from tiny_models import save_bert, save_causal, save_gpt2, save_masked_bert
from transformers import (
    CohereConfig,
    Gemma2Config,
    GPTNeoXConfig,
    GraniteConfig,
    LlamaConfig,
    OPTConfig,
    T5Config,
    T5ForConditionalGeneration,
)

from python_worker.base.errors import WorkerError
from python_worker.models.language_model import check_language_model, load_language_model
from python_worker.models.pretrained import Pretrained

SMALL = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 64, "initializer_range": 0.2,
}  # fmt: skip
HEADS = {"num_key_value_heads": 2}
CONFIGS = {
    "softcapped": Gemma2Config(**SMALL, **HEADS, head_dim=8, final_logit_softcapping=2.0, pad_token_id=0),
    "scaled": CohereConfig(**SMALL, **HEADS, logit_scale=0.25, pad_token_id=0),
    "divided": GraniteConfig(**SMALL, **HEADS, logits_scaling=3.0, pad_token_id=0),
    "projected": OPTConfig(
        vocab_size=300, hidden_size=32, word_embed_proj_dim=16, ffn_dim=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=64, init_std=0.2,
    ),
    "neox": GPTNeoXConfig(**SMALL),
}  # fmt: skip


def load(folder):
    return load_language_model(Pretrained(folder, folder.name, "float32", torch.device("cpu"), False))


@torch.inference_mode()
def assert_same_logits(model):
    ids_bt = torch.tensor([[7, 3, 250, 90, 17]])
    expected_tv = model.whole(input_ids=ids_bt).logits[0]
    states_td = model.network(input_ids=ids_bt).last_hidden_state[0]
    found_tv = torch.cat([model.logits(some_nd) for some_nd in states_td.split(2)])
    assert torch.allclose(found_tv, expected_tv, atol=1e-5, rtol=1e-5)
    assert model.vocabulary == expected_tv.shape[1]


@pytest.mark.parametrize("kind", CONFIGS)
def test_language_model_gives_the_logits_of_the_whole_model(tmp_path, kind):
    model = load(save_causal(tmp_path / kind, CONFIGS[kind], TEXTS))
    check_language_model(model, kind, (7, 3, 9))
    assert_same_logits(model)


def test_language_model_gives_the_logits_of_tied_embeddings(tmp_path):
    model = load(save_gpt2(tmp_path / "gpt2", TEXTS))
    check_language_model(model, "gpt2", (7, 3, 9))
    assert_same_logits(model)


def test_check_language_model_refuses_logits_made_in_another_way(llama):
    model = load(llama)
    model.whole.register_forward_hook(lambda _module, _inputs, output: output.__class__(logits=output.logits.square()))
    with pytest.raises(WorkerError, match="with model 'own': its logits are not its output layer's"):
        check_language_model(model, "own", (7, 3, 9))


def test_load_language_model_refuses_a_model_without_a_head(tmp_path, llama):
    model = shutil.copytree(llama, tmp_path / "headless")
    weights = load_file(model / "model.safetensors")
    del weights["lm_head.weight"]
    save_file(weights, model / "model.safetensors", {"format": "pt"})
    with pytest.raises(WorkerError, match=r"its files hold no weights 'lm_head.weight' \(1 missing\), all weights"):
        load(model)


def test_load_language_model_refuses_a_kind_that_predicts_no_next_token(tmp_path, llama):
    model = shutil.copytree(llama, tmp_path / "t5")
    config = T5Config(vocab_size=300, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    T5ForConditionalGeneration(config).save_pretrained(model)
    with pytest.raises(WorkerError, match="with model 't5': its kind 't5' has no head for the next token, a causal"):
        load(model)


@pytest.mark.parametrize("save", [save_bert, save_masked_bert], ids=["without a head", "with a head for masked tokens"])
def test_load_language_model_refuses_an_encoder(tmp_path, save):
    with pytest.raises(WorkerError, match="with model 'bert': its kind 'bert' is an encoder, a causal language model is"):
        load(save(tmp_path / "bert", TEXTS))


def test_check_language_model_refuses_a_model_whose_tokens_see_those_after_them(tmp_path):
    model = load(save_causal(tmp_path / "llama", LlamaConfig(**SMALL, is_causal=False), TEXTS))
    with pytest.raises(WorkerError, match="its tokens see those after them, as an encoder's do, a causal language model"):
        check_language_model(model, "llama", (7, 3, 9))


def test_load_language_model_says_what_cannot_be_read(tmp_path, llama):
    model = shutil.copytree(llama, tmp_path / "unread")
    (model / "config.json").write_text("{")
    with pytest.raises(WorkerError, match=r"^Cannot load .*model 'unread'"):
        load(model)
