"""Special tokens that stand twice: the text holds one already where the tokenizer adds another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..protocol.messages import DoubledToken

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def count_doubled_tokens(tokenizer: PreTrainedTokenizerFast, texts: Iterable[np.ndarray | Sequence[int]]) -> dict[str, int]:
    """Texts, as token ids, that begin or end with the same special token twice, by token."""
    special = set(tokenizer.all_special_ids)
    found = Counter(id_ for ids in texts for id_ in _doubled(ids) if id_ in special)
    return {str(tokenizer.convert_ids_to_tokens(id_)): count for id_, count in sorted(found.items())}


def doubled_tokens(counts: Mapping[str, int]) -> list[DoubledToken]:
    """The same as messages carry it."""
    return [DoubledToken(token=token, texts=texts) for token, texts in counts.items()]


def _doubled(ids: np.ndarray | Sequence[int]) -> set[int]:
    if len(ids) < 2:
        return set()
    pairs = ((int(ids[0]), int(ids[1])), (int(ids[-1]), int(ids[-2])))
    return {outer for outer, inner in pairs if outer == inner}
