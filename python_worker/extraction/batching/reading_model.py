"""A model as an extraction uses it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from ...models.attention_direction import looks_ahead
from ...models.fresh_state import FreshState
from ...models.language_model import LanguageModel, load_language_model
from ...models.model import EmbeddingModel, load_model
from ...models.pretrained import Pretrained
from .last_block import LastBlock, find_last_block

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


Layers = Collection[int | None]
"""Hidden layers by number; None: the last hidden state, after the final norm."""


@dataclass(frozen=True)
class ReadingModel:
    """A loaded model, and whether its tokens see those after them.

    fresh: what it has to forget before every pass; last_block: what stands in for the deepest hidden state; name: for
    messages.
    """

    loaded: EmbeddingModel
    sees_ahead: bool
    fresh: FreshState
    name: str
    last_block: LastBlock | None = None

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

    def states(self, layers: Layers, **inputs: Any) -> dict[int | None, torch.Tensor]:
        """States (B, T, D) by layer of one pass. All layers are kept for the while only where a hidden one is asked for."""
        self.fresh.restore()
        needs_all = any(layer is not None for layer in layers)
        usual = {} if "use_cache" in inputs or self.sees_ahead else {"use_cache": False}
        with self._last_block_of(layers) as kept:
            output = self.network(**inputs, **usual, output_hidden_states=needs_all)
        found = {layer: output.last_hidden_state if layer is None else output.hidden_states[layer] for layer in layers}
        return found | {self.last_block.layer: kept[-1].to(self.device)} if kept and self.last_block else found

    def _last_block_of(self, layers: Layers) -> Any:
        is_asked = self.last_block is not None and self.last_block.layer in layers
        return self.last_block.kept() if self.last_block is not None and is_asked else nullcontext([])

    def with_last_block(self) -> ReadingModel:
        """The same, whose deepest layer is what the last block gives. Raises INVALID_ARGUMENT where that is not found."""
        self.fresh.restore()
        return replace(self, last_block=find_last_block(self.network, self.device, self.name))


def load_reading_model(source: Pretrained, with_output_layer: bool) -> ReadingModel:
    """Loads a model, with its output layer where entropies are asked for. Raises as load_model, load_language_model."""
    loaded = load_language_model(source) if with_output_layer else load_model(source)
    return reading_model_of(loaded, source.name)


def reading_model_of(loaded: EmbeddingModel, name: str) -> ReadingModel:
    """A model that was loaded before, as an extraction uses it."""
    fresh = FreshState(loaded.network)
    return ReadingModel(loaded, looks_ahead(loaded.network, 0, 1, 2), fresh, name)
