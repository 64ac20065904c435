"""The worker's side of the conversation: handshake, requests in, answers out, heartbeat, farewell."""

from __future__ import annotations

import logging
import math
import time
from pathlib import Path

from msgspec.structs import replace

from ..base.errors import Cancelled, WorkerError
from ..context.state import WorkerState
from ..protocol import messages as wire
from ..protocol.error_codes import ErrorCode
from ..wire.codec import parse_as, parse_json
from ..wire.error_body import error_body
from ..wire.payload import Payload
from .boot import Boot
from .job import Finished, Job, Outcome
from .kept_answers import KeptAnswer, KeptAnswers
from .known_operations import KnownOperations
from .link_tensor_files import link_tensor_files
from .links.link import PARENT_GONE
from .refusals import conflict_of, refusal_of, request_id
from .replies import Replies
from .runner import Runner
from .transport import Transport

log = logging.getLogger(__name__)

EXIT_DONE = 0
EXIT_REFUSED = 78
_START_INTERVAL_MS = 1000


class Server:
    """Talks in the transport's thread; the main thread calls `serve` and runs the jobs.

    All fields below belong to the transport's thread: the main thread reaches them through `call_soon`.
    """

    def __init__(self, boot: Boot, state: WorkerState) -> None:
        self._boot = boot
        self._state = state
        self._transport = Transport(boot.link, boot.session, self)
        self._operations = KnownOperations()
        self._replies = Replies(boot.session, self._transport.send)
        self._runner = Runner(state, self._operations, self._begin, self._end)
        self._phase = "starting"
        self._exit = EXIT_DONE
        self._status_ms = _START_INTERVAL_MS
        self._progress_ms = _START_INTERVAL_MS
        self._status_due = 0.0
        self._running: Job | None = None
        self._jobs: dict[str, Job] = {}
        self._kept = KeptAnswers()
        self._drain_until: float | None = None
        self._preempted = False
        self._hello_due: float | None = None
        self._is_spare = False

    def serve(self) -> int:
        """Works until the orchestrator says stop; the process should exit with what this returns."""
        self._transport.start()
        self._runner.run()
        self._transport.call_soon(self._leave)
        self._transport.join(5)
        return self._exit

    def stop_soon(self) -> None:
        """Leaves as one who is preempted: what runs ends at its next check; for signal handlers."""
        self._transport.call_soon(self._preempt)

    # Called by the transport.

    def on_start(self) -> None:
        """Introduces this worker; nothing else is said until the orchestrator welcomes it."""
        self._hello_due = None
        self._replies.hello(self._boot.token)

    def on_message(self, header: bytes, frames: list[memoryview]) -> None:
        """Handles one message. What cannot be read is logged; a request that fails here is also answered."""
        plain: object = None
        try:
            plain = parse_json(header)
            self._handle(parse_as(plain, wire.FromOrchestrator, "a message of the orchestrator"), frames)
        except WorkerError as error:
            log.warning("%s", error.message)
            self._refuse_request(plain, error)
        except Exception as error:  # one message must not end the worker
            found = f"{type(error).__name__}: {error}"
            failure = WorkerError(ErrorCode.INTERNAL, f"Cannot handle a message: {found}, a fix in the worker is needed")
            log.error("%s", failure.message, exc_info=error)
            self._refuse_request(plain, failure)

    def on_tick(self) -> int:
        """Sends what is due and says when to come back (milliseconds)."""
        now = time.monotonic()
        if self._drain_until is not None and now >= self._drain_until:
            self._cancel_all()
        if self._hello_due is not None and now >= self._hello_due:
            self.on_start()
        if self._phase != "starting" and now >= self._status_due:
            queued = sum(job is not self._running for job in self._jobs.values())
            self._replies.status(self._phase, self._running, queued)
            self._status_due = now + self._status_ms / 1000
        wait_ms = self._status_ms
        if self._jobs:
            wait_ms = min(wait_ms, self._progress_ms)
        if self._running is not None:
            self._replies.progress(self._running)
        if self._drain_until is not None:
            wait_ms = min(wait_ms, math.ceil((self._drain_until - now) * 1000))
        if self._hello_due is not None:
            wait_ms = min(wait_ms, math.ceil((self._hello_due - now) * 1000))
        return wait_ms

    def _refuse_request(self, plain: object, error: WorkerError) -> None:
        asked = request_id(plain)
        if asked is not None:
            self._replies.error(asked, None, error)

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
        if self._phase != "starting":
            log.warning("dropped a second welcome")
            return
        self._status_ms = message.status_interval_ms
        self._progress_ms = message.progress_interval_ms
        logging.getLogger().setLevel(message.log_level.upper())
        if message.run_dir is not None:
            self._state.run_dir = Path(message.run_dir)
            self._kept.open(Path(message.run_dir) / "results")
        self._state.places.open(message.shared_memory, message.run_dir, self._boot.session)
        try:
            self._operations.bring(message.operations)
        except ValueError as error:
            self._refuse(str(error))
            return
        self._phase = "ready"
        self._status_due = 0.0

    def _reject(self, message: wire.Reject) -> None:
        """A worker that may wait does so while another one has the place, and starts anew when it has lost its own."""
        retry_ms = self._boot.link.retry_ms
        if retry_ms is None or (self._phase == "starting" and message.code != ErrorCode.UNAVAILABLE):
            self._refuse(f"{message.code}: {message.message}")
        elif self._phase == "starting":
            if not self._is_spare:
                log.info("there is a worker already: this one waits as a spare")
            self._is_spare = True
            self._hello_due = time.monotonic() + retry_ms / 1000
        else:
            self._refuse(f"this worker has lost its place: {message.message}", PARENT_GONE)
            self._cancel_all()

    def _refuse(self, reason: str, status: int = EXIT_REFUSED) -> None:
        log.error("%s", reason)
        self._exit = status
        self._runner.stop()

    def _request(self, request: wire.Request, frames: list[memoryview]) -> None:
        job, kept = self._jobs.get(request.key), self._kept.find(request)
        payload = Payload(request, frames)
        operation = self._operations.get(request.op)
        refusal = refusal_of(request, operation, self._phase) or conflict_of(request.op, payload, job or kept)
        if refusal is not None:
            self._replies.error(request.id, request.trace, refusal)
        elif kept is not None:
            self._replies.accepted(request, "cached")
            self._replies.outcome(request.id, request.trace, kept.outcome, cached=True)
        elif job is not None and not job.cancelled.is_set():
            if request.id not in job.asked_by:  # else it was sent again
                job.join(request)
            self._replies.accepted(request, "running")
        else:
            self._jobs[request.key] = job = Job.of(request, frames, payload)
            self._runner.add(job)  # it may begin while this thread says so
            self._replies.accepted(request, "new")

    def _cancel(self, target: str) -> None:
        """Ends a job with the last who asked for it: at once while it waits, at its next check when it runs.

        Unknown and finished targets are no news: an answer is on its way.
        """
        for job in list(self._jobs.values()):
            if job.asked_by == [target]:
                self._give_up(job)
            elif target in job.asked_by:
                job.asked_by.remove(target)
                self._replies.error(target, job.request.trace, Cancelled())

    def _give_up(self, job: Job) -> None:
        job.cancelled.set()
        if job.claim():  # it has not begun, and never will
            job.frames.clear()
            self._settle(job, error_body(Cancelled()))

    def _cancel_all(self) -> None:
        self._drain_until = None
        for job in self._jobs.values():
            job.cancelled.set()

    def _drain(self, drain_ms: int) -> None:
        self._phase = "draining"
        self._drain_until = time.monotonic() + drain_ms / 1000
        self._runner.stop()

    def _preempt(self) -> None:
        self._preempted = True
        self._drain(0)

    def _leave(self) -> None:
        if self._phase == "draining":
            self._replies.bye("preempted" if self._preempted else "drained")
        self._transport.stop()

    # Called by the runner in the main thread.

    def _begin(self, job: Job) -> None:
        self._transport.call_later(lambda: self._set_running(job))

    def _end(self, job: Job, outcome: Outcome) -> None:
        if isinstance(outcome, Finished) and self._is_shared(job.request):
            self._kept.write(job, outcome)
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
        self._settle(job, self._as_preempted(outcome))

    def _settle(self, job: Job, outcome: Outcome) -> None:
        if self._jobs.get(job.request.key) is job:  # after a cancel another job may have its key
            del self._jobs[job.request.key]
        self._tell_all(job, outcome)
        in_files = isinstance(outcome, Finished) and outcome.in_files
        if not in_files or len(job.asked_by) == 1:  # files are their reader's: only that one may be told again
            is_shared = isinstance(outcome, Finished) and not in_files and self._is_shared(job.request)
            self._kept.remember(job, outcome, is_shared)

    def _tell_all(self, job: Job, outcome: Outcome) -> None:
        """Every reader gets names of its own for the files of a result, the last one those they were written under."""
        for asked in job.asked_by[:-1]:
            try:
                self._replies.outcome(asked, job.request.trace, link_tensor_files(outcome))
            except OSError as error:
                message = f"Cannot share the result of '{job.request.op}': {error}, another try is needed"
                self._replies.error(asked, job.request.trace, WorkerError(ErrorCode.UNAVAILABLE, message, retryable=True))
        self._replies.outcome(job.asked_by[-1], job.request.trace, outcome)

    def _is_shared(self, request: wire.Request) -> bool:
        """Whether an answer may serve later requests with its key."""
        return request.keep and self._operations[request.op].pure

    def _as_preempted(self, outcome: Outcome) -> Outcome:
        """A job that ended because this worker must leave is no one's wish."""
        if not self._preempted or isinstance(outcome, Finished) or outcome.code != ErrorCode.CANCELLED:
            return outcome
        message = "Cannot finish the request: this worker was told to leave, another is needed"
        return replace(outcome, code=ErrorCode.PREEMPTED, message=message, retryable=True)
