"""How a worker reaches its orchestrator: what connects the socket, watches the connection, and gives it up."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import zmq

from ...protocol.constants import FRAME_BYTES

REFUSED = 78
PARENT_GONE = 75
CUT_OFF = 70
NOBODY = 77
_HEARTBEAT_MS = 5000
_HEARTBEAT_TIMEOUT_MS = 15_000
_HEARTBEAT_TTL_MS = 30_000
_PATIENCE_MS = 20_000


class LinkFailed(Exception):
    """The orchestrator cannot be reached, or not any more; `status` is what the process should exit with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Link(Protocol):
    """Called in the transport's thread. Every method may raise LinkFailed."""

    @property
    def is_up(self) -> bool:
        """Whether there is a connection, as far as is known."""

    @property
    def retry_ms(self) -> int | None:
        """Milliseconds after which a worker that came second asks again; None: it ends."""

    def open(self, context: zmq.Context, session: str) -> zmq.Socket:
        """A DEALER that is about to be connected."""

    def register(self, poller: zmq.Poller) -> None:
        """Adds what else is to be polled."""

    def came_up(self, events: Mapping[object, int]) -> bool:
        """Whether the socket has been connected since the last call."""

    def heard(self) -> None:
        """The orchestrator has sent a message."""

    def on_tick(self) -> int:
        """Milliseconds after which to call again."""

    def on_no_room(self) -> None:
        """A message could not be sent; it is dropped unless this raises."""

    def close(self) -> None:
        """Frees what `open` made beside the socket."""

    def remove(self) -> None:
        """Takes away what the orchestrator made on this machine and cannot any more, because it was killed."""


def open_dealer(context: zmq.Context, session: str) -> zmq.Socket:
    """A socket with the options every worker's has; it is not connected yet."""
    socket = context.socket(zmq.DEALER)
    socket.setsockopt(zmq.ROUTING_ID, session.encode())
    socket.setsockopt(zmq.LINGER, 2000)
    socket.setsockopt(zmq.SNDTIMEO, _PATIENCE_MS)
    socket.setsockopt(zmq.SNDHWM, 64)
    socket.setsockopt(zmq.RCVHWM, 64)
    socket.setsockopt(zmq.MAXMSGSIZE, FRAME_BYTES)
    socket.setsockopt(zmq.HEARTBEAT_IVL, _HEARTBEAT_MS)
    socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT_MS)
    socket.setsockopt(zmq.HEARTBEAT_TTL, _HEARTBEAT_TTL_MS)
    socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, 60)
    return socket


@dataclass(frozen=True)
class SocketFile:
    """Which file the orchestrator bound (decimal device and inode)."""

    device: str
    inode: str


class LocalLink:
    """A socket of this machine, of whose path somebody else may have taken hold."""

    def __init__(self, endpoint: str, socket_file: SocketFile | None) -> None:
        self.endpoint = endpoint
        self._socket_file = socket_file
        self._is_new = True

    @property
    def is_up(self) -> bool:
        """Always: this process ends with its orchestrator."""
        return True

    @property
    def retry_ms(self) -> int | None:
        """None: this process was started for its place."""
        return None

    def open(self, context: zmq.Context, session: str) -> zmq.Socket:
        """Connects, unless the socket at the path is not the one that was bound."""
        if self._socket_file is not None:
            _check_socket(self.endpoint, self._socket_file)
        socket = open_dealer(context, session)
        socket.connect(self.endpoint)
        return socket

    def register(self, poller: zmq.Poller) -> None:
        """Nothing: the orchestrator's end is seen on stdin."""

    def came_up(self, events: Mapping[object, int]) -> bool:
        """Once: the path was there before this process."""
        is_new, self._is_new = self._is_new, False
        return is_new

    def heard(self) -> None:
        """Nothing depends on it."""

    def on_tick(self) -> int:
        """Never needed again."""
        return 1 << 30

    def on_no_room(self) -> None:
        """An orchestrator of this machine reads all the time: without room the connection is lost for good."""
        raise LinkFailed(CUT_OFF, f"Cannot go on: '{self.endpoint}' has taken nothing for {_PATIENCE_MS} ms, a new start is needed")

    def close(self) -> None:
        """Nothing was made."""

    def remove(self) -> None:
        """Removes the socket's directory, which an orchestrator that was killed leaves behind."""
        directory = Path(self.endpoint.removeprefix("ipc://")).parent
        if directory.name.startswith("balpm-socket-"):
            shutil.rmtree(directory, ignore_errors=True)


def _check_socket(endpoint: str, expected: SocketFile) -> None:
    refused = f"Cannot connect to '{endpoint}': the socket there is not the one that was bound, a new start is needed"
    try:
        found = os.stat(endpoint.removeprefix("ipc://"))
    except OSError as error:
        raise LinkFailed(REFUSED, refused) from error
    is_same = (str(found.st_dev), str(found.st_ino)) == (expected.device, expected.inode)
    if not is_same or not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
        raise LinkFailed(REFUSED, refused)
