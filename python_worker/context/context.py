"""What a handler is given beside its parameters, and what it gives back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..base.errors import Cancelled, WorkerError, invalid_argument
from ..protocol.error_codes import ErrorCode
from ..wire.codec import readable
from .state import WorkerState

if TYPE_CHECKING:
    import msgspec
    import numpy as np

_MOST_METRICS = 256
_LONGEST_NAME = 256


@dataclass(frozen=True)
class Reply:
    """A handler's answer: `data` of the operation's Data type and named C-contiguous arrays.

    In a file of the user's `data` may be a dict with the names of the schema, and arrays may be torch tensors.
    """

    data: msgspec.Struct | Mapping[str, Any]
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

    `deadline` gives the present one, on the clock of `time.monotonic`: it grows when others join the request.
    `memory_is_short` says that memory ran out at the attempt before: half the batch may fit.
    """

    def __init__(
        self,
        state: WorkerState,
        on_progress: Callable[[ProgressReport], None],
        cancelled: threading.Event,
        deadline: Callable[[], float | None] = lambda: None,
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
        """Says how far the request is. Cheap: only the latest of a quarter second is sent.

        Raises TypeError and ValueError for what is no number, and INVALID_ARGUMENT for more than 256 metrics.
        """
        self._on_progress(_report(done, total, metrics or {}, note))

    @property
    def device(self) -> str:
        """The device torch computes on ("cpu", "cuda:0"), with the worker's threads set; loads torch."""
        return self.state.device

    def cancel(self) -> None:
        """Makes the next `check()` raise `Cancelled`."""
        self._cancelled.set()

    def check(self) -> None:
        """Call between batches. Raises `Cancelled` after a cancel, and DEADLINE after the request's deadline."""
        self._on_tick()
        if self._cancelled.is_set():
            raise Cancelled()
        deadline = self._deadline()
        if deadline is not None and time.monotonic() > deadline:
            raise WorkerError(
                ErrorCode.DEADLINE, "Cannot finish the request: its deadline has passed, more time is needed"
            )


def _report(done: float, total: float | None, metrics: Mapping[str, float], note: str | None) -> ProgressReport:
    """Plain values, made where a mistake is the handler's: the thread that sends them must not fail."""
    if len(metrics) > _MOST_METRICS:
        raise invalid_argument(f"Cannot report {len(metrics)} metrics: at most {_MOST_METRICS} are needed")
    plain = {readable(str(name)[:_LONGEST_NAME]): float(value) for name, value in metrics.items()}
    return ProgressReport(float(done), None if total is None else float(total), plain, None if note is None else str(note))
