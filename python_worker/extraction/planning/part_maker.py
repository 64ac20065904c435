"""How the texts of an extraction are made for a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...texts.rendering import RenderSettings, make_renderer
from ..parts.plan_parts import PartPlan
from ..parts.prepare_part import PartMaker
from .extraction_request import ExtractionRequest

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def maker_of(
    request: ExtractionRequest,
    tokenizer: PreTrainedTokenizerFast,
    max_tokens: int,
    plan: PartPlan,
    check_ids: Callable[[np.ndarray], None],
) -> PartMaker:
    """How the texts of these parts are made for a model with this tokenizer; `check_ids` refuses ids it does not know."""
    params = request.params
    adds_special = params.special_tokens and params.chat is None
    settings = RenderSettings(params.prompt_template, params.response_template, request.chat, params.prompt_cut, adds_special)
    return PartMaker(
        request.index,
        plan,
        request.alone,
        make_renderer(settings, tokenizer, max_tokens),
        tokenizer,
        max_tokens,
        adds_special,
        counts_all=params.uncertainty is None or params.uncertainty.positions == "all",
        check_ids=check_ids,
    )
