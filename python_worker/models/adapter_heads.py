"""Which weights of an adapter belong to a head that features do not need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from safetensors import safe_open

if TYPE_CHECKING:
    from .pretrained import Adapter

_PREFIX = "base_model.model."
# What transformers, PEFT and TRL call the heads of reward models, classifiers of texts and of tokens, and value models;
# `lm_head` gives next-token entropies and is part of a language model.
_HEAD = re.compile(
    r"(score|scores|classifier|pre_classifier|classifier2|qa_outputs|logits_proj|sequence_summary|regressor|"
    r"(?!lm_)\w*_head|reward\w*|value\w*)"
)


def adapter_heads(adapter: Adapter) -> list[str]:
    """Names of the heads that an adapter's file has weights of, each once."""
    with safe_open(adapter.folder / "adapter_model.safetensors", framework="pt") as file:
        parts = {part_of(name) for name in file.keys()}  # noqa: SIM118
    return sorted(part for part in parts if is_head(part))


def part_of(weight: str) -> str:
    """The part of the model that a weight of an adapter belongs to."""
    return weight.removeprefix(_PREFIX).split(".")[0]


def is_head(part: str) -> bool:
    """Whether a part of a model is a head that stands on its last hidden state."""
    return _HEAD.fullmatch(part) is not None
