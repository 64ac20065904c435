"""The real process against a bare socket: what an orchestrator may rely on."""

import json
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
import zmq

from python_worker.protocol.constants import MAGIC, SCHEMA_SHA

_TIMEOUT_MS = 20_000
WELCOME = {"type": "welcome", "statusIntervalMs": 50, "progressIntervalMs": 20, "logLevel": "info"}
WELCOME |= {"runDir": None, "sharedMemory": None, "operations": []}


class Orchestrator:
    """A ROUTER that starts one worker and speaks the envelope by hand."""

    def __init__(self, directory: Path, device: str = "cpu") -> None:
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.router_mandatory = 1
        endpoint = f"ipc:///tmp/balpm-test-{uuid.uuid4().hex[:8]}"
        self.socket.bind(endpoint)
        self.log = directory / "log"
        boot = json.dumps({"endpoint": endpoint, "token": "secret", "session": "s1"})
        self.process = _start(["--threads", "2", "--device", device], self.log)
        self.process.stdin.write(boot.encode() + b"\n")
        self.process.stdin.flush()

    def receive(self, *types: str) -> dict:
        """The next message of one of these types."""
        while True:
            assert self.socket.poll(_TIMEOUT_MS), f"no {types} came; log: {self.log.read_text()}"
            _identity, magic, header, *_frames = self.socket.recv_multipart()
            assert magic == MAGIC
            message = json.loads(header)
            if message["type"] in types:
                return message

    def send(self, message: dict, frames: Sequence[bytes] = (), magic: bytes = MAGIC) -> None:
        common = {"v": 1, "id": uuid.uuid4().hex, "session": "s1", "re": None, "seq": 1, "sentAt": 1, "trace": None}
        self.socket.send_multipart([b"s1", magic, json.dumps(common | message).encode(), *frames])

    def welcome(self) -> None:
        self.receive("hello")
        self.send(WELCOME)

    def request(self, op: str, params: dict, frames: Sequence[bytes] = (), **changes) -> None:
        request = {"op": op, "opVersion": 1, "params": params, "tensors": [], "key": uuid.uuid4().hex * 2}
        rest = {"attempt": 1, "keep": True, "deadlineMs": None, "hint": None, "resumeFrom": None}
        self.send({"type": "request", **request, **rest, **changes}, frames)

    def cancel(self, target: str) -> None:
        self.send({"type": "cancel", "target": target, "reason": "test", "graceMs": 1000})

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.socket.close()
        self.context.term()


def _start(options: list[str], log: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "python_worker", *options]
    with log.open("wb") as stderr:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)


@pytest.fixture
def orchestrator(tmp_path):
    made = Orchestrator(tmp_path)
    yield made
    made.close()
    made.process.stdout.close()


def test_hello_shows_token_schema_and_operations(orchestrator):
    hello = orchestrator.receive("hello")
    assert (hello["token"], hello["schemaSha"], hello["pid"]) == ("secret", SCHEMA_SHA, orchestrator.process.pid)
    assert hello["ops"]["worker.stats"] == 1


def test_a_worker_is_ready_without_torch_and_numpy(orchestrator):
    orchestrator.welcome()
    assert orchestrator.receive("status")["phase"] == "ready"
    maps = Path(f"/proc/{orchestrator.process.pid}/maps").read_text()
    assert not re.search(r"libtorch|_multiarray_umath", maps)


def test_status_tells_the_running_job(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", {"text": "x", "holdMs": 60_000, "fail": None}, id="job-1")
    orchestrator.receive("progress")
    status = orchestrator.receive("status")
    assert (status["phase"], status["job"]) == ("busy", "job-1")


def test_a_request_is_accepted_and_answered(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.stats", {}, id="r1", trace={"runId": "run", "round": 3, "seed": 9})
    accepted, result = orchestrator.receive("accepted"), orchestrator.receive("result")
    assert (accepted["re"], accepted["dedup"]) == ("r1", "new")
    assert result["re"] == "r1" and result["data"]["threads"] == 2
    assert result["trace"] == {"runId": "run", "round": 3, "seed": 9}


def test_stats_tell_the_device_and_threads_of_torch(tmp_path):
    made = Orchestrator(tmp_path, "auto")
    try:
        made.welcome()
        made.request("worker.stats", {})
        data = made.receive("result")["data"]
        assert (data["device"], data["threads"]) == ("cuda" if torch.cuda.is_available() else "cpu", 2)
    finally:
        made.close()
        made.process.stdout.close()


@pytest.mark.parametrize(
    "op, params, changes, code",
    [
        ("worker.stats", {"extra": 1}, {}, "BAD_MESSAGE"),
        ("worker.stats", {}, {"key": "short"}, "BAD_MESSAGE"),
        ("worker.stats", {}, {"opVersion": 9}, "UNSUPPORTED"),
        ("os.system", {}, {}, "UNSUPPORTED"),
    ],
)
def test_a_wrong_request_gets_a_typed_error(orchestrator, op, params, changes, code):
    orchestrator.welcome()
    orchestrator.request(op, params, id="bad", **changes)
    failure = orchestrator.receive("error", "result")
    assert (failure["type"], failure["re"], failure["error"]["code"]) == ("error", "bad", code)


def test_messages_of_others_are_dropped(orchestrator):
    orchestrator.welcome()
    orchestrator.send({"type": "shutdown", "drainMs": 0}, magic=b"other/1")
    orchestrator.send({"type": "shutdown", "drainMs": 0, "session": "s0"})
    orchestrator.request("worker.stats", {})
    assert orchestrator.receive("result", "bye")["type"] == "result"


def test_shutdown_finishes_work_refuses_more_and_says_bye(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", {"text": "x", "holdMs": 100, "fail": None}, id="running")
    orchestrator.send({"type": "shutdown", "drainMs": 10_000})
    orchestrator.request("worker.stats", {}, id="late")
    refused = orchestrator.receive("error")
    assert (refused["re"], refused["error"]["code"]) == ("late", "UNAVAILABLE")
    assert orchestrator.receive("result")["re"] == "running"
    assert orchestrator.receive("bye")["reason"] == "drained"
    assert orchestrator.process.wait(10) == 0


def test_signals_of_the_whole_job_end_nothing(orchestrator):
    orchestrator.welcome()
    orchestrator.receive("status")
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCONT"):
        orchestrator.process.send_signal(signal.Signals[name])
    orchestrator.request("worker.stats", {})
    assert orchestrator.receive("result")["type"] == "result"


def test_a_rejected_worker_ends_with_status_78_and_logs_why(orchestrator):
    orchestrator.receive("hello")
    orchestrator.send({"type": "reject", "code": "HANDSHAKE", "message": "another schema"})
    assert orchestrator.process.wait(10) == 78
    assert "another schema" in orchestrator.log.read_text()


def test_a_worker_whose_stdin_closes_ends_with_status_75(orchestrator):
    orchestrator.receive("hello")
    orchestrator.process.stdin.close()
    assert orchestrator.process.wait(10) == 75


ECHO = {"text": "x", "holdMs": 60_000, "fail": None}
KEY = "a" * 64


def test_a_cancel_ends_the_wait_of_one_asker_and_not_the_job_of_the_other(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="first", key=KEY)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="second", key=KEY)
    orchestrator.cancel("first")
    failure = orchestrator.receive("error", "result")
    assert (failure["re"], failure["error"]["code"]) == ("first", "CANCELLED")
    result = orchestrator.receive("error", "result")
    assert (result["type"], result["re"]) == ("result", "second")


def test_a_call_that_waits_is_cancelled_at_once_and_the_running_one_goes_on(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO, id="running")
    orchestrator.receive("progress")
    orchestrator.request("worker.echo", ECHO | {"text": "y"}, id="waiting", key=KEY)
    orchestrator.cancel("waiting")
    failure = orchestrator.receive("error", "result")
    assert (failure["re"], failure["error"]["code"]) == ("waiting", "CANCELLED")
    while orchestrator.receive("status")["queued"]:
        pass
    orchestrator.cancel("running")
    failure = orchestrator.receive("error", "result")
    assert (failure["re"], failure["error"]["code"]) == ("running", "CANCELLED")
    orchestrator.request("worker.echo", ECHO | {"text": "y", "holdMs": 0}, id="next")
    assert orchestrator.receive("error", "result")["re"] == "next"  # nothing is told twice


def test_a_waiting_call_several_asked_for_runs_until_the_last_cancels(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO, id="running")
    for asked in ("first", "second"):
        orchestrator.request("worker.echo", ECHO | {"holdMs": 0}, id=asked, key=KEY)
    orchestrator.cancel("first")
    assert orchestrator.receive("error", "result")["re"] == "first"
    orchestrator.cancel("running")
    assert orchestrator.receive("error", "result")["re"] == "running"
    result = orchestrator.receive("error", "result")
    assert (result["type"], result["re"]) == ("result", "second")


def test_a_request_is_never_attached_to_a_cancelled_job(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 200}, id="before")
    orchestrator.request("worker.echo", ECHO | {"text": "y", "holdMs": 0}, id="first", key=KEY)
    orchestrator.cancel("first")
    orchestrator.request("worker.echo", ECHO | {"text": "y", "holdMs": 0}, id="again", key=KEY)
    answers = {message["re"]: message for message in (orchestrator.receive("error", "result") for _ in range(3))}
    assert answers["first"]["error"]["code"] == "CANCELLED"
    assert answers["again"]["data"]["text"] == "y"
    orchestrator.request("worker.echo", ECHO | {"text": "y", "holdMs": 0}, id="third", key=KEY)
    assert orchestrator.receive("result")["cached"]


@pytest.mark.parametrize("later", [None, 60_000])
def test_who_joins_a_call_is_not_bound_by_the_deadline_of_the_first(orchestrator, later):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 600}, id="first", key=KEY, deadlineMs=300)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 600}, id="second", key=KEY, deadlineMs=later)
    answers = [orchestrator.receive("error", "result") for _ in range(2)]
    assert [(answer["type"], answer["re"]) for answer in answers] == [("result", "first"), ("result", "second")]


def test_who_joins_a_call_does_not_shorten_it(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="first", key=KEY)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="second", key=KEY, deadlineMs=50)
    assert [orchestrator.receive("error", "result")["type"] for _ in range(2)] == ["result", "result"]


@pytest.mark.parametrize("first, second", [(False, False), (True, False), (False, True), (True, True)])
def test_a_key_of_a_running_call_belongs_to_its_request_whoever_wants_the_answer_kept(orchestrator, first, second):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="first", key=KEY, keep=first)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, id="same", key=KEY, keep=second)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 301}, id="other", key=KEY, keep=second)
    answers = {message["re"]: message for message in (orchestrator.receive("error", "result") for _ in range(3))}
    assert answers["other"]["error"]["code"] == "KEY_CONFLICT"
    assert [answers[asked]["type"] for asked in ("first", "same")] == ["result", "result"]


def test_a_kept_answer_serves_who_does_not_ask_to_keep_it_and_no_other_request(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 0}, key=KEY)
    orchestrator.receive("result")
    orchestrator.request("worker.echo", ECHO | {"holdMs": 0}, key=KEY, keep=False)
    assert orchestrator.receive("error", "result")["cached"]
    orchestrator.request("worker.echo", ECHO | {"holdMs": 1}, key=KEY, keep=False)
    assert orchestrator.receive("error", "result")["error"]["code"] == "KEY_CONFLICT"


def test_arrays_of_a_running_call_are_compared_too(orchestrator):
    spec = {"name": "a", "dtype": "uint8", "shape": [4], "order": "C", "nbytes": 4, "loc": {"kind": "frame", "frame": 0}}
    asked = {"key": KEY, "keep": False, "tensors": [spec]}
    orchestrator.welcome()
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, [b"abcd"], id="first", **asked)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, [b"abce"], id="other", **asked)
    orchestrator.request("worker.echo", ECHO | {"holdMs": 300}, [b"abcd"], id="same", **asked)
    answers = {message["re"]: message for message in (orchestrator.receive("error", "result") for _ in range(3))}
    assert answers["other"]["error"]["code"] == "KEY_CONFLICT"
    assert [answers[asked]["type"] for asked in ("first", "same")] == ["result", "result"]


def test_a_result_that_names_what_the_worker_holds_is_not_kept(orchestrator):
    orchestrator.welcome()
    for asked in ("first", "second"):
        orchestrator.request("worker.stats", {}, id=asked, key=KEY)
        assert orchestrator.receive("accepted")["dedup"] == "new"
        assert not orchestrator.receive("result")["cached"]


def test_a_drain_cancels_what_is_not_done_in_time(tmp_path):
    made = Orchestrator(tmp_path)
    try:
        made.receive("hello")
        made.send(WELCOME | {"statusIntervalMs": 30_000, "progressIntervalMs": 30_000})
        made.request("worker.echo", ECHO, id="long")
        made.receive("accepted")
        made.send({"type": "shutdown", "drainMs": 50})
        start = time.monotonic()
        assert made.receive("error")["error"]["code"] == "CANCELLED"
        made.receive("bye")
        assert time.monotonic() - start < 10
    finally:
        made.close()
        made.process.stdout.close()


def test_an_error_fits_into_a_header_however_long_its_text_is(orchestrator):
    orchestrator.welcome()
    orchestrator.request("worker.echo", {"text": "x", "holdMs": 0, "fail": "\x01" * 150_000}, id="long")
    error = orchestrator.receive("error")["error"]
    assert error["code"] == "INTERNAL" and len(error["message"]) == 4096 and error["message"].endswith("…")


@pytest.mark.parametrize("options", [["--nonsense"], ["--threads", "many"], ["cpu"]])
def test_a_wrong_argument_ends_with_status_78(tmp_path, options):
    with _start(options, tmp_path / "log") as process:
        process.stdin.close()
        assert process.wait(10) == 78
    assert "Cannot start: the arguments are" in (tmp_path / "log").read_text()


def test_nothing_ever_stands_on_stdout(orchestrator):
    orchestrator.welcome()
    orchestrator.send({"type": "shutdown", "drainMs": 0})
    assert orchestrator.process.stdout.read() == b""


@pytest.mark.parametrize("line", [b"", b"\n", b"not json\n", b'{"endpoint":"ipc:///tmp/x"}\n'])
def test_a_wrong_first_line_ends_with_status_78(tmp_path, line):
    with _start([], tmp_path / "log") as process:
        process.stdin.write(line)
        process.stdin.close()
        assert process.wait(10) == 78
    assert "endpoint and token are needed" in (tmp_path / "log").read_text()


def test_a_worker_that_cannot_use_an_operation_of_its_welcome_ends_with_status_78_and_names_it(orchestrator):
    own = {"name": "worker.echo", "version": 1, "file": "/a.py", "pure": True, "stallMs": 5, "params": {}, "data": {}}
    orchestrator.receive("hello")
    orchestrator.send(WELCOME | {"operations": [own]})
    assert orchestrator.process.wait(10) == 78
    assert "Cannot use operation 'worker.echo': another operation has that name" in orchestrator.log.read_text()
