"""What a handler is given."""

import pytest

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context, ProgressReport
from python_worker.context.state import WorkerState
from python_worker.operations import load_handler
from python_worker.protocol.messages import WorkerEchoParams


def test_check_passes_until_the_request_is_cancelled():
    context = Context.offline()
    context.check()
    context.cancel()
    with pytest.raises(Cancelled) as caught:
        context.check()
    assert caught.value.code == "CANCELLED"


def test_check_raises_after_the_deadline():
    base = Context.offline()
    late = Context(base.state, print, base._cancelled, deadline=lambda: 0.0)
    with pytest.raises(WorkerError) as caught:
        late.check()
    assert caught.value.code == "DEADLINE"


def test_progress_reaches_the_listener():
    seen: list[ProgressReport] = []
    Context.offline(on_progress=seen.append).progress(1, 2, {"loss": 0.5}, "note")
    assert seen == [ProgressReport(1, 2, {"loss": 0.5}, "note")]


def test_a_handler_runs_without_a_socket():
    params = WorkerEchoParams(text="x", hold_ms=0, fail=None)
    reply = load_handler("worker_echo")(params, {}, Context.offline(WorkerState(threads=2)))
    assert reply.data.text == "x"
