"""One export: what is written, and pairs of a split some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ..context.context import Context
from ..protocol.messages import FeaturesExportParams
from .export_source import ExportSource
from .plan_splits import NONE, B, SplitPlan


@dataclass(frozen=True)
class Pairs:
    """Consecutive pairs: ids, rows of prompts, and rows of both answers, int64 (n,)."""

    ids: list[str]
    prompts_n: np.ndarray
    first_n: np.ndarray
    second_n: np.ndarray


@dataclass(frozen=True)
class ExportJob:
    """Parameters, source and splits of an export."""

    params: FeaturesExportParams
    source: ExportSource
    splits: list[SplitPlan]
    context: Context

    @property
    def has_labels(self) -> bool:
        """Whether answers are chosen and rejected ones instead of a and b."""
        return any(split.preferred_n is not None for split in self.splits)

    @property
    def answers(self) -> tuple[str, str]:
        """Names of the first and the second answer of a pair."""
        return ("chosen", "rejected") if self.has_labels else ("a", "b")

    def answers_in(self, layout: str) -> tuple[str, ...]:
        """The same of a directory of that layout; the reference's prompts stand alone."""
        return () if layout == "reference-prompts" else self.answers

    @property
    def dtype(self) -> str:
        """Type of the values written; columns of the reference's layout are float32."""
        return "float32" if self.params.layout == "reference" else str(self.source.responses.dtype)

    def pairs(self, split: SplitPlan, rows: int) -> Iterator[Pairs]:
        """Pairs of a split in order, at most `rows` at a time; tells how much of the split is written."""
        placed, written = self._place(split), 0
        while chunk := list(islice(placed, rows)):
            self.context.check()
            ids, prompts, first, second = zip(*chunk, strict=True)
            yield Pairs(list(ids), np.array(prompts), np.array(first), np.array(second))
            written += len(chunk)
            self.context.progress(written, split.items, note=f"writing {split.published}")

    def _place(self, split: SplitPlan) -> Iterable[tuple[str, int, int, int]]:
        preferred_n = split.preferred_n
        for index, line in enumerate(self.source.dataset.items(split.name)):
            label = None if preferred_n is None else preferred_n[index]
            if label == NONE:
                continue
            first, second = (line.b, line.a) if label == B else (line.a, line.b)
            yield line.id, line.prompt, first, second
