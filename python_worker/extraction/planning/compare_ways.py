"""How far what a way gives is from the states of texts run one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ...base.out_of_memory import free_memory_of, memory_code
from ..batching.hidden import POOLINGS
from ..batching.reading_model import Layers, ReadingModel
from ..batching.text_too_long import text_too_long
from ..batching.unit import PartTokens, Unit
from ..batching.ways import Way

# A batch of this many texts tells whether texts of one batch are kept apart; more would take memory for nothing.
_TEXTS_TOGETHER = 4
# So many short texts at most stand in a batch with many.
_MANY = 64


@dataclass(frozen=True)
class Comparison:
    """A model, some texts, the layers looked at, and `alone_sf`: what is pooled of each text run by itself."""

    model: ReadingModel
    sample: PartTokens
    layers: Layers
    alone_sf: torch.Tensor

    def difference(self, way: Way) -> float:
        """Largest ‖found − alone‖ / ‖alone‖ of a text in batches as they are planned; infinity where the way fails."""
        return self._measure(way, lambda texts: way.plan(self.sample, texts * self._longest))

    def mixed_difference(self, way: Way) -> float:
        """The same in batches that no plan would make: the longest text beside the shortest, and many short ones."""
        if way.name == "singles":
            return 0.0
        return self._measure(way, lambda texts: _mixed(way.plan(self.sample, self._longest), texts, self._longest))

    @property
    def _longest(self) -> int:
        return max(map(len, self.sample.sequences))

    def _measure(self, way: Way, batches_of: Callable[[int], list[list[Unit]]]) -> float:
        for texts in (_TEXTS_TOGETHER, 1):
            try:
                return max(self.batch_difference(way, units) for units in batches_of(texts))
            except Exception as error:
                # What a model makes of inputs it was not written for is not known beforehand; memory is another matter.
                if memory_code(error) is None:
                    break
                free_memory_of(error)
        return float("inf")

    @torch.inference_mode()
    def batch_difference(self, way: Way, units: Sequence[Unit]) -> float:
        """The same of one batch, of the sample's sequences as often as it takes. Raises what running it raises."""
        launched = way.run(self.model, units, self.layers)
        pooled = [POOLINGS[name](launched.hidden, layer) for layer in self.layers for name in ("last-token", "mean")]
        found_sf = torch.cat([each.float() for each in pooled], dim=1)
        rows = torch.from_numpy(launched.sequences % len(self.alone_sf)).to(self.alone_sf.device)
        return _largest_relative(found_sf, self.alone_sf[rows])


@torch.inference_mode()
def compare_alone(model: ReadingModel, sample: PartTokens, layers: Layers) -> Comparison:
    """Runs every text by itself: (sequences, layers × poolings × D). Raises OOM_GPU, OOM_CPU."""
    rows = []
    for sequence in sample.sequences:
        try:
            rows.append(_pool_alone(model, sequence, layers))
        except (MemoryError, RuntimeError) as error:
            code = memory_code(error)
            if code is None:
                raise
            raise text_too_long(code, len(sequence)) from error
    return Comparison(model, sample, layers, torch.stack(rows).float())


def _pool_alone(model: ReadingModel, sequence: np.ndarray, layers: Layers) -> torch.Tensor:
    ids_1t = torch.from_numpy(sequence.astype(np.int64)).unsqueeze(0).to(model.device)
    states = model.states(layers, input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t))
    ordered = [states[layer] for layer in layers]
    return torch.cat([pooled for state_1td in ordered for pooled in (state_1td[0, -1], state_1td[0].mean(0))])


def _mixed(batches: list[list[Unit]], texts: int, longest: int) -> list[list[Unit]]:
    """The longest unit with some short ones, and the shortest quarter of them again and again in one batch."""
    units = sorted((unit for batch in batches for unit in batch), key=len)
    few = [units[-1], *units[: texts - 1]] if texts > 1 else [units[-1], units[0]]
    short = units[: max(1, len(units) // 4)]
    many = max(4 * texts if texts > 1 else 2, min(_MANY, texts * longest // len(short[-1])))
    return [few, [short[number % len(short)] for number in range(many)]]


def _largest_relative(found_sf: torch.Tensor, expected_sf: torch.Tensor) -> float:
    """Largest ‖found − expected‖ / ‖expected‖ of a text; texts that are not finite alone are told of later."""
    finite_s = torch.isfinite(expected_sf).all(dim=1)
    if not bool(finite_s.any()):
        return 0.0
    found_sf, expected_sf = found_sf[finite_s].double(), expected_sf[finite_s].double()
    relative_s = (found_sf - expected_sf).norm(dim=1) / expected_sf.norm(dim=1).clamp(min=1e-30)
    return float(torch.nan_to_num(relative_s, nan=torch.inf).max())
