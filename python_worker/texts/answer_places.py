"""Where answers stand in the texts made of them, by what other answers would have made in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os.path import commonprefix
from typing import Protocol

from .chat import Chat
from .templates import Texts, response_starts

# They begin and end with different characters, one of them with a sentence's end and one with no character of a text.
_MARK = "\ue000"
_OTHERS = (f"{_MARK}\ue001", "Ab", "7z.")
_OTHER_PROMPT = "\ue002 q?"
_REASONED = "<think>K</think>L"


class AnswerPlaces(Protocol):
    """Characters of the answers in the texts of some responses."""

    def begin_of(self, row: int) -> int:
        """Characters that the text of any other answer begins with too."""
        ...

    def span_of(self, row: int) -> tuple[int, int] | None:
        """Characters (begin, end) of what was made of the answer; None where it cannot be told from the rest."""
        ...


class PlacesInTemplate:
    """Where a template with {response} puts the answers."""

    def __init__(self, template: str, batch: Texts) -> None:
        self._starts = response_starts(template, batch)
        self._lengths = [len(answer) for answer in batch.responses]
        self._is_single = template.count("{response}") == 1

    def begin_of(self, row: int) -> int:
        """See AnswerPlaces."""
        return self._starts[row]

    def span_of(self, row: int) -> tuple[int, int] | None:
        """See AnswerPlaces."""
        return (self._starts[row], self._starts[row] + self._lengths[row]) if self._is_single else None


@dataclass(frozen=True)
class _Frame:
    """What a template writes before and after every answer to a prompt."""

    before: str
    after: str

    def span_in(self, text: str) -> tuple[int, int] | None:
        """Characters (begin, end) between the two; None in a text that has them not, or not side by side."""
        is_framed = text.startswith(self.before) and text.endswith(self.after)
        begin, end = len(self.before), len(text) - len(self.after)
        return (begin, end) if is_framed and begin <= end else None


class PlacesInChat:
    """Where a chat template puts the answers, however it rewrites them; worked out when asked for.

    A span holds all that stands between what the template writes before every answer to that prompt and after every one.
    What is made of an answer does not depend on the prompt; where it seems to, there is no span.
    """

    def __init__(self, chat: Chat, batch: Texts, texts: Sequence[str]) -> None:
        self._chat = chat
        self._batch = batch
        self._texts = texts
        self._others: dict[str, list[str]] = {}
        self._frames: dict[str, _Frame | None] = {}

    def begin_of(self, row: int) -> int:
        """See AnswerPlaces."""
        return len(commonprefix([self._texts[row], *self._others_for(self._prompt_of(row))]))

    def span_of(self, row: int) -> tuple[int, int] | None:
        """See AnswerPlaces."""
        found = self._find(self._prompt_of(row), self._texts[row])
        elsewhere = self._chat.attempt(_OTHER_PROMPT, self._batch.responses[row])
        again = None if elsewhere is None else self._find(_OTHER_PROMPT, elsewhere)
        if found is None or elsewhere is None or again is None:
            return None
        return found if self._texts[row][slice(*found)] == elsewhere[slice(*again)] else None

    def _prompt_of(self, row: int) -> str:
        return self._batch.prompts[self._batch.response_prompts[row]]

    def _find(self, prompt: str, text: str) -> tuple[int, int] | None:
        if prompt not in self._frames:
            self._frames[prompt] = self._make_frame(prompt)
        frame = self._frames[prompt]
        return None if frame is None else frame.span_in(text)

    def _others_for(self, prompt: str) -> list[str]:
        """Texts of other answers, but for those that the template refuses."""
        if prompt not in self._others:
            texts = (self._chat.attempt(prompt, other) for other in _OTHERS)
            self._others[prompt] = [text for text in texts if text is not None]
        return self._others[prompt]

    def _make_frame(self, prompt: str) -> _Frame | None:
        others = self._others_for(prompt)
        if len(others) < 2:
            return None
        after = commonprefix([text[::-1] for text in others])[::-1]
        frame = _Frame(self._before_reasoning(prompt, commonprefix(others)), after)
        return None if any(_is_written_twice(frame, text) for text in others) else frame

    def _before_reasoning(self, prompt: str, before: str) -> str:
        """Where a template sets out the reasoning of every answer, also none, all of that is the answer's."""
        reasoned = self._chat.attempt(prompt, _REASONED)
        if reasoned is None or reasoned.startswith(before):
            return before
        asked, alone = self._chat.attempt(prompt, None, asks_for_answer=True), self._chat.attempt(prompt, None)
        if asked is None or asked == alone:
            return before
        return asked if before.startswith(asked) and reasoned.startswith(asked) else before


def _is_written_twice(frame: _Frame, text: str) -> bool:
    """Between two copies of an answer stands what is the template's."""
    span = frame.span_in(text)
    return span is not None and text[slice(*span)].count(_MARK) > 1
