"""A model as an extraction uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ..features.attention_direction import looks_ahead
from ..features.language_model import LanguageModel, load_language_model
from ..features.model import EmbeddingModel, load_model
from ..features.pretrained import Pretrained

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class ReadingModel:
    """A loaded model, and whether its tokens see those after them."""

    loaded: EmbeddingModel
    sees_ahead: bool

    @property
    def network(self) -> torch.nn.Module:
        """The model without its head."""
        return self.loaded.network

    @property
    def tokenizer(self) -> PreTrainedTokenizerFast:
        """Its fast tokenizer."""
        return self.loaded.tokenizer

    @property
    def device(self) -> torch.device:
        """Where its inputs go."""
        return self.loaded.device

    @property
    def pad_id(self) -> int:
        """The id that fills up a batch."""
        return self.loaded.pad_id

    @property
    def language_model(self) -> LanguageModel:
        """The model with its output layer; it was loaded with it where entropies are asked for."""
        assert isinstance(self.loaded, LanguageModel), "entropies are asked of language models alone"
        return self.loaded

    @property
    def dtype(self) -> torch.dtype:
        """The floating type of its weights."""
        types = (parameter.dtype for parameter in self.network.parameters())
        return next((dtype for dtype in types if dtype.is_floating_point), torch.float32)


def load_reading_model(source: Pretrained, with_output_layer: bool) -> ReadingModel:
    """Loads a model, with its output layer where entropies are asked for. Raises as load_model, load_language_model."""
    loaded = load_language_model(source) if with_output_layer else load_model(source)
    return ReadingModel(loaded, looks_ahead(loaded.network, 0, 1, 2))
