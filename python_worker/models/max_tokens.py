"""How many tokens of a text the model sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.errors import invalid_argument
from ..protocol.messages import FeaturesCutParams, FeaturesExtractParams, FeaturesUncertaintyParams, FineTunedKind
from .model import EmbeddingModel

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_USUAL = 512


def resolve_max_tokens(params: FeaturesExtractParams | FeaturesUncertaintyParams | FineTunedKind, model: EmbeddingModel) -> int:
    """`params.max_tokens`; where that is None, 512 or the model's limit, the smaller.

    Raises INVALID_ARGUMENT for more than the model or a batch takes, and for room for special tokens alone.
    """
    max_tokens = max_tokens_within(params, model.tokenizer, model.max_positions)
    if params.token_budget is not None and params.token_budget < max_tokens:
        raise invalid_argument(
            f"Cannot make batches: --token-budget is {params.token_budget}, at least --max-tokens ({max_tokens}) "
            "is needed"
        )
    return max_tokens


def max_tokens_within(
    params: FeaturesCutParams | FeaturesExtractParams | FeaturesUncertaintyParams | FineTunedKind,
    tokenizer: PreTrainedTokenizerFast,
    limit: int | None,
) -> int:
    """The same without a batch; `limit` is the model's, None where it has none."""
    max_tokens = min(_USUAL, limit or _USUAL) if params.max_tokens is None else params.max_tokens
    special = tokenizer.num_special_tokens_to_add()
    if max_tokens <= special:
        raise invalid_argument(
            f"Cannot run model '{params.model}': --max-tokens is {max_tokens} and {special} are special "
            f"tokens, at least {special + 1} is needed"
        )
    if limit is not None and max_tokens > limit:
        raise invalid_argument(
            f"Cannot run model '{params.model}': --max-tokens is {max_tokens}, "
            f"at most {limit} (the model's limit) is needed"
        )
    return max_tokens
