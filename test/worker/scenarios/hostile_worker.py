"""A worker that introduces itself properly and, when asked for `worker.echo` of "flood FROM TO", plays those messages.

Its first argument is the file of messages: for each, the number of the identity that says it (0: this session), the
number of frames, then length and bytes of every frame; numbers are 32 bits, little-endian.
"""

from __future__ import annotations

import struct
import sys

import zmq

from python_worker.server.boot import exit_with_parent, read_boot, read_options
from python_worker.server.server import Server
from python_worker.context.state import WorkerState

STRANGERS = 3


class HostileServer(Server):
    """Answers as ever, after what it says on top."""

    def __init__(self, boot, messages) -> None:
        super().__init__(boot, WorkerState("cpu", 1))
        self._session = boot.session
        self._messages = messages
        self._strangers = [_connect(boot.link.endpoint, f"stranger-{number}") for number in range(STRANGERS)]

    def _request(self, request, frames) -> None:
        words = str(request.params.get("text")).split()
        if words[:1] == ["flood"]:
            self._flood(int(words[1]), int(words[2]), request.id)
        super()._request(request, frames)

    def _flood(self, begin: int, end: int, asked: str) -> None:
        sockets = [self._transport._socket, *self._strangers]
        for identity, frames in self._messages[begin:end]:
            sockets[identity].send_multipart([self._addressed(frame, asked) for frame in frames])

    def _addressed(self, frame: bytes, asked: str) -> bytes:
        return frame.replace(b"@SESSION@", self._session.encode()).replace(b"@REQUEST@", asked.encode())


def _connect(endpoint: str, identity: str) -> zmq.Socket:
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.setsockopt(zmq.ROUTING_ID, identity.encode())
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(endpoint)
    return socket


def _read(path: str) -> list[tuple[int, list[bytes]]]:
    messages = []
    with open(path, "rb") as file:
        while head := file.read(8):
            identity, count = struct.unpack("<II", head)
            messages.append((identity, [file.read(*struct.unpack("<I", file.read(4))) for _ in range(count)]))
    return messages


if __name__ == "__main__":
    messages = _read(sys.argv[1])
    boot = read_boot(read_options([]))
    exit_with_parent(lambda: None)
    sys.exit(HostileServer(boot, messages).serve())
