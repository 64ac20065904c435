"""worker.stats: what the worker holds at the moment."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..base.memory import peak_resident_mib, resident_mib
from ..context.context import Context, Reply
from ..context.state import WorkerState
from ..protocol.messages import WorkerStatsData, WorkerStatsParams

if TYPE_CHECKING:
    import numpy as np


def run(params: WorkerStatsParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Names of the open stores, number of posteriors, memory in MiB, threads and device of tensor operations."""
    state = context.state
    return Reply(
        WorkerStatsData(
            stores=sorted(state.stores),
            posteriors=len(state.posteriors),
            rss_mib=resident_mib(),
            peak_mib=peak_resident_mib(),
            device=_device(state),
            threads=_threads(state),
        )
    )


def _device(state: WorkerState) -> str:
    # The CPU is there without asking torch, which takes seconds to load.
    return "cpu" if state.wanted_device == "cpu" else state.device


def _threads(state: WorkerState) -> int:
    """What torch uses, or will use once a job has loaded it."""
    return sys.modules["torch"].get_num_threads() if "torch" in sys.modules else state.threads
