"""What a handler is given beside its parameters, and what it gives back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import Cancelled, WorkerError
from .protocol.error_codes import ErrorCode
from .state import WorkerState

if TYPE_CHECKING:
    import msgspec
    import numpy as np


@dataclass(frozen=True)
class Reply:
    """A handler's answer: `data` of the operation's Data type and named C-contiguous arrays."""

    data: msgspec.Struct
    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class ProgressReport:
    """How far a request is: `done` of `total` units (total None: unknown)."""

    done: float
    total: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    note: str | None = None


class Context:
    """One request's way to report progress, to notice a cancel, and to reach the worker's state.

    `memory_is_short` says that memory ran out at the attempt before: half the batch may fit.
    """

    def __init__(
        self,
        state: WorkerState,
        on_progress: Callable[[ProgressReport], None],
        cancelled: threading.Event,
        deadline: float | None = None,
        on_tick: Callable[[], None] = lambda: None,
        memory_is_short: bool = False,
    ) -> None:
        self.state = state
        self.memory_is_short = memory_is_short
        self._on_tick = on_tick
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._deadline = deadline

    @classmethod
    def offline(
        cls,
        state: WorkerState | None = None,
        on_progress: Callable[[ProgressReport], None] = lambda report: None,
    ) -> Context:
        """A context without a socket, for calling a handler directly."""
        return cls(state or WorkerState(), on_progress, threading.Event())

    def progress(
        self,
        done: float,
        total: float | None = None,
        metrics: Mapping[str, float] | None = None,
        note: str | None = None,
    ) -> None:
        """Says how far the request is. Cheap: only the latest of a quarter second is sent."""
        self._on_progress(ProgressReport(done, total, dict(metrics or {}), note))

    def cancel(self) -> None:
        """Makes the next `check()` raise `Cancelled`."""
        self._cancelled.set()

    def check(self) -> None:
        """Call between batches. Raises `Cancelled` after a cancel, and DEADLINE after the request's deadline."""
        self._on_tick()
        if self._cancelled.is_set():
            raise Cancelled()
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise WorkerError(
                ErrorCode.DEADLINE, "Cannot finish the request: its deadline has passed, more time is needed"
            )
