"""Runs jobs one at a time in the main thread, where CUDA and signals live."""

from __future__ import annotations

import gc
import logging
import queue
import sys
import time
import traceback
from collections.abc import Callable

from .codec import encode_data, parse_as, readable
from .errors import WorkerError
from .job import Finished, Job, Outcome
from .operations import load_handler
from .protocol.error_codes import ErrorCode
from .protocol.messages import ErrorBody
from .protocol.operations import OPERATIONS
from .state import WorkerState

log = logging.getLogger(__name__)

_GREATEST_TRACEBACK = 64 * 1024


class Runner:
    """A queue of jobs and the loop that works it off."""

    def __init__(
        self,
        state: WorkerState,
        on_begin: Callable[[Job], None],
        on_end: Callable[[Job, Outcome], None],
    ) -> None:
        self._state = state
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
        """Works until `stop`."""
        while (job := self._jobs.get()) is not None:
            self._on_begin(job)
            self._on_end(job, _outcome_of(job, self._state))


def _outcome_of(job: Job, state: WorkerState) -> Outcome:
    try:
        return _run(job, state)
    except WorkerError as error:
        log.info("%s: %s: %s", job.request.op, error.code, error.message)
        return _body(error, error.code, error.message, error.retryable, error.details)
    except MemoryError as error:
        gc.collect()
        return _failed(job, error, ErrorCode.OOM_CPU, "memory is exhausted, a smaller batch is needed", True)
    except Exception as error:
        if type(error).__name__ == "OutOfMemoryError":
            _free_gpu()
            return _failed(job, error, ErrorCode.OOM_GPU, "GPU memory is exhausted, a smaller batch is needed", True)
        found = f"{type(error).__name__}: {error}, a fix in the worker is needed"
        return _failed(job, error, ErrorCode.INTERNAL, found, False)


def _run(job: Job, state: WorkerState) -> Finished:
    from .tensors import read_tensors, write_tensors  # numpy is loaded with the first job, not at start

    request, operation = job.request, OPERATIONS[job.request.op]
    what = f"the result of '{request.op}'"
    context = job.context(state)
    context.check()
    params = parse_as(request.params, operation.params, f"the parameters of '{request.op}'")
    tensors = read_tensors(request.tensors, job.frames)
    start = time.perf_counter()
    reply = load_handler(operation.module)(params, tensors, context)
    wall_ms = (time.perf_counter() - start) * 1000
    data = encode_data(reply.data, operation.data, what)
    specs, frames = write_tensors(reply.tensors, what)
    return Finished(data, specs, frames, wall_ms)


def _failed(job: Job, error: Exception, code: ErrorCode, found: str, retryable: bool) -> ErrorBody:
    message = f"Cannot run '{job.request.op}': {found}"
    log.error("%s", message, exc_info=error)
    return _body(error, code, message, retryable, {})


def _body(error: Exception, code: ErrorCode, message: str, retryable: bool, details: dict[str, str]) -> ErrorBody:
    return ErrorBody(
        code=code,
        message=readable(message),
        retryable=retryable,
        py_type=type(error).__name__,
        traceback=readable("".join(traceback.format_exception(error))[-_GREATEST_TRACEBACK:]),
        details={name: readable(text) for name, text in details.items()},
    )


def _free_gpu() -> None:
    gc.collect()
    if "torch" in sys.modules:
        sys.modules["torch"].cuda.empty_cache()
