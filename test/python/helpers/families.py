"""Small models of many families with random weights, and the way each of them is run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from feature_fixtures import TEXTS
from made_up_parts import make_tokens
from tiny_models import save_bert, save_causal
from transformers import (
    BloomConfig,
    FalconConfig,
    Gemma2Config,
    Gemma3TextConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    MistralConfig,
    PhiConfig,
    PretrainedConfig,
    Qwen2Config,
)

from python_worker.extraction.batching.reading_model import Layers, ReadingModel, load_reading_model
from python_worker.extraction.batching.unit import PartTokens
from python_worker.extraction.batching.ways import Way
from python_worker.extraction.planning.check_sample import sample_groups, with_branches
from python_worker.models.pretrained import Pretrained

_SMALL = {
    "vocab_size": 300, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "max_position_embeddings": 64, "initializer_range": 0.2,
}  # fmt: skip
_HEADS = {"num_key_value_heads": 2}
_GEMMA = {"head_dim": 8, "query_pre_attn_scalar": 8, "pad_token_id": 0}
_ALIBI = {"vocab_size": 300, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "initializer_range": 0.2}

CONFIGS: dict[str, PretrainedConfig] = {
    "llama": LlamaConfig(**_SMALL, **_HEADS),
    "mistral": MistralConfig(**_SMALL, **_HEADS, sliding_window=None),
    "mistral, window longer than texts": MistralConfig(**_SMALL, **_HEADS, sliding_window=64),
    "mistral, window shorter than texts": MistralConfig(**_SMALL, **_HEADS, sliding_window=8),
    "qwen2": Qwen2Config(**_SMALL, **_HEADS),
    "gemma2": Gemma2Config(**_SMALL, **_HEADS, **_GEMMA, sliding_window=64),
    "gemma2, window shorter than texts": Gemma2Config(**_SMALL, **_HEADS, **_GEMMA, sliding_window=8),
    "gemma3": Gemma3TextConfig(**_SMALL, **_HEADS, **_GEMMA, sliding_window=64),
    "gpt2": GPT2Config(vocab_size=300, n_positions=64, n_embd=32, n_layer=2, n_head=4, initializer_range=0.2),
    "gpt-neox": GPTNeoXConfig(**_SMALL),
    "phi": PhiConfig(**_SMALL),
    "bloom": BloomConfig(vocab_size=300, hidden_size=32, n_layer=2, n_head=4, initializer_range=0.2),
    "falcon, alibi": FalconConfig(**_ALIBI, alibi=True, new_decoder_architecture=False),
}
"""Causal language models by family; an encoder, `bert`, is made beside them."""

LAYERS: Layers = (None, 1)


def load_family(folder: Path, name: str, attention: str | None = None) -> ReadingModel:
    """Saves a small model of a family and reads it as an extraction does."""
    saved = save_bert(folder, TEXTS) if name == "bert" else save_causal(folder, CONFIGS[name], TEXTS)
    source = Pretrained(saved, name, "float32", torch.device("cpu"), False, attention=attention)
    return load_reading_model(source, with_output_layer=False)


def sample_texts() -> PartTokens:
    """What a way is chosen by: groups of up to 46 tokens, and a made-up one."""
    return with_branches(sample_groups([make_tokens(seed, groups=2, longest=24, vocabulary=300) for seed in (1, 2)]))


def other_texts() -> PartTokens:
    """Groups that no way was chosen by."""
    return make_tokens(7, groups=8, longest=24, vocabulary=300)


@torch.inference_mode()
def pooled_alone(model: ReadingModel, tokens: PartTokens) -> np.ndarray:
    """Last and mean states, of each layer, of texts run one by one: the plain way."""
    rows = []
    for sequence in tokens.sequences:
        output = model.network(torch.from_numpy(sequence[None].astype(np.int64)), output_hidden_states=True)
        states = [output.last_hidden_state if layer is None else output.hidden_states[layer] for layer in LAYERS]
        rows.append(torch.cat([pooled for state_1td in states for pooled in (state_1td[0, -1], state_1td[0].mean(0))]))
    return torch.stack(rows).double().numpy()


@torch.inference_mode()
def pooled_by(way: Way, model: ReadingModel, tokens: PartTokens, token_budget: int) -> np.ndarray:
    """The same by a way."""
    from python_worker.extraction.batching.hidden import POOLINGS

    rows: dict[int, np.ndarray] = {}
    for units in way.plan(tokens, token_budget):
        launched = way.run(model, units, LAYERS)
        pooled = torch.cat([POOLINGS[name](launched.hidden, layer) for layer in LAYERS for name in ("last-token", "mean")], dim=1)
        rows |= zip(launched.sequences.tolist(), pooled.double().numpy(), strict=True)
    return np.stack([rows[number] for number in range(len(tokens.sequences))])


def largest_difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Largest ‖found − expected‖ / ‖expected‖ of a text."""
    return float((np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)).max())
