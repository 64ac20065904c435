"""The language model that every member adapts, loaded once, and the texts it judges."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.errors import invalid_data
from ...context.context import Context
from ...data.dataset_texts import read_texts_to_embed
from ...extraction.planning.texts_apart import keeps_texts_apart
from ...features.batches import plan_batches
from ...models.attention_direction import looks_ahead, probe_tokens
from ...models.files.model_files import find_model
from ...models.fresh_state import FreshState
from ...models.max_tokens import resolve_max_tokens
from ...models.model import EmbeddingModel, load_model
from ...models.pretrained import Pretrained
from ...protocol.messages import FineTunedKind
from ...texts.templates import render_responses
from ...texts.tokens import TokenRows, tokenise


@dataclass(frozen=True)
class Backbone:
    """The model without adapters, the tokens of every response of the dataset by row, and how states are pooled.

    texts_apart: whether a text has the states in a batch that it has alone; else every text is a batch of its own.
    """

    model: EmbeddingModel
    responses: TokenRows
    pooling: str
    texts_apart: bool
    fresh: FreshState

    @property
    def nbytes(self) -> int:
        """Bytes of the weights and tokens."""
        weights = sum(parameter.nbytes for parameter in self.model.network.parameters())
        return weights + self.responses.ids.nbytes

    @property
    def dimension(self) -> int:
        """Width of the last hidden state."""
        return int(self.model.network.config.hidden_size)


def open_backbone(kind: FineTunedKind, context: Context) -> Backbone:
    """From the worker's cache or from disk. Raises INVALID_DATA, INVALID_ARGUMENT, OOM_GPU, OOM_CPU."""
    cache, key = context.state.stores, f"backbone {kind.model} {kind.revision} {kind.dtype} {kind.dataset_hash} {kind.max_tokens} {kind.token_budget} {kind.response_template}"
    if key not in cache:
        cache[key] = _load(kind, context)
    return cache[key]


def _load(kind: FineTunedKind, context: Context) -> Backbone:
    context.progress(0, note="loading the language model")
    folder = find_model(kind.model, kind.revision, False, context)
    source = Pretrained(folder, kind.model, kind.dtype, torch.device(context.state.device), trust_remote_code=False)
    model = load_model(source)
    dataset = read_texts_to_embed(kind.dataset)
    if dataset.hash != kind.dataset_hash:
        raise invalid_data(
            f"Cannot fine-tune on '{kind.dataset}': its hash is {dataset.hash}, the run's dataset ({kind.dataset_hash}) is needed"
        )
    texts = render_responses(kind.response_template, dataset)
    responses = tokenise(model.tokenizer, texts, resolve_max_tokens(kind, model), "responses")
    sees_ahead = looks_ahead(model.network, *probe_tokens(responses))
    fresh = FreshState(model.network)
    apart = keeps_texts_apart(model, kind.model, responses, plan_batches(responses.lengths, kind.token_budget))
    return Backbone(model, responses, "mean" if sees_ahead else "last-token", apart, fresh)
