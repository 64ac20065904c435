"""Labelled pairs in parts, each of which is held out once."""

from __future__ import annotations

import numpy as np
import torch

from .labelled_pairs import LabelledPairs


def folds_of(pairs: LabelledPairs, folds: int, stream: torch.Generator) -> list[np.ndarray]:
    """Indices of the pairs in `folds` parts of about equal size (fewer where there are fewer pairs or groups), drawn from
    a stream; none of a single pair, which leaves nothing to learn from.

    Groups stay whole: pairs of one prompt tell of each other more than of new prompts. Each goes to the part that is
    smallest so far; pairs that are all of one group are parted singly.
    """
    if len(pairs) < 2:
        return []
    groups = pairs.groups_n
    names, group_of = np.unique(np.arange(len(pairs)) if groups is None else groups, return_inverse=True)
    if len(names) < 2:
        names = group_of = np.arange(len(pairs))
    if len(names) == len(pairs):
        return np.array_split(np.argsort(group_of)[torch.randperm(len(pairs), generator=stream).numpy()], min(folds, len(pairs)))
    parts: list[list[int]] = [[] for _ in range(min(folds, len(names)))]
    for group in torch.randperm(len(names), generator=stream).tolist():
        min(parts, key=len).extend(np.flatnonzero(group_of == group).tolist())
    return [np.array(part) for part in parts]
