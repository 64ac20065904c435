"""From rows of a dataset to tokens and batches: what is done on the host, while the model works on another part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...base.errors import WorkerError, invalid_data
from ...data.dataset_index import DatasetIndex
from ...data.text_file import TextFile
from ...texts.answer_places import AnswerPlaces
from ...texts.doubled_tokens import count_doubled_tokens
from ...texts.rendering import RenderedTexts, TextBatch
from ...texts.response_positions import positions_in
from ...texts.tokens import covered_characters, encode
from ..batching.unit import PartTokens, Unit
from ..batching.ways import Way
from .plan_parts import PartPlan

if TYPE_CHECKING:
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

TRUNCATED, LOST, CUT = 1, 2, 4
"""What happened to a text, as bits: its end was cut off; nothing of the answer was left; the prompt made room for answers."""


@dataclass(frozen=True)
class PreparedPart:
    """Rows of prompts and responses, int64; bits of each text, uint8 (prompts then responses); batches of its texts;
    numbers of texts with a special token twice, by token."""

    number: int
    prompts: np.ndarray
    responses: np.ndarray
    bits: np.ndarray
    tokens: PartTokens
    batches: list[list[Unit]]
    doubled: dict[str, int]


@dataclass(frozen=True)
class PartMaker:
    """How the texts of a part are made: where they lie, how they are written and split into tokens, and run.

    `alone`: texts that stand in for the prompts where these are embedded alone; `counts_all`: every position of an
    answer's text counts for its entropy, not the answer's alone; `check_ids` refuses token ids the model does not know.
    """

    index: DatasetIndex
    plan: PartPlan
    alone: TextFile | None
    render: Callable[[TextBatch], RenderedTexts]
    tokenizer: PreTrainedTokenizerFast
    max_tokens: int
    adds_special: bool
    counts_all: bool
    check_ids: Callable[[np.ndarray], None]

    def prepare(self, number: int, way: Way, token_budget: int) -> PreparedPart:
        """A part in batches. Raises INVALID_DATA for a text of no tokens, and an answer whose entropy none makes."""
        prompts = self.plan.prompts_of(number)
        responses = self._responses_of(prompts)
        bits, tokens = self.tokenise(prompts, responses)
        doubled = count_doubled_tokens(self.tokenizer, tokens.sequences)
        return PreparedPart(number, prompts, responses, bits, tokens, way.plan(tokens, token_budget), doubled)

    def sample(self, prompts: np.ndarray) -> PartTokens:
        """Tokens of some groups."""
        return self.tokenise(prompts, self._responses_of(prompts))[1]

    def tokenise(self, prompts: np.ndarray, responses: np.ndarray) -> tuple[np.ndarray, PartTokens]:
        """Bits and tokens of groups; `responses` are those of each prompt in turn."""
        counts = [len(self.index.responses_of(prompt)) for prompt in prompts]
        owners = np.repeat(np.arange(len(prompts)), counts)
        texts = self.render(
            TextBatch(
                prompts=self.index.prompts.read(prompts),
                responses=self.index.responses.read(responses),
                response_prompts=owners.tolist(),
                alone=None if self.alone is None else self.alone.read(prompts),
            )
        )
        ids, bits, counted = self._split([*texts.prompts, *texts.responses], texts.places, (prompts, responses))
        self.check_ids(np.concatenate(ids))
        self._refuse_answers_without_tokens(responses, counted[len(prompts) :])
        bits[: len(prompts)] |= np.where(texts.cut_prompts, CUT, 0).astype(np.uint8)
        ends = len(prompts) + np.cumsum(counts)
        groups = [
            np.concatenate([[place], np.arange(end - count, end)])
            for place, (end, count) in enumerate(zip(ends, counts, strict=True))
        ]
        return bits, PartTokens(ids, groups, counted)

    def _refuse_answers_without_tokens(self, responses: np.ndarray, counted_r2: np.ndarray) -> None:
        empty = np.flatnonzero(counted_r2[:, 0] == counted_r2[:, 1])
        if len(empty) > 0:
            where = self.index.first_item_with(int(responses[empty[0]]))
            raise invalid_data(
                f"Cannot compute next-token entropies of {where}: none of its tokens is among the first "
                f"{self.max_tokens}, larger --max-tokens or --entropy-positions all is needed"
            )

    def _responses_of(self, prompts: np.ndarray) -> np.ndarray:
        return np.concatenate([np.empty(0, np.int64), *(self.index.responses_of(prompt) for prompt in prompts)])

    def _split(
        self, texts: Sequence[str], places: AnswerPlaces, rows: tuple[np.ndarray, np.ndarray]
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        ids: list[np.ndarray] = []
        bits = np.zeros(len(texts), dtype=np.uint8)
        counted = np.zeros((len(texts), 2), dtype=np.int64)
        prompt_count = len(rows[0])
        encoded = encode(self.tokenizer, texts, self.max_tokens, self.adds_special)
        for number, (text, encoding) in enumerate(encoded):
            ids.append(np.array(encoding.ids, dtype=np.int32))
            if len(ids[-1]) == 0:
                raise _no_tokens(number, rows)
            answer = number - prompt_count
            if len(encoding.overflowing) > 0:
                is_lost = answer >= 0 and covered_characters(text, encoding) <= places.begin_of(answer)
                bits[number] = TRUNCATED | (LOST if is_lost else 0)
            if answer >= 0:
                counted[number] = (0, len(ids[-1])) if self.counts_all else self._positions(encoding, places, answer, rows[1])
        return ids, bits, counted

    def _positions(self, encoding: Encoding, places: AnswerPlaces, answer: int, rows: np.ndarray) -> tuple[int, int]:
        """Positions (begin, end) of the answer's tokens. Raises INVALID_DATA where they cannot be told from the rest."""
        span = places.span_of(answer)
        if span is None:
            raise invalid_data(
                f"Cannot compute next-token entropies of {self.index.first_item_with(int(rows[answer]))}: its template "
                "writes it twice, or other text round it than round other answers, so that its tokens cannot be told from "
                "the template's; use --entropy-positions all or another template"
            )
        return positions_in(encoding.offsets, span)


def _no_tokens(number: int, rows: tuple[np.ndarray, np.ndarray]) -> WorkerError:
    prompts, responses = rows
    is_prompt = number < len(prompts)
    kind, row = ("prompts", prompts[number]) if is_prompt else ("responses", responses[number - len(prompts)])
    return invalid_data(f"Cannot embed row {row} of {kind}: it has no tokens; leave it out, or use a template with text")
