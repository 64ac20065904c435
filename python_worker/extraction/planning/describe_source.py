"""What features depend on besides the texts, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ...models.files.model_files import model_name
from ...models.files.model_source import describe_switches
from ...protocol.messages import FeatureOutput

if TYPE_CHECKING:
    from ...texts.chat import Chat
    from .extraction_request import ExtractionRequest


def describe_source(request: ExtractionRequest, max_tokens: int) -> dict[str, Any]:
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
    } | describe_switches(request.source) | _describe_chat(request.chat)


def describe_outputs(outputs: Sequence[FeatureOutput]) -> str:
    """The kinds of features asked for, in one text."""
    return ", ".join(output.pooling if output.layer is None else f"{output.pooling} of layer {output.layer}" for output in outputs)


def _describe_chat(chat: Chat | None) -> dict[str, Any]:
    """The chat template by its hash in the place of text templates, and the day where its texts depend on one."""
    if chat is None:
        return {}
    return {
        "promptTemplate": "chat",
        "responseTemplate": "chat",
        "chatTemplateSha256": chat.template_sha256,
        "system": chat.system,
    } | ({} if chat.date is None else {"chatDate": chat.date})
