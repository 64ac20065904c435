"""The worker's side of the conversation: handshake, requests in, answers out, heartbeat, farewell."""

from __future__ import annotations

import logging
import math
import os
import platform
import re
import socket
import time
from collections.abc import Sequence

import msgspec

from . import __version__
from .boot import Boot
from .codec import encode_header, parse_as, parse_json, readable, split_non_finite
from .device import list_gpus, versions
from .envelope import Envelope
from .error_body import error_body
from .errors import Cancelled, WorkerError
from .job import Finished, Job, Kept, Outcome
from .known_operations import KnownOperations
from .memory import resident_mib
from .protocol import messages as wire
from .protocol.constants import FRAME_BYTES, INLINE_BYTES, PROTOCOL_MAJOR, PROTOCOL_MINOR, SCHEMA_SHA
from .protocol.error_codes import ErrorCode
from .protocol.operations import OPERATIONS
from .runner import Runner
from .state import ByteBoundedCache, WorkerState
from .transport import Transport

log = logging.getLogger(__name__)

EXIT_DONE = 0
EXIT_REFUSED = 78
_RESULT_CACHE_BYTES = 64 << 20
_START_INTERVAL_MS = 1000
_IDENTIFIER = re.compile(r"[!-~]{1,64}")
_GREATEST_NOTE = 1024


class Server:
    """Talks in the transport's thread; the main thread calls `serve` and runs the jobs.

    All fields below belong to the transport's thread: the main thread reaches them through `call_soon`.
    """

    def __init__(self, boot: Boot, state: WorkerState) -> None:
        self._boot = boot
        self._envelope = Envelope(boot.session)
        self._transport = Transport(boot.endpoint, boot.session, self)
        self._operations = KnownOperations()
        self._runner = Runner(state, self._operations, self._begin, self._end)
        self._phase = "starting"
        self._exit = EXIT_DONE
        self._status_ms = _START_INTERVAL_MS
        self._progress_ms = _START_INTERVAL_MS
        self._status_due = 0.0
        self._running: Job | None = None
        self._jobs: dict[str, Job] = {}
        self._results = ByteBoundedCache(_RESULT_CACHE_BYTES)
        self._drain_until: float | None = None

    def serve(self) -> int:
        """Works until the orchestrator says stop; the process should exit with what this returns."""
        self._transport.start()
        self._runner.run()
        self._transport.call_soon(self._leave)
        self._transport.join(5)
        return self._exit

    def stop_soon(self) -> None:
        """Ends as after a shutdown message without time to drain; for signal handlers."""
        self._transport.call_soon(lambda: self._drain(0))

    # Called by the transport.

    def on_start(self) -> None:
        """Introduces this worker; nothing else is said until the orchestrator welcomes it."""
        self._send(
            wire.Hello(
                **self._envelope.fields(),
                proto=wire.ProtocolVersion(major=PROTOCOL_MAJOR, minor=PROTOCOL_MINOR),
                schema_sha=SCHEMA_SHA,
                token=self._boot.token,
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

    def on_message(self, header: bytes, frames: list[memoryview]) -> None:
        """Handles one message. What cannot be read is logged; an unreadable request is also answered."""
        plain: object = None
        try:
            plain = parse_json(header)
            self._handle(parse_as(plain, wire.FromOrchestrator, "a message of the orchestrator"), frames)
        except WorkerError as error:
            log.warning("%s", error.message)
            asked = _request_id(plain)
            if asked is not None:
                self._send_error(asked, None, error)

    def on_tick(self) -> int:
        """Sends what is due and says when to come back (milliseconds)."""
        now = time.monotonic()
        if self._drain_until is not None and now >= self._drain_until:
            self._cancel_all()
        if self._phase != "starting" and now >= self._status_due:
            self._send_status()
            self._status_due = now + self._status_ms / 1000
        wait_ms = self._status_ms
        if self._running is not None:
            self._send_progress(self._running)
            wait_ms = min(wait_ms, self._progress_ms)
        if self._drain_until is not None:
            wait_ms = min(wait_ms, math.ceil((self._drain_until - now) * 1000))
        return wait_ms

    # Messages of the orchestrator.

    def _handle(self, message: wire.FromOrchestrator, frames: list[memoryview]) -> None:
        if message.session != self._boot.session:
            log.warning("dropped a message for session %s", message.session)
            return
        match message:
            case wire.Welcome():
                self._welcome(message)
            case wire.Reject():
                self._reject(message)
            case wire.Request():
                self._request(message, frames)
            case wire.Cancel():
                self._cancel(message.target)
            case wire.Shutdown():
                self._drain(message.drain_ms)

    def _welcome(self, message: wire.Welcome) -> None:
        self._status_ms = message.status_interval_ms
        self._progress_ms = message.progress_interval_ms
        logging.getLogger().setLevel(message.log_level.upper())
        try:
            self._operations.bring(message.operations)
        except ValueError as error:
            self._refuse(str(error))
            return
        self._phase = "ready"
        self._status_due = 0.0

    def _reject(self, message: wire.Reject) -> None:
        self._refuse(f"{message.code}: {message.message}")

    def _refuse(self, reason: str) -> None:
        log.error("%s", reason)
        self._exit = EXIT_REFUSED
        self._runner.stop()

    def _request(self, request: wire.Request, frames: list[memoryview]) -> None:
        refusal = self._refusal(request)
        if refusal is not None:
            self._send_error(request.id, request.trace, refusal)
        elif (kept := self._results.get(request.key)) is not None:
            self._accept(request, "cached")
            self._send_result(request.id, request.trace, kept.finished, cached=True)
        elif (job := self._jobs.get(request.key)) is not None and not job.cancelled.is_set():
            job.asked_by.append(request.id)
            self._accept(request, "running")
        else:
            self._jobs[request.key] = job = Job.of(request, frames)
            self._accept(request, "new")
            self._runner.add(job)

    def _refusal(self, request: wire.Request) -> WorkerError | None:
        operation = self._operations.get(request.op)
        if operation is None or operation.version != request.op_version:
            has = "it is unknown" if operation is None else f"this worker has version {operation.version}"
            asked = f"'{request.op}' version {request.op_version}"
            needed = "the same package on both sides" if operation else "an operation it was started with"
            return WorkerError(ErrorCode.UNSUPPORTED, f"Cannot run {asked}: {has}, {needed} is needed")
        if self._phase == "draining":
            message = f"Cannot run '{request.op}': this worker is stopping, another is needed"
            return WorkerError(ErrorCode.UNAVAILABLE, message, retryable=True)
        known = self._jobs.get(request.key) or self._results.get(request.key)
        if known is not None and _payload_of(known.request) != _payload_of(request):
            message = f"Cannot run '{request.op}': its key belongs to another request, a new key is needed"
            return WorkerError(ErrorCode.KEY_CONFLICT, message)
        return None

    def _cancel(self, target: str) -> None:
        """Ends a job with the last who asked for it. Unknown and finished targets are no news: an answer is on its way."""
        for job in self._jobs.values():
            if job.asked_by == [target]:
                job.cancelled.set()
            elif target in job.asked_by:
                job.asked_by.remove(target)
                self._send_error(target, job.request.trace, Cancelled())

    def _cancel_all(self) -> None:
        self._drain_until = None
        for job in self._jobs.values():
            job.cancelled.set()

    def _drain(self, drain_ms: int) -> None:
        self._phase = "draining"
        self._drain_until = time.monotonic() + drain_ms / 1000
        self._runner.stop()

    def _leave(self) -> None:
        if self._phase == "draining":
            self._send(wire.Bye(**self._envelope.fields(), reason="drained"))
        self._transport.stop()

    # Called by the runner in the main thread.

    def _begin(self, job: Job) -> None:
        self._transport.call_soon(lambda: self._set_running(job))

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._transport.call_soon(lambda: self._answer(job, outcome))

    # Answers.

    def _set_running(self, job: Job | None) -> None:
        self._running = job
        if job is not None:
            job.last_tick = time.monotonic()
        if self._phase != "draining":
            self._phase = "ready" if job is None else "busy"

    def _answer(self, job: Job, outcome: Outcome) -> None:
        self._set_running(None)
        if self._jobs.get(job.request.key) is job:  # after a cancel another job may have its key
            del self._jobs[job.request.key]
        for asked in job.asked_by:
            if isinstance(outcome, Finished):
                self._send_result(asked, job.request.trace, outcome, cached=False)
            else:
                self._send(wire.Failure(**self._envelope.fields(asked, job.request.trace), error=outcome))
        if isinstance(outcome, Finished) and job.request.keep and self._operations[job.request.op].pure:
            self._results[job.request.key] = Kept(job.request, outcome)

    def _accept(self, request: wire.Request, dedup: str) -> None:
        self._send(wire.Accepted(**self._envelope.fields(request.id, request.trace), dedup=dedup))

    def _send_result(self, re: str, trace: wire.Trace | None, finished: Finished, cached: bool) -> None:
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

    def _send_error(self, re: str, trace: wire.Trace | None, error: WorkerError) -> None:
        self._send(wire.Failure(**self._envelope.fields(re, trace), error=error_body(error)))

    def _send_progress(self, job: Job) -> None:
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

    def _send_status(self) -> None:
        job = self._running
        self._send(
            wire.Status(
                **self._envelope.fields(),
                phase=self._phase,
                job=None if job is None else job.asked_by[0],
                last_tick_age_ms=0 if job is None else job.tick_age_ms,
                done=None,
                total=None,
                rss_mib=resident_mib(),
                gpu_mem_mib=None,
                queued=sum(other is not job for other in self._jobs.values()),
            )
        )

    def _send(self, message: msgspec.Struct, frames: Sequence[memoryview] = ()) -> None:
        self._transport.send(encode_header(message), frames)


def _request_id(plain: object) -> str | None:
    """The id of what may be a request that cannot be read."""
    asked = plain.get("id") if isinstance(plain, dict) and plain.get("type") == "request" else None
    return asked if isinstance(asked, str) and _IDENTIFIER.fullmatch(asked) else None


def _payload_of(request: wire.Request) -> tuple[object, ...]:
    return (request.op, request.op_version, request.params, request.tensors)


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
