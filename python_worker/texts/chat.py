"""Texts for the model as turns of a chat, by the tokenizer's own template."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ..base.error_text import first_line
from ..base.errors import WorkerError, invalid_data
from .pinned_clock import PinnedClock, pinned

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

DAY = "2024-07-26"
"""What templates see as today where no date was given: the day that Llama 3.1's own falls back on."""
# They differ from each other and from DAY in year, month, day of the month, day of the week and time.
_OTHER_MOMENTS = (datetime(2019, 11, 3, 13, 5, 9), datetime(2022, 3, 17, 22, 41, 36))
_LONGEST_FOUND = 300
_PROBE = "Cd"


@dataclass(frozen=True)
class Chat:
    """A chat template that writes prompts and answers as turns.

    system: the system turn, None for none; date: the day on which its texts depend, None where they depend on none.
    """

    tokenizer: PreTrainedTokenizerFast
    model: str
    template: str
    system: str | None
    date: str | None

    @property
    def template_sha256(self) -> str:
        """SHA-256 of the template."""
        return hashlib.sha256(self.template.encode("utf-8", "surrogatepass")).hexdigest()

    def render(self, prompt: str, response: str | None = None) -> str:
        """The turns (system,) user and, with a response, assistant. Special tokens stand in the text.

        Raises INVALID_DATA naming the model.
        """
        text, reads_clock = self._write(prompt, response, self._moment, False)
        if reads_clock and self.date is None and self._write(prompt, response, self._other_moment, False)[0] != text:
            raise self.unusable(
                "it writes the date into some texts and not into others", "give the day in a template file, chat: {date: 2024-07-26}"
            )
        return text

    def probe(self, prompt: str, response: str | None = None) -> str:
        """The same text without a look at another day. Raises INVALID_DATA naming the model."""
        return self._write(prompt, response, self._moment, False)[0]

    def attempt(self, prompt: str, response: str | None, asks_for_answer: bool = False) -> str | None:
        """The same text, None where the template refuses it; `asks_for_answer` ends it where an answer would begin."""
        try:
            return self._write(prompt, response, self._moment, asks_for_answer)[0]
        except WorkerError:
            return None

    def depends_on_day(self) -> bool:
        """Whether another day would give other texts, of a prompt or of an answer."""
        texts = ((_PROBE, response) for response in (None, _PROBE))
        moments = (self._moment, self._other_moment)
        return any(len({self._write(*text, moment, False)[0] for moment in moments}) > 1 for text in texts)

    @property
    def _moment(self) -> datetime:
        return datetime.fromisoformat(self.date or DAY)

    @property
    def _other_moment(self) -> datetime:
        return next(moment for moment in _OTHER_MOMENTS if moment.date() != self._moment.date())

    def _write(
        self, prompt: str, response: str | None, moment: datetime, asks_for_answer: bool
    ) -> tuple[str, bool]:
        """A text, and whether the template read the clock."""
        turns = [("system", self.system), ("user", prompt), ("assistant", response)]
        messages = [{"role": role, "content": content} for role, content in turns if content is not None]
        clock = PinnedClock(moment)
        try:
            with pinned(self.template, clock):
                text = self.tokenizer.apply_chat_template(
                    messages, chat_template=self.template, tokenize=False, add_generation_prompt=asks_for_answer,
                    **self._variables(moment),
                )  # fmt: skip
        except MemoryError:
            raise
        except Exception as error:  # whatever the template's own code does
            raise self.unusable(first_line(error)) from error
        return text, clock.was_read

    def _variables(self, moment: datetime) -> dict[str, str]:
        """Templates without a clock may take the date as text, in the format of Llama 3.1's."""
        is_given = self.date is not None and "strftime_now" not in self.template
        return {"date_string": moment.strftime("%d %b %Y")} if is_given else {}

    def unusable(self, found: str, do: str = "use a model whose template takes user and assistant turns") -> WorkerError:
        """The error of a template that cannot be used."""
        return invalid_data(f"Cannot use the chat template of model '{self.model}': {found[:_LONGEST_FOUND]}; {do}")
