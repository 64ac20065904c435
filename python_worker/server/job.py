"""One unit of work: a request that was taken on, with everyone who asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ..context.context import Context, ProgressReport
from ..context.state import WorkerState
from ..protocol.messages import ErrorBody, FileLocation, Request, TensorSpec
from ..wire.payload import Payload


@dataclass(frozen=True)
class Finished:
    """The wire form of a result; arrays lie in `frames`."""

    data: msgspec.Raw
    tensors: list[TensorSpec]
    frames: Sequence[memoryview]
    wall_ms: float

    @property
    def in_files(self) -> bool:
        """Whether an array lies in a file, which its reader removes."""
        return any(isinstance(spec.loc, FileLocation) for spec in self.tensors)


@dataclass
class Job:
    """A request with its frames; `asked_by` lists the ids of all requests with its key, `payload` says what it asks."""

    request: Request
    frames: list[memoryview]
    asked_by: list[str]
    deadline: float | None
    payload: Payload
    cancelled: threading.Event = field(default_factory=threading.Event)
    report: ProgressReport | None = None
    last_tick: float = field(default_factory=time.monotonic)
    _unclaimed: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, request: Request, frames: list[memoryview], payload: Payload | None = None) -> Job:
        """A job for a request received now; its deadline counts from here."""
        return cls(request, frames, [request.id], _deadline_of(request), payload or Payload(request, frames))

    def claim(self) -> bool:
        """True for the first caller only, whichever thread that is: who runs the job, or who gives it up before."""
        return self._unclaimed.acquire(blocking=False)

    def join(self, request: Request) -> None:
        """Answers one more request with the same key; the latest deadline of all counts, and none is the latest."""
        self.asked_by.append(request.id)
        deadline = _deadline_of(request)
        self.deadline = None if deadline is None or self.deadline is None else max(self.deadline, deadline)

    def context(self, state: WorkerState) -> Context:
        """What its handler is given."""
        return Context(
            state,
            self._on_progress,
            self.cancelled,
            lambda: self.deadline,
            on_tick=self._on_tick,
            memory_is_short=self.request.hint == "halve-batch",
        )

    @property
    def tick_age_ms(self) -> int:
        """Milliseconds since the handler last gave a sign of life."""
        return int((time.monotonic() - self.last_tick) * 1000)

    def take_report(self) -> ProgressReport | None:
        """The newest unsent report; earlier ones are gone."""
        report, self.report = self.report, None
        return report

    def _on_progress(self, report: ProgressReport) -> None:
        self.report = report
        self._on_tick()

    def _on_tick(self) -> None:
        self.last_tick = time.monotonic()


def _deadline_of(request: Request) -> float | None:
    """On the clock of `time.monotonic`, for a request received now."""
    return None if request.deadline_ms is None else time.monotonic() + request.deadline_ms / 1000


Outcome = Finished | ErrorBody
