"""How many tokens a model takes, found without reading its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import invalid_data
from .fitting_class import network_without_weights, read_config
from .model import embedding_part, max_positions_of
from .pretrained import Pretrained

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def network_limit(source: Pretrained, tokenizer: PreTrainedTokenizerFast) -> int | None:
    """Tokens a text may have at most, None where nothing limits it. Raises INVALID_DATA for a network that cannot be made."""
    from transformers import AutoModel

    network = network_without_weights(AutoModel, read_config(source), source)
    if network is None:
        raise invalid_data(
            f"Cannot load model '{source.name}': no network can be made of its config.json, a model that transformers "
            "can read is needed"
        )
    return max_positions_of(embedding_part(network), tokenizer)
