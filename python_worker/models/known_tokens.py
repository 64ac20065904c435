"""Which token ids a model has embeddings for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.errors import WorkerError, invalid_data

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from .model import EmbeddingModel


def embedding_rows(network: Any) -> int | None:
    """Number of input embeddings, None where they are not known."""
    try:
        return int(network.get_input_embeddings().weight.shape[0])
    except (AttributeError, NotImplementedError):
        return None


def check_vocabulary(tokenizer: PreTrainedTokenizerFast, network: Any, model: str) -> None:
    """Refuses a tokenizer with more words than the model has embeddings; added tokens may lie outside, unused.

    Raises INVALID_DATA.
    """
    rows = embedding_rows(network)
    if rows is not None and tokenizer.vocab_size > rows:
        raise _too_few(model, rows, f"its tokenizer has {tokenizer.vocab_size} words")


def refuse_unknown_tokens(model: EmbeddingModel, name: str, ids: np.ndarray) -> None:
    """Refuses token ids without an embedding. Raises INVALID_DATA with the token."""
    rows = embedding_rows(model.network)
    if rows is None or len(ids) == 0 or int(ids.max()) < rows:
        return
    unknown = int(ids.max())
    token = model.tokenizer.convert_ids_to_tokens(unknown)
    raise _too_few(name, rows, f"token '{token}' of the texts has id {unknown}")


def _too_few(model: str, rows: int, found: str) -> WorkerError:
    return invalid_data(
        f"Cannot run model '{model}': it has embeddings of {rows} tokens and {found}, "
        "the tokenizer that belongs to the model is needed"
    )
