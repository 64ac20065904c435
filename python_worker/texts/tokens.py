"""Token ids of many texts in one flat array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ..base.errors import invalid_data

if TYPE_CHECKING:
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

_CHUNK = 1024


@dataclass(frozen=True)
class TokenRows:
    """Text i is `ids[starts[i]:starts[i + 1]]`; `truncated[i]` says whether its end was cut off, after `covered[i]`.

    ids: int32 (sum of lengths,); starts: int64 (texts + 1,); truncated: bool (texts,); covered: int64 (texts,), in
    characters.
    """

    ids: np.ndarray
    starts: np.ndarray
    truncated: np.ndarray
    covered: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each text, int64 (texts,)."""
        return np.diff(self.starts)

    def row(self, index: int) -> np.ndarray:
        """Token ids of one text."""
        return self.ids[self.starts[index] : self.starts[index + 1]]


def tokenise(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], max_tokens: int, what: str, adds_special: bool = True
) -> TokenRows:
    """At most `max_tokens` a text with the special ones, the end cut off. Raises INVALID_DATA for one of no tokens.

    `adds_special` is False for texts that hold their special tokens already, as a chat template writes them.
    """
    ids: list[np.ndarray] = []
    truncated: list[bool] = []
    covered: list[int] = []
    for text, encoding in encode(tokenizer, texts, max_tokens, adds_special):
        ids.append(np.array(encoding.ids, dtype=np.int32))
        truncated.append(len(encoding.overflowing) > 0)
        covered.append(covered_characters(text, encoding))
    lengths = np.array([len(row) for row in ids], dtype=np.int64)
    _check_lengths(lengths, what)
    return TokenRows(
        ids=np.concatenate(ids) if ids else np.empty(0, np.int32),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        truncated=np.array(truncated, dtype=bool),
        covered=np.array(covered, dtype=np.int64),
    )


def encode(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], max_tokens: int, adds_special: bool = True
) -> Iterator[tuple[str, Encoding]]:
    """Each text with its tokens, at most `max_tokens` with the special ones, the end cut off."""
    tokenizer.truncation_side = "right"
    for chunk in _chunks(texts):
        encodings = tokenizer(
            chunk, truncation=True, max_length=max_tokens, padding=False, add_special_tokens=adds_special
        ).encodings
        yield from zip(chunk, encodings, strict=True)


def encode_whole(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], adds_special: bool) -> Iterator[Encoding]:
    """The tokens of each text, however many; few texts' tokens are held at a time."""
    for chunk in _chunks(texts):
        yield from tokenizer(
            chunk, truncation=False, padding=False, add_special_tokens=adds_special, verbose=False
        ).encodings


def end_of_tokens(encoding: Encoding, tokens: int) -> int:
    """Characters up to the end of the first `tokens` tokens."""
    return max((end for _begin, end in encoding.offsets[:tokens]), default=0)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    iterator = iter(texts)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def covered_characters(text: str, encoding: Encoding) -> int:
    """Characters up to the end of the last token; a special token stands at (0, 0)."""
    return max(end for _start, end in encoding.offsets) if encoding.overflowing else len(text)


def _check_lengths(lengths: np.ndarray, what: str) -> None:
    empty = np.flatnonzero(lengths == 0)
    if len(empty) > 0:
        raise invalid_data(f"Cannot embed row {empty[0]} of {what}: it has no tokens, at least one is needed")
