"""What cannot be divided between two batches without work being done twice, and batches of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...features.batches import plan_batches
from .token_tree import TokenTree, grow_tree

# A tree with many answers is cut into several: attention costs its length squared.
_LONGEST_TREE = 4096


@dataclass(frozen=True)
class Unit:
    """A tree of token sequences; `sequences` are their numbers in the part, as `tree.lasts`.

    counted: int64 (sequences, 2), the positions (begin, end) of each whose next-token entropy counts.
    """

    tree: TokenTree
    sequences: np.ndarray
    counted: np.ndarray

    def __len__(self) -> int:
        return len(self.tree)


@dataclass(frozen=True)
class PartTokens:
    """Token ids of each sequence of a part (its prompts, then its answers), and which belong together.

    groups: numbers of the sequences that begin alike; counted: int64 (sequences, 2).
    """

    sequences: list[np.ndarray]
    groups: list[np.ndarray]
    counted: np.ndarray


def units_of_groups(tokens: PartTokens, token_budget: int) -> list[Unit]:
    """A unit for each group, or several where it is too long for one."""
    limit = max(max(map(len, tokens.sequences)), min(token_budget, _LONGEST_TREE))
    return [unit for group in tokens.groups for unit in _divide(tokens, group, limit)]


def units_of_sequences(tokens: PartTokens) -> list[Unit]:
    """A unit for each sequence."""
    return [_unit(tokens, np.array([number])) for number in range(len(tokens.sequences))]


def batches_of(units: Sequence[Unit], sizes: np.ndarray, token_budget: int) -> list[list[Unit]]:
    """Units that go through the model together, largest first; sizes: positions that one takes, int (units,)."""
    return [[units[index] for index in batch] for batch in plan_batches(sizes, token_budget)]


def halves_of(unit: Unit) -> list[Unit]:
    """Two units with half of the sequences each, the unit itself where there is one sequence."""
    if len(unit.sequences) == 1:
        return [unit]
    half = len(unit.sequences) // 2
    paths = [path_of(unit.tree, last) for last in unit.tree.lasts]
    return [
        Unit(grow_tree([unit.tree.ids[path] for path in paths[part]]), unit.sequences[part], unit.counted[part])
        for part in (slice(half), slice(half, None))
    ]


def path_of(tree: TokenTree, last: int) -> np.ndarray:
    """Indices of a sequence's tokens in its tree, in order."""
    return np.flatnonzero(tree.ends[: last + 1] > last)


def _divide(tokens: PartTokens, group: np.ndarray, limit: int) -> list[Unit]:
    unit = _unit(tokens, group)
    if len(unit) <= limit or len(group) == 1:
        return [unit]
    half = len(group) // 2
    return _divide(tokens, group[:half], limit) + _divide(tokens, group[half:], limit)


def _unit(tokens: PartTokens, group: np.ndarray) -> Unit:
    return Unit(grow_tree([tokens.sequences[number] for number in group]), group, tokens.counted[group])
