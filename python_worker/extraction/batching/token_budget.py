"""How many tokens go through a model together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from ...base.out_of_memory import free_memory_of, memory_code
from .reading_model import Layers, ReadingModel
from .unit import PartTokens
from .ways import Way

# More makes a CPU slower: a batch no longer fits into its caches.
_CPU_BUDGET = 4096
_FIRST_BUDGET = 8192
_LARGEST_BUDGET = 131_072


def choose_budget(model: ReadingModel, way: Way, layers: Layers, max_tokens: int, read: Callable[..., object]) -> int:
    """The device's usual budget on a CPU; on a GPU the largest power of two that fits, found by trying.

    read: what is computed of a launched batch. At least `max_tokens`, so that every text fits.
    """
    if way.name == "singles":
        return max_tokens
    if model.device.type != "cuda":
        return max(_CPU_BUDGET, max_tokens)
    tokens = _made_up_texts(model, max_tokens)

    def fits(budget: int) -> bool:
        try:
            batch = way.plan(_repeated(tokens, budget, max_tokens), budget)[0]
            with torch.inference_mode():
                read(way.run(model, batch, layers))
            torch.cuda.synchronize(model.device)
            return True
        except (MemoryError, RuntimeError) as error:
            if memory_code(error) is None:
                raise
            free_memory_of(error)
            return False

    return max(largest_that(fits, _FIRST_BUDGET, _LARGEST_BUDGET), max_tokens)


def largest_that(fits: Callable[[int], bool], first: int, most: int) -> int:
    """The largest of first·2ᵏ up to `most` that fits; half of `first` and so on down to 1 where that does not."""
    budget = first
    if fits(budget):
        while budget * 2 <= most and fits(budget * 2):
            budget *= 2
        return budget
    while budget > 1:
        budget //= 2
        if fits(budget):
            return budget
    return 1


def _made_up_texts(model: ReadingModel, max_tokens: int) -> np.ndarray:
    # Ids of a small vocabulary: what they say does not matter.
    return (np.arange(max_tokens) % max(2, min(100, len(model.tokenizer)))).astype(np.int32)


def _repeated(ids: np.ndarray, budget: int, max_tokens: int) -> PartTokens:
    count = max(1, budget // max_tokens)
    counted = np.tile([[0, max_tokens]], (count, 1))
    return PartTokens([ids] * count, [np.array([number]) for number in range(count)], counted)
