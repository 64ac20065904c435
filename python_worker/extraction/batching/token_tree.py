"""One packed sequence of tokens for several texts that begin alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class TokenTree:
    """Token sequences as a tree in depth-first order: what they begin with in common stands there once.

    ids, depths, ends: int32 (T,). Token i sees token j exactly when j ≤ i < ends[j], so a sequence's tokens are those
    its last one sees; `depths` are their positions in the sequence. lasts: int64 (sequences,), the index of the last
    token of each.
    """

    ids: np.ndarray
    depths: np.ndarray
    ends: np.ndarray
    lasts: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


def grow_tree(sequences: Sequence[np.ndarray]) -> TokenTree:
    """The tree of some sequences of at least one token each."""
    keys = [sequence.tolist() for sequence in sequences]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ids: list[np.ndarray] = []
    depths: list[np.ndarray] = []
    lasts = np.empty(len(keys), np.int64)
    ends = np.zeros(sum(len(key) for key in keys), np.int32)
    path = np.empty(0, np.int64)
    previous = np.empty(0, np.int32)
    size = 0
    for index in order:
        sequence = sequences[index]
        shared = _common_prefix(previous, sequence)
        ends[path[shared:]] = size
        added = len(sequence) - shared
        ids.append(sequence[shared:])
        depths.append(np.arange(shared, len(sequence), dtype=np.int32))
        path = np.concatenate([path[:shared], np.arange(size, size + added)])
        size += added
        lasts[index] = path[-1]
        previous = sequence
    ends[path] = size
    return TokenTree(np.concatenate(ids).astype(np.int32), np.concatenate(depths), ends[:size], lasts)


def _common_prefix(first: np.ndarray, second: np.ndarray) -> int:
    length = min(len(first), len(second))
    differing = np.flatnonzero(first[:length] != second[:length])
    return int(differing[0]) if len(differing) > 0 else length
