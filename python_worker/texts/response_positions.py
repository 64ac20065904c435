"""Which tokens of a text belong to the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .tokens import encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def response_positions(
    tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], spans: Sequence[tuple[int, int]], max_tokens: int
) -> np.ndarray:
    """Positions (begin, end) of the tokens that hold a character of each text's span, int64 (texts, 2).

    spans: characters (begin, end). Equal positions where no such token is left. A token that holds the last character
    before the answer together with its first one belongs to the answer.
    """
    encoded = encode(tokenizer, texts, max_tokens)
    rows = [positions_in(encoding.offsets, span) for (_text, encoding), span in zip(encoded, spans, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def positions_in(offsets: Iterable[tuple[int, int]], span: tuple[int, int]) -> tuple[int, int]:
    """Positions (begin, end) of the tokens that hold a character of the span; (0, 0) where none does."""
    # A special token stands at (0, 0) and so in no span.
    inside = [index for index, (begin, end) in enumerate(offsets) if begin < span[1] and end > span[0]]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
