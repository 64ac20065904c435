"""The two ways to an orchestrator: when each gives up, and with which status."""

import os
import socket
import subprocess
import sys

import msgspec
import pytest
import zmq
from connection_files import PATIENCE, content, write

from python_worker.server.links.connection_file import ConnectionFile
from python_worker.server.links.link import LinkFailed, LocalLink, SocketFile
from python_worker.server.links.remote_link import RemoteLink


@pytest.fixture
def context():
    context = zmq.Context()
    yield context
    context.destroy(0)


@pytest.fixture
def bound(tmp_path):
    """The endpoint of a socket, and which file it is."""
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as plain:
        plain.bind(path)
        found = os.stat(path)
        yield f"ipc://{path}", SocketFile(str(found.st_dev), str(found.st_ino))


def test_a_local_link_connects_to_the_socket_that_was_bound(context, bound):
    link = LocalLink(*bound)
    link.open(context, "s1").close(0)
    assert [link.came_up({}), link.came_up({})] == [True, False]


def steal(path: str) -> None:
    os.rename(path, f"{path}.kept")  # else its number may be given to the thief's
    with socket.socket(socket.AF_UNIX) as thief:
        thief.bind(path)


def put_file(path: str) -> None:
    os.remove(path)
    with open(path, "w"):
        pass


@pytest.mark.parametrize("change", [steal, put_file, os.remove, lambda path: os.chown(path, 12345, 0)])
def test_a_local_link_refuses_any_other(context, bound, change):
    endpoint, file = bound
    try:
        change(endpoint.removeprefix("ipc://"))
    except PermissionError:
        pytest.skip("only root gives files away")
    with pytest.raises(LinkFailed, match="the socket there is not the one that was bound") as failure:
        LocalLink(endpoint, file).open(context, "s1")
    assert failure.value.status == 78


def poll(link: RemoteLink) -> None:
    """What the transport does, until the link gives up."""
    poller = zmq.Poller()
    link.register(poller)
    while True:
        link.came_up(dict(poller.poll(link.on_tick())))


def test_a_remote_link_gives_up_where_nobody_answers(context):
    file = content() | {"endpoints": ["tcp://127.0.0.1:1", "tcp://127.0.0.1:2"]}
    link = RemoteLink(msgspec.convert(file, ConnectionFile))
    dealer = link.open(context, "s1")
    with pytest.raises(LinkFailed, match=r"no welcome within 50 ms \(nobody answered\)") as failure:
        poll(link)
    assert failure.value.status == 78
    link.close()
    dealer.close(0)


def test_a_remote_link_that_was_heard_waits_for_the_orchestrator_as_long_as_the_file_says(context):
    link = RemoteLink(msgspec.convert(content(), ConnectionFile))
    dealer = link.open(context, "s1")
    link.heard()
    with pytest.raises(LinkFailed, match="is gone") as failure:
        poll(link)
    assert failure.value.status == 75
    link.close()
    dealer.close(0)


def test_a_worker_without_an_orchestrator_ends_with_78_and_says_why(tmp_path):
    path = write(tmp_path, patience=PATIENCE | {"joinMs": 200})
    command = [sys.executable, "-m", "python_worker", "--connect", path]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    assert "Cannot join 'tcp://127.0.0.1:1': no welcome within 200 ms (nobody answered)" in done.stderr
