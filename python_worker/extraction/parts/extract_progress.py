"""How far an extraction is, and how fast."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import torch

from ...base.memory import resident_mib
from ...context.context import Context
from ...data.dataset_index import DatasetIndex
from ..batching.reading_model import ReadingModel
from .peak_speed import peak_flops
from .plan_parts import PartPlan
from .prepare_part import TRUNCATED, PreparedPart


class ExtractProgress:
    """Reports pairs done of all pairs of these parts. Metrics: tokensPerSecond, secondsLeft, truncations, memoryMib,
    parts, and peakShare where the device's peak is known.

    A pair counts once every text of its prompt is embedded; within a part pairs are counted as its tokens are.
    """

    def __init__(
        self, index: DatasetIndex, plan: PartPlan, parts: Sequence[int], kept: Sequence[int], context: Context
    ) -> None:
        self._plan = plan
        self._context = context
        self._pairs = {part: int(index.items_of_prompt[plan.prompts_of(part)].sum()) for part in (*parts, *kept)}
        self._total = sum(self._pairs.values())
        self._pairs_done = sum(self._pairs[part] for part in kept)
        self._work_left = int(plan.estimates[list(parts)].sum())
        self._work_done = 0
        self._parts_done, self._parts_total = len(kept), len(self._pairs)
        self._tokens = self._tokens_of_part = self._truncations = 0
        self._ratio = 1.0
        self._start = time.monotonic()
        self._flops_a_token = 0.0
        self._peak: float | None = None
        self._device = torch.device("cpu")

    def begin(self, model: ReadingModel, dtype: str) -> None:
        """The clock starts: the model is loaded."""
        self._start = time.monotonic()
        self._device = model.device
        self._flops_a_token = 2.0 * matmul_parameters(model.network)
        self._peak = peak_flops(model.device, dtype)

    def add_batch(self, part: int, tokens: int) -> None:
        """A batch was launched."""
        self._tokens += tokens
        self._tokens_of_part += tokens
        estimate = int(self._plan.estimates[part])
        share = min(1.0, self._tokens_of_part / max(1.0, estimate * self._ratio))
        self._report(self._pairs_done + share * self._pairs[part], self._work_done + share * estimate)

    def finish_part(self, part: PreparedPart) -> None:
        """A part is done."""
        self._pairs_done += self._pairs[part.number]
        self._work_done += int(self._plan.estimates[part.number])
        self._parts_done += 1
        self._truncations += int(((part.bits & TRUNCATED) != 0).sum())
        self._ratio = self._tokens / max(1, self._work_done)
        self._tokens_of_part = 0
        self._report(self._pairs_done, self._work_done)

    def _report(self, pairs: float, work: float) -> None:
        seconds = max(time.monotonic() - self._start, 1e-9)
        rate = self._tokens / seconds
        metrics = {
            "tokensPerSecond": rate,
            "secondsLeft": seconds * (self._work_left - work) / max(work, 1e-9),
            "truncations": float(self._truncations),
            "memoryMib": float(self._memory_mib()),
            "partsDone": float(self._parts_done),
            "parts": float(self._parts_total),
        }
        if self._peak is not None:
            metrics["peakShare"] = rate * self._flops_a_token / self._peak
        self._context.progress(pairs, self._total, metrics, "embedding")

    def _memory_mib(self) -> int:
        if self._device.type == "cuda":
            return torch.cuda.max_memory_allocated(self._device) >> 20
        return resident_mib()


def matmul_parameters(network: torch.nn.Module) -> int:
    """Weights that every token is multiplied by: those of two dimensions, without embedding tables."""
    tables = {id(module.weight) for module in network.modules() if isinstance(module, torch.nn.Embedding)}
    return sum(
        int(np.prod(parameter.shape)) for parameter in network.parameters()
        if parameter.dim() >= 2 and id(parameter) not in tables
    )  # fmt: skip
