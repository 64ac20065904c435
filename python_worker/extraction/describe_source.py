"""What features depend on besides the texts, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..features.model_files import model_name
from ..features.model_source import describe_switches
from ..protocol.messages import FeatureOutput, FeaturesExtractParams

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from .extraction_request import ExtractionRequest


def describe_source(request: ExtractionRequest, tokenizer: PreTrainedTokenizerFast, max_tokens: int) -> dict[str, Any]:
    """A part of the stores' ids, so without paths of this machine; pooling and layer are added to each store's own."""
    params = request.params
    return {
        "type": "transformers",
        "model": model_name(params.model),
        "revision": params.revision,
        "modelHash": request.model_hash,
        "promptTemplate": params.prompt_template,
        "responseTemplate": params.response_template,
        "promptCut": params.prompt_cut,
        "specialTokens": params.special_tokens,
        "maxTokens": max_tokens,
        "dtype": params.dtype,
        "storeDtype": params.store_dtype,
    } | describe_switches(request.source) | _describe_chat(params, tokenizer)


def describe_outputs(outputs: Sequence[FeatureOutput]) -> str:
    """The kinds of features asked for, in one text."""
    return ", ".join(output.pooling if output.layer is None else f"{output.pooling} of layer {output.layer}" for output in outputs)


def _describe_chat(params: FeaturesExtractParams, tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    """The chat template by its hash in the place of text templates; nothing without one."""
    if params.chat is None:
        return {}
    template = tokenizer.get_chat_template()
    return {
        "promptTemplate": "chat",
        "responseTemplate": "chat",
        "chatTemplateSha256": hashlib.sha256(template.encode()).hexdigest(),
        "system": params.chat.system,
    }
