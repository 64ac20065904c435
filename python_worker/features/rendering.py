"""Texts of some groups as a model reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chat import render_chat
from .templates import render_prompts, render_responses, response_starts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class TextBatch:
    prompts: list[str]
    responses: list[str]
    response_prompts: list[int]
    alone: list[str] | None


@dataclass(frozen=True)
class RenderedTexts:
    prompts: list[str]
    responses: list[str]
    response_spans: list[tuple[int, int]]
    cut_prompts: list[bool]


@dataclass(frozen=True)
class RenderSettings:
    prompt_template: str
    response_template: str
    system: str | None
    prompt_cut: str
    adds_special: bool


def make_renderer(settings, tokenizer, model_name: str, max_tokens: int) -> Callable[[TextBatch], RenderedTexts]:
    def render(batch: TextBatch) -> RenderedTexts:
        starts = response_starts(settings.response_template, batch)
        spans = [(s, s + len(t)) for s, t in zip(starts, batch.responses)]
        return RenderedTexts(render_prompts(settings.prompt_template, batch), render_responses(settings.response_template, batch), spans, [False] * len(batch.prompts))
    return render
