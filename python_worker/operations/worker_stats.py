"""worker.stats: what the worker holds at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context import Context, Reply
from ..memory import resident_mib
from ..protocol.messages import WorkerStatsData, WorkerStatsParams

if TYPE_CHECKING:
    import numpy as np


def run(params: WorkerStatsParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Names of the open stores, number of posteriors, memory in MiB."""
    state = context.state
    return Reply(
        WorkerStatsData(
            stores=sorted(state.stores),
            posteriors=len(state.posteriors),
            rss_mib=resident_mib(),
            threads=state.threads,
            device=state.device,
        )
    )
