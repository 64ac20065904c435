"""What an extraction is asked for, and what is known of it without loading the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from ...base.errors import invalid_argument
from ...base.safetensors_file import hash_file
from ...context.context import Context
from ...data.dataset_files import PromptLine
from ...data.dataset_index import DatasetIndex, index_dataset
from ...data.text_file import TextFile, index_texts
from ...models.choose_device import choose_device
from ...models.files.hub_directory import published_name
from ...models.files.model_files import hash_model, model_name
from ...models.files.model_source import find_source
from ...models.pretrained import Pretrained, load_tokenizer
from ...protocol.messages import FeaturesExtractParams
from ...texts.chat import Chat
from ...texts.open_chat import open_chat
from ..batching.ways import WAYS
from ..parts.plan_file import ExtractionPlan
from ..parts.plan_parts import PartLimits, PartPlan, block, plan_parts
from .describe_source import describe_outputs


@dataclass(frozen=True)
class ExtractionRequest:
    """What was asked for, and what is known without loading the model.

    chat: the opened chat template, None before `with_chat` and for texts that are no chat.
    """

    params: FeaturesExtractParams
    index: DatasetIndex
    alone: TextFile | None
    device: torch.device
    source: Pretrained
    model_hash: str
    model_files: dict[str, str]
    chat: Chat | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """Every setting that parts of one extraction have in common, under the names people give them."""
        params = self.params
        return {
            "dataset": self.index.hash,
            "prompt texts": None if self.alone is None else hash_file(self.alone.path),
            "shards": params.shard.count,
            "model": model_name(params.model),
            "revision": params.revision,
            "model files": self.model_hash,
            "adapter": None if params.adapter is None else published_name(params.adapter),
            "attention": params.attention,
            "quantisation": params.quantisation,
            "prompt template": params.prompt_template,
            "response template": params.response_template,
            "chat": None if params.chat is None else params.chat.system,
            "prompt cut": params.prompt_cut,
            "special tokens": params.special_tokens,
            "outputs": describe_outputs(params.outputs),
            "uncertainty": None if params.uncertainty is None else params.uncertainty.positions,
            "max tokens": params.max_tokens,
            "dtype": params.dtype,
            "store dtype": params.store_dtype,
            "token budget": params.token_budget,
            "part tokens": params.part_tokens,
            "way": params.way,
            "device": self.device.type,
        } | self._asked_of_chat

    @property
    def _asked_of_chat(self) -> dict[str, Any]:
        """Settings that most extractions do not have, so that the plans of these are what they were before."""
        chat = self.params.chat
        settings = {
            "system turn": False if chat is not None and chat.system is None else None,
            "chat date": None if self.chat is None else self.chat.date,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def with_chat(self) -> ExtractionRequest:
        """The request with its chat template opened, where texts are a chat. Raises as open_chat and load_tokenizer."""
        turns = self.params.chat
        if turns is None:
            return self
        return replace(self, chat=open_chat(load_tokenizer(self.source), self.params.model, turns))

    def part_plan(self, frozen: ExtractionPlan) -> PartPlan:
        """Order and cuts of a frozen plan."""
        limits = PartLimits(frozen.part_tokens, frozen.part_texts)
        return plan_parts(self.index, frozen.max_tokens, WAYS[frozen.way].shares_prompts, limits)

    def own_parts(self, frozen: ExtractionPlan) -> list[int]:
        """Parts of this share of this shard."""
        shard, share = self.params.shard, self.params.share
        return list(block(frozen.parts, shard.index, shard.count))[share.index - 1 :: share.count]


def read_request(params: FeaturesExtractParams, context: Context) -> ExtractionRequest:
    """Reads the dataset and hashes the model. Raises INVALID_ARGUMENT, INVALID_DATA."""
    _check_shards(params)
    device = choose_device(params.device, params.dtype, context)
    index = index_dataset(params.dataset)
    alone = index_alone(params, index)
    context.check()
    return ExtractionRequest(params, index, alone, device, *_hash_model(params, device, context))


def _check_shards(params: FeaturesExtractParams) -> None:
    for what, block in (("shard", params.shard), ("share", params.share)):
        if block.index > block.count:
            raise invalid_argument(
                f"Cannot extract {what} {block.index}/{block.count}: there is no such {what}, 1/{block.count} to "
                f"{block.count}/{block.count} is needed"
            )


def index_alone(params: FeaturesExtractParams, index: DatasetIndex) -> TextFile | None:
    """Texts that stand in for the prompts where these are embedded alone. Raises INVALID_ARGUMENT for another number."""
    if params.prompt_texts is None:
        return None
    alone = index_texts(Path(params.prompt_texts), PromptLine)
    if alone.rows != index.prompts.rows:
        raise invalid_argument(
            f"Cannot use '{params.prompt_texts}': it has {alone.rows} texts, one for each of {index.prompts.rows} "
            "prompts is needed"
        )
    return alone


def _hash_model(
    params: FeaturesExtractParams, device: torch.device, context: Context
) -> tuple[Pretrained, str, dict[str, str]]:
    source = find_source(params, device, context)
    return source, *hash_model(source, context)
