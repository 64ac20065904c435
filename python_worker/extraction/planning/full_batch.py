"""Whether a way is right in batches as large as an extraction makes them: experts with a capacity drop tokens of these alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...base.out_of_memory import free_memory_of, memory_code
from ..batching.reading_model import Layers, ReadingModel
from ..batching.unit import PartTokens
from ..batching.ways import Way
from .check_sample import sample_groups
from .compare_ways import Comparison, compare_alone


@dataclass(frozen=True)
class FullBatch:
    """Positions that a batch holds at most, and texts there are."""

    token_budget: int
    texts: int


def full_difference(model: ReadingModel, sample: PartTokens, layers: Layers, way: Way, full: FullBatch) -> float:
    """Largest ‖found − alone‖ / ‖alone‖ of the shortest group's texts, again and again in a full batch, in the model's own type.

    Of half the batch, and so on, where memory does not suffice, as in an extraction. Raises OOM_GPU, OOM_CPU for single texts.
    """
    group = _shortest_group(sample)
    alone = compare_alone(model, group, layers)
    copies = min(-(-full.token_budget // max(map(len, group.sequences))), -(-full.texts // len(group.sequences)))
    while True:
        try:
            return _difference(alone, way, full.token_budget, copies)
        except Exception as error:
            # As in the check of small batches, whatever a model makes of what it was not written for.
            if memory_code(error) is None or copies == 1:
                return float("inf")
            free_memory_of(error)
            copies //= 2


def _difference(alone: Comparison, way: Way, token_budget: int, copies: int) -> float:
    return alone.batch_difference(way, way.plan(sample_groups([alone.sample] * copies), token_budget)[0])


def _shortest_group(sample: PartTokens) -> PartTokens:
    group = min(sample.groups, key=lambda numbers: max(len(sample.sequences[number]) for number in numbers))
    return PartTokens([sample.sequences[number] for number in group], [np.arange(len(group))], sample.counted[group])
