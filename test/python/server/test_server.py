"""What one message can do to a worker."""

import json
import logging

import msgspec
import pytest
from kept_requests import request_of

from python_worker.context.state import WorkerState
from python_worker.server.boot import Boot
from python_worker.server.links.link import LocalLink
from python_worker.server.replies import Replies
from python_worker.server.server import Server


@pytest.fixture
def told():
    return []


@pytest.fixture
def server(told):
    """One that is not connected: what it says is put down in `told`."""
    link = LocalLink("ipc:///tmp/balpm-test-nowhere", None)
    made = Server(Boot(link, "token", "s", "cpu", 1, watches_stdin=False, heeds_sigterm=False), WorkerState())
    made._replies = Replies("s", lambda header, frames: told.append(json.loads(header)))
    return made


def request(asked: str) -> bytes:
    return msgspec.json.encode(request_of(id=asked, params={"text": "x", "holdMs": 0, "fail": None}))


def test_a_fault_of_the_workers_own_is_answered_and_logged_and_the_next_message_is_handled(server, told, caplog):
    kept, server._kept = server._kept, None
    with caplog.at_level(logging.ERROR):
        server.on_message(request("r1"), [])
    assert [(answer["type"], answer["re"], answer["error"]["code"]) for answer in told] == [("error", "r1", "INTERNAL")]
    assert "Cannot handle a message: AttributeError: " in told[0]["error"]["message"]
    assert caplog.records[0].exc_info[0] is AttributeError
    server._kept = kept
    server.on_message(request("r2"), [])
    assert (told[-1]["type"], told[-1]["re"], told[-1]["dedup"]) == ("accepted", "r2", "new")


def test_a_request_of_a_run_whose_kept_answers_cannot_be_read_becomes_a_job(server, told, tmp_path):
    server._kept.open(tmp_path / ("long" * 100))  # a path no file system takes
    server.on_message(request("r1"), [])
    assert [(answer["type"], answer["dedup"]) for answer in told] == [("accepted", "new")]
