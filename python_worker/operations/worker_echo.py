"""worker.echo: text and tensors back, for diagnosis."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..context.context import Context, Reply
from ..protocol.messages import WorkerEchoData, WorkerEchoParams

if TYPE_CHECKING:
    import numpy as np

_SLICE_SECONDS = 0.01


def run(params: WorkerEchoParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """The same text and arrays, after `hold_ms` of reported waiting."""
    _hold(params.hold_ms, context)
    if params.fail is not None:
        raise RuntimeError(params.fail)
    return Reply(WorkerEchoData(text=params.text), dict(tensors))


def _hold(hold_ms: int, context: Context) -> None:
    start = time.monotonic()
    while (passed_ms := (time.monotonic() - start) * 1000) < hold_ms:
        context.check()
        context.progress(passed_ms, hold_ms)
        time.sleep(_SLICE_SECONDS)
