"""What a failed job is answered with, and what it leaves in memory."""

import weakref
from dataclasses import replace

import pytest
import torch

from python_worker.context.state import WorkerState
from python_worker.protocol.messages import Request
from python_worker.server import runner
from python_worker.server.job import Job
from python_worker.server.known_operations import KnownOperations


class Tensor:
    """Something large that a handler holds."""


def outcome_of(monkeypatch, raise_error):
    """The answer to a job whose handler holds an object as `raise_error` runs; what was left of it for torch's cache."""
    held, kept = [], []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: kept.extend(reference() for reference in held))

    def handler(params, tensors, context):
        large = Tensor()
        held.append(weakref.ref(large))
        raise_error()

    operations = KnownOperations({"worker.stats": replace(KnownOperations()["worker.stats"], load=lambda: handler)})
    request = Request(
        v=1, id="r", session="s", re=None, seq=0, sent_at=0, trace=None, op="worker.stats", op_version=1, params={},
        tensors=[], key="0" * 64, attempt=1, keep=False, deadline_ms=None, hint=None,
        resume_from=None,
    )  # fmt: skip
    answers = []
    working = runner.Runner(WorkerState(), operations, lambda job: None, lambda job, outcome: answers.append(outcome))
    working.add(Job.of(request, []))
    working.stop()
    working.run()
    return answers[0], kept


def ask_for_too_much():
    torch.empty(1 << 60)


def run_out_on_gpu():
    raise torch.cuda.OutOfMemoryError("CUDA out of memory")


def run_out_in_python():
    raise MemoryError


def fail_behind_another_error():
    from python_worker.base.errors import WorkerError

    try:
        ask_for_too_much()
    except RuntimeError as error:
        raise WorkerError("OOM_CPU", "Cannot embed", retryable=True) from error


@pytest.mark.parametrize(
    ("raise_error", "code", "message"),
    [
        (ask_for_too_much, "OOM_CPU", "Cannot run 'worker.stats': memory is exhausted, a smaller batch is needed"),
        (run_out_in_python, "OOM_CPU", "Cannot run 'worker.stats': memory is exhausted, a smaller batch is needed"),
        (run_out_on_gpu, "OOM_GPU", "Cannot run 'worker.stats': GPU memory is exhausted, a smaller batch is needed"),
        (fail_behind_another_error, "OOM_CPU", "Cannot embed"),
    ],
)
def test_a_job_that_runs_out_of_memory_is_retryable_and_its_objects_are_gone(monkeypatch, raise_error, code, message):
    body, kept = outcome_of(monkeypatch, raise_error)
    assert (body.code, body.message, body.retryable) == (code, message, True)
    assert raise_error.__name__ in body.traceback
    assert kept == [None]


def test_a_job_with_a_fault_is_answered_with_its_traceback_and_not_retried(monkeypatch):
    body, _ = outcome_of(monkeypatch, lambda: [][1])
    assert (body.code, body.py_type, body.retryable) == ("INTERNAL", "IndexError", False)
    assert body.message.startswith("Cannot run 'worker.stats': IndexError: list index out of range, a fix in the worker")
    assert "list index out of range" in body.traceback


def test_a_cancelled_job_ends_as_cancelled(monkeypatch):
    from python_worker.base.errors import Cancelled

    def cancel():
        raise Cancelled

    assert outcome_of(monkeypatch, cancel)[0].code == "CANCELLED"


def test_a_job_someone_else_has_claimed_is_neither_begun_nor_ended():
    began, ended = [], []
    working = runner.Runner(WorkerState(), KnownOperations(), began.append, lambda job, outcome: ended.append(job))
    request = Request(
        v=1, id="r", session="s", re=None, seq=0, sent_at=0, trace=None, op="worker.stats", op_version=1, params={},
        tensors=[], key="0" * 64, attempt=1, keep=False, deadline_ms=None, hint=None, resume_from=None,
    )  # fmt: skip
    given_up, other = Job.of(request, []), Job.of(request, [])
    assert given_up.claim() and not given_up.claim()
    for job in (given_up, other):
        working.add(job)
    working.stop()
    working.run()
    assert began == [other] and ended == [other]
    assert not other.claim()


@pytest.mark.parametrize(("hint", "is_short"), [(None, False), ("halve-batch", True)])
def test_a_job_tells_its_handler_that_memory_ran_out_before(hint, is_short):
    request = Request(
        v=1, id="r", session="s", re=None, seq=0, sent_at=0, trace=None, op="worker.stats", op_version=1, params={},
        tensors=[], key="0" * 64, attempt=2, keep=False, deadline_ms=None, hint=hint, resume_from=None,
    )  # fmt: skip
    assert Job.of(request, []).context(WorkerState()).memory_is_short is is_short
