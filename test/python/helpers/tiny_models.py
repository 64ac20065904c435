"""Small models with random weights and a tokenizer trained on a few texts, saved as a hub repository lies on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM,
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForMaskedLM,
    BertModel,
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5ForConditionalGeneration,
)  # fmt: skip

EOS = "<|end|>"
CLS = "<|start|>"


def save_llama(folder: Path, texts: Sequence[str], **tokenizer: str) -> Path:
    """A causal model with rotary positions, 64 at most; saved with its language-model head."""
    config = LlamaConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, initializer_range=0.2,
    )  # fmt: skip
    return _save(folder, LlamaForCausalLM, config, _train(texts), tokenizer)


def save_gpt2(folder: Path, texts: Sequence[str], **tokenizer: str) -> Path:
    """A causal model with learned positions, 64 at most; saved with its language-model head."""
    config = GPT2Config(vocab_size=300, n_positions=64, n_embd=32, n_layer=2, n_head=4, initializer_range=0.2)
    return _save(folder, GPT2LMHeadModel, config, _train(texts), tokenizer)


def save_bert(folder: Path, texts: Sequence[str], **tokenizer: str) -> Path:
    """An encoder whose texts are put between special tokens."""
    config = BertConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=64, initializer_range=0.2,
    )  # fmt: skip
    trained = _train(texts)
    special = [(token, trained.token_to_id(token)) for token in (CLS, EOS)]
    trained.post_processor = processors.TemplateProcessing(single=f"{CLS} $A {EOS}", special_tokens=special)
    return _save(folder, BertModel, config, trained, tokenizer)


def save_bart(folder: Path, texts: Sequence[str]) -> Path:
    """An encoder and a decoder; saved with the head over its vocabulary."""
    config = BartConfig(
        vocab_size=300, d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64, init_std=0.2,
    )  # fmt: skip
    return _save(folder, BartForConditionalGeneration, config, _train(texts), {})


def save_t5(folder: Path, texts: Sequence[str]) -> Path:
    """An encoder and a decoder with relative positions."""
    config = T5Config(vocab_size=300, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4)
    return _save(folder, T5ForConditionalGeneration, config, _train(texts), {})


def save_masked_bert(folder: Path, texts: Sequence[str]) -> Path:
    """An encoder saved with a head over its vocabulary, for masked tokens."""
    config = BertConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
        max_position_embeddings=64, initializer_range=0.2,
    )  # fmt: skip
    return _save(folder, BertForMaskedLM, config, _train(texts), {})


def save_causal(folder: Path, config: PretrainedConfig, texts: Sequence[str]) -> Path:
    """A causal model of any configuration with 300 tokens; saved with its language-model head."""
    return _save(folder, AutoModelForCausalLM.from_config, config, _train(texts), {})


def save_roberta(folder: Path, texts: Sequence[str]) -> Path:
    """An encoder whose 64 positions begin behind the padding's id 1, so that a text may have 62 tokens."""
    config = RobertaConfig(
        vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
        max_position_embeddings=64, pad_token_id=1,
    )  # fmt: skip
    return _save(folder, RobertaModel, config, _train(texts), {"pad_token": CLS})


def _train(texts: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=[EOS, CLS], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _save(folder: Path, model_type, config, trained: Tokenizer, tokenizer: dict[str, str]) -> Path:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        model_type(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=trained, eos_token=EOS, **tokenizer).save_pretrained(folder)
    return folder
