"""Texts of some groups as a model reads them, and the cut that leaves room for answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .answer_places import AnswerPlaces, PlacesInChat, PlacesInTemplate
from .chat import Chat
from .templates import render_prompts, render_responses
from .tokens import encode_whole, end_of_tokens

if TYPE_CHECKING:
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

# A cut text is split into tokens anew, which may give one more than the cut allowed for.
_ROUNDS = 4


@dataclass(frozen=True)
class TextBatch:
    """Some groups of a dataset: prompts, and all answers to each.

    response_prompts: row in `prompts` of each response; `alone`: texts that stand in for the prompts where these are
    embedded alone, None for the prompts themselves.
    """

    prompts: list[str]
    responses: list[str]
    response_prompts: list[int]
    alone: list[str] | None


@dataclass(frozen=True)
class RenderedTexts:
    """What is split into tokens. places: where the answers stand in `responses`; cut_prompts: whether a prompt was
    shortened to leave room."""

    prompts: list[str]
    responses: list[str]
    places: AnswerPlaces = field(compare=False)
    cut_prompts: list[bool]


@dataclass(frozen=True)
class RenderSettings:
    """How texts are made; `chat` takes the place of the two templates."""

    prompt_template: str
    response_template: str
    chat: Chat | None
    prompt_cut: str
    adds_special: bool


Renderer = Callable[[TextBatch], RenderedTexts]


def make_renderer(settings: RenderSettings, tokenizer: PreTrainedTokenizerFast, max_tokens: int) -> Renderer:
    """Renders batches of groups. With the cut `paper` a prompt depends on its own answers and on nothing else.

    The renderer raises INVALID_ARGUMENT for templates with other fields, INVALID_DATA for an unusable chat template.
    """

    def write(batch: TextBatch) -> RenderedTexts:
        return _write_turns(settings.chat, batch) if settings.chat is not None else _fill_templates(settings, batch)

    if settings.prompt_cut != "paper":
        return write
    return lambda batch: _leave_room(write, _Counter(tokenizer, settings.adds_special), batch, max_tokens)


def _write_turns(chat: Chat, batch: TextBatch) -> RenderedTexts:
    prompts = [chat.render(prompt) for prompt in _alone(batch)]
    responses = [
        chat.render(batch.prompts[prompt], response)
        for prompt, response in zip(batch.response_prompts, batch.responses, strict=True)
    ]
    return RenderedTexts(prompts, responses, PlacesInChat(chat, batch, responses), [False] * len(prompts))


def _fill_templates(settings: RenderSettings, batch: TextBatch) -> RenderedTexts:
    prompts = render_prompts(settings.prompt_template, replace(batch, prompts=_alone(batch)))
    responses = render_responses(settings.response_template, batch)
    places = PlacesInTemplate(settings.response_template, batch)
    return RenderedTexts(prompts, responses, places, [False] * len(prompts))


def _alone(batch: TextBatch) -> list[str]:
    """What is written of the prompts where they are embedded alone."""
    return batch.prompts if batch.alone is None else batch.alone


@dataclass(frozen=True)
class _Counter:
    """Counts tokens of whole texts."""

    tokenizer: PreTrainedTokenizerFast
    adds_special: bool

    def count(self, texts: Sequence[str]) -> np.ndarray:
        """Tokens of each text with the special ones, int64 (texts,)."""
        encodings = encode_whole(self.tokenizer, texts, self.adds_special)
        return np.fromiter((len(encoding.ids) for encoding in encodings), np.int64, len(texts))


def _leave_room(write: Renderer, counter: _Counter, batch: TextBatch, max_tokens: int) -> RenderedTexts:
    """Cuts the end of each prompt so far that its longest answer fits, but never below half of `max_tokens`."""
    owners = np.array(batch.response_prompts, dtype=np.int64)
    prompts = list(batch.prompts)
    rendered = write(batch)
    over_p = _overlong(counter, rendered.responses, owners, len(prompts), max_tokens)
    places = np.flatnonzero(over_p > 0)
    whole = encode_whole(counter.tokenizer, [prompts[place] for place in places], False)
    encodings = dict(zip(places.tolist(), whole, strict=True))
    kept = {place: len(encoding.ids) for place, encoding in encodings.items()}
    for _ in range(_ROUNDS):
        shortened = _shorten(kept, encodings, over_p, max(1, max_tokens // 2))
        if not shortened:
            break
        for place in shortened:
            prompts[place] = batch.prompts[place][: end_of_tokens(encodings[place], kept[place])]
        some = _some_groups(replace(batch, prompts=prompts), shortened)
        over_p[shortened] = _overlong(counter, write(some).responses, np.array(some.response_prompts), len(shortened), max_tokens)
    cut = [prompt != whole for prompt, whole in zip(prompts, batch.prompts, strict=True)]
    return replace(write(replace(batch, prompts=prompts)), cut_prompts=cut) if any(cut) else rendered


def _overlong(counter: _Counter, texts: Sequence[str], owners: np.ndarray, prompts: int, max_tokens: int) -> np.ndarray:
    """Tokens that the longest text of each prompt has beyond `max_tokens`, int64 (prompts,); at most 0 where it fits."""
    longest_p = np.zeros(prompts, dtype=np.int64)
    np.maximum.at(longest_p, owners, counter.count(texts))
    return longest_p - max_tokens


def _shorten(kept: dict[int, int], encodings: dict[int, Encoding], over_p: np.ndarray, least: int) -> list[int]:
    """Lowers the tokens kept of every prompt that is still too long; the prompts that changed."""
    changed = []
    for place in encodings:
        target = max(kept[place] - int(over_p[place]), min(least, len(encodings[place].ids)))
        if over_p[place] > 0 and target < kept[place]:
            kept[place] = target
            changed.append(place)
    return changed


def _some_groups(batch: TextBatch, prompts: Sequence[int]) -> TextBatch:
    place_of = {prompt: place for place, prompt in enumerate(prompts)}
    pairs = [(place_of[owner], text) for owner, text in zip(batch.response_prompts, batch.responses, strict=True) if owner in place_of]
    return TextBatch([batch.prompts[prompt] for prompt in prompts], [text for _, text in pairs], [place for place, _ in pairs], None)
