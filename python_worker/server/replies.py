"""What a worker says: each kind of message, filled in and sent."""

from __future__ import annotations

import math
import os
import platform
import socket
from collections.abc import Callable, Sequence

import msgspec

from .. import __version__
from ..base.errors import WorkerError
from ..base.memory import resident_mib
from ..protocol import messages as wire
from ..protocol.constants import FRAME_BYTES, INLINE_BYTES, PROTOCOL_MAJOR, PROTOCOL_MINOR, SCHEMA_SHA
from ..protocol.operations import OPERATIONS
from ..wire.codec import encode_header, readable, split_non_finite
from ..wire.error_body import error_body
from .device import list_gpus, versions
from .envelope import Envelope
from .job import Finished, Job, Outcome

_GREATEST_NOTE = 1024
Send = Callable[[bytes, Sequence[memoryview]], None]


class Replies:
    """The messages of one session; `send` takes a header and its frames."""

    def __init__(self, session: str, send: Send) -> None:
        self._envelope = Envelope(session)
        self._transmit = send

    def hello(self, token: str) -> None:
        """Introduces this worker."""
        self._send(
            wire.Hello(
                **self._envelope.fields(),
                proto=wire.ProtocolVersion(major=PROTOCOL_MAJOR, minor=PROTOCOL_MINOR),
                schema_sha=SCHEMA_SHA,
                token=token,
                pid=os.getpid(),
                host=socket.gethostname(),
                slurm_job_id=os.environ.get("SLURM_JOB_ID"),
                versions=versions(platform.python_version(), __version__),
                gpus=list_gpus(),
                ops={name: operation.version for name, operation in OPERATIONS.items()},
                capacity=1,
                limits=wire.HelloLimits(max_frame=FRAME_BYTES, max_inline=INLINE_BYTES),
            )
        )

    def accepted(self, request: wire.Request, dedup: str) -> None:
        """Says that a request was taken on: `new`, joined to one that is `running`, or answered before (`cached`)."""
        self._send(wire.Accepted(**self._envelope.fields(request.id, request.trace), dedup=dedup))

    def outcome(self, re: str, trace: wire.Trace | None, outcome: Outcome, cached: bool = False) -> None:
        """Ends a request, one way or the other."""
        if isinstance(outcome, Finished):
            self._result(re, trace, outcome, cached)
        else:
            self._send(wire.Failure(**self._envelope.fields(re, trace), error=outcome))

    def error(self, re: str, trace: wire.Trace | None, error: WorkerError) -> None:
        """Ends a request that never became a job."""
        self.outcome(re, trace, error_body(error))

    def progress(self, job: Job) -> None:
        """Sends the job's newest report, if there is one, to all who asked for it."""
        report = job.take_report()
        if report is None:
            return
        metrics, non_finite = split_non_finite(dict(report.metrics))
        for asked in job.asked_by:
            self._send(
                wire.Progress(
                    **self._envelope.fields(asked, job.request.trace),
                    done=_finite(report.done) or 0.0,
                    total=_finite(report.total),
                    metrics=metrics,
                    non_finite=non_finite,
                    checkpoint=None,
                    note=None if report.note is None else readable(report.note[:_GREATEST_NOTE]),
                )
            )

    def status(self, phase: str, job: Job | None, queued: int) -> None:
        """A sign of life."""
        self._send(
            wire.Status(
                **self._envelope.fields(),
                phase=phase,
                job=None if job is None else job.asked_by[0],
                last_tick_age_ms=0 if job is None else job.tick_age_ms,
                done=None,
                total=None,
                rss_mib=resident_mib(),
                gpu_mem_mib=None,
                queued=queued,
            )
        )

    def bye(self, reason: str) -> None:
        """The last message of a worker that leaves in order."""
        self._send(wire.Bye(**self._envelope.fields(), reason=reason))

    def _result(self, re: str, trace: wire.Trace | None, finished: Finished, cached: bool) -> None:
        message = wire.Result(
            **self._envelope.fields(re, trace),
            cached=cached,
            wall_ms=finished.wall_ms,
            gpu_ms=None,
            data=finished.data,
            tensors=finished.tensors,
            digest=None,
        )
        self._send(message, finished.frames)

    def _send(self, message: msgspec.Struct, frames: Sequence[memoryview] = ()) -> None:
        self._transmit(encode_header(message), frames)


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
