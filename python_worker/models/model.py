"""Loads a model and its tokenizer for embedding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from .device_map import input_device
from .fitting_class import fitting_class
from .known_tokens import check_vocabulary, embedding_rows
from .pretrained import Pretrained, load_tokenizer, load_weights

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

# A tokenizer without a limit of its own says about 1e30.
_NO_LIMIT = 10**6


@dataclass(frozen=True)
class EmbeddingModel:
    """A model without its head, in evaluation mode; `max_positions` is None where nothing limits the length.

    `device` is where token ids go and last states come back, also where layers lie on several devices.
    """

    network: torch.nn.Module
    tokenizer: PreTrainedTokenizerFast
    device: torch.device
    pad_id: int
    max_positions: int | None


def load_model(source: Pretrained) -> EmbeddingModel:
    """Loads weights from safetensors only. Raises INVALID_DATA, INVALID_ARGUMENT, START_FAILED, OOM_GPU, OOM_CPU."""
    from transformers import AutoModel

    tokenizer = load_tokenizer(source)
    auto_class = fitting_class(source)
    network = load_weights(source, auto_class, embedding_part if auto_class is AutoModel else _below_head)
    check_vocabulary(tokenizer, network, source.name)
    device, pad_id = input_device(network), pad_id_of(tokenizer, embedding_rows(network))
    return EmbeddingModel(network, tokenizer, device, pad_id, max_positions_of(network, tokenizer))


def embedding_part(network: Any) -> Any:
    """The encoder of a network that also has a decoder, else the network."""
    return network.get_encoder() if network.config.is_encoder_decoder else network


def _below_head(network: Any) -> Any:
    return embedding_part(network.base_model)


def pad_id_of(tokenizer: PreTrainedTokenizerFast, rows: int | None) -> int:
    """The id that fills up a batch, one of the `rows` embeddings there are."""
    # Padding is masked, so any id will do where there is none, or one that was added without an embedding.
    candidates = (tokenizer.pad_token_id, tokenizer.eos_token_id, 0)
    return next(int(id_) for id_ in candidates if id_ is not None and (rows is None or id_ < rows))


def max_positions_of(network: torch.nn.Module, tokenizer: PreTrainedTokenizerFast) -> int | None:
    """Tokens a text may have at most, None where nothing limits it."""
    configured = getattr(network.config, "max_position_embeddings", None)
    limits = (configured, _positions_after_padding(network), tokenizer.model_max_length)
    return min((int(limit) for limit in limits if limit is not None and 0 < limit < _NO_LIMIT), default=None)


def _positions_after_padding(network: torch.nn.Module) -> int | None:
    """RoBERTa and its kin number tokens from the padding's id + 1, so texts are shorter than the table is long."""
    tables = (module for name, module in network.named_modules() if name.endswith("position_embeddings"))
    offset = (table for table in tables if getattr(table, "padding_idx", None) is not None)
    return next((table.num_embeddings - table.padding_idx - 1 for table in offset), None)
