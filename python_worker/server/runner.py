"""Runs jobs one at a time in the main thread, where CUDA and signals live."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable

from ..base.errors import WorkerError
from ..base.out_of_memory import free_memory_of, memory_code
from ..base.unwritable import disk_failure
from ..context.state import WorkerState
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import ErrorBody
from ..wire.codec import encode_data, parse_as
from ..wire.error_body import error_body
from .job import Finished, Job, Outcome
from .known_operations import KnownOperation, KnownOperations

log = logging.getLogger(__name__)

_OUT_OF_MEMORY = (ErrorCode.OOM_CPU, ErrorCode.OOM_GPU)


class Runner:
    """A queue of jobs and the loop that works it off."""

    def __init__(
        self,
        state: WorkerState,
        operations: KnownOperations,
        on_begin: Callable[[Job], None],
        on_end: Callable[[Job, Outcome], None],
    ) -> None:
        self._state = state
        self._operations = operations
        self._on_begin = on_begin
        self._on_end = on_end
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def add(self, job: Job) -> None:
        """Queues a job; any thread may."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Makes `run` return after the jobs queued so far."""
        self._jobs.put(None)

    def run(self) -> None:
        """Works until `stop`. Jobs someone else has claimed are passed over."""
        while (job := self._jobs.get()) is not None:
            if not job.claim():
                continue  # it was given up while it waited, and answered
            self._on_begin(job)
            self._on_end(job, _outcome_of(job, self._operations[job.request.op], self._state))


def _outcome_of(job: Job, operation: KnownOperation, state: WorkerState) -> Outcome:
    try:
        return _run(job, operation, state)
    except Exception as error:
        return _body_of(error, job.request.op)


def _body_of(error: Exception, op: str) -> ErrorBody:
    """In a frame the traceback does not reach: a local there would keep the error, and every array it came by, alive."""
    failure = _failure_of(error, op)
    if failure.code in _OUT_OF_MEMORY:
        free_memory_of(error)
    return error_body(failure, error)


def _failure_of(error: Exception, op: str) -> WorkerError:
    act = f"run '{op}'"
    if isinstance(error, WorkerError):
        told = disk_failure(error, act) or error
        log.info("%s: %s: %s", op, told.code, told.message)
        return told
    failure = _memory_failure(error, op) or disk_failure(error, act) or WorkerError(
        ErrorCode.INTERNAL, f"Cannot run '{op}': {type(error).__name__}: {error}, a fix in the worker is needed"
    )
    log.error("%s", failure.message, exc_info=error)
    return failure


def _memory_failure(error: Exception, op: str) -> WorkerError | None:
    code = memory_code(error)
    if code is None:
        return None
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    return WorkerError(code, f"Cannot run '{op}': {whose} is exhausted, a smaller batch is needed", retryable=True)


def _run(job: Job, operation: KnownOperation, state: WorkerState) -> Finished:
    from ..tensors.tensors import read_tensors, write_tensors  # numpy is loaded with the first job, not at start

    request = job.request
    what = f"the result of '{request.op}'"
    context = job.context(state)
    context.check()
    params = parse_as(request.params, operation.params, f"the parameters of '{request.op}'")
    tensors = read_tensors(request.tensors, job.frames, state.places)
    start = time.perf_counter()
    reply = operation.load()(params, tensors, context)
    wall_ms = (time.perf_counter() - start) * 1000
    data = encode_data(reply.data, operation.data, what)
    specs, frames = write_tensors(reply.tensors, what, state.places)
    return Finished(data, specs, frames, wall_ms)
