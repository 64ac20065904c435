"""How many tokens a model takes, found without reading its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..base.errors import WorkerError
from .fitting_class import read_config
from .model import embedding_part, max_positions_of
from .pretrained import Pretrained, load_error

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def network_limit(source: Pretrained, tokenizer: PreTrainedTokenizerFast) -> int | None:
    """Tokens a text may have at most, None where nothing limits it. Raises INVALID_DATA for a network that cannot be made."""
    from transformers import AutoModel

    try:
        with torch.device("meta"):
            network = AutoModel.from_config(read_config(source), trust_remote_code=source.trust_remote_code)
    except WorkerError:
        raise
    except Exception as error:
        raise load_error(f"model '{source.name}'", error) from error
    return max_positions_of(embedding_part(network), tokenizer)
