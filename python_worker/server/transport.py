"""The one user of the socket: a thread that reads, writes, and wakes up at intervals."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

import zmq

from ..protocol.constants import MAGIC
from .links.link import Link, LinkFailed

log = logging.getLogger(__name__)

Frames = Sequence[bytes | memoryview]
_LONGEST_WAIT_MS = 60_000  # an interval of the wire may be longer than a poll can be told


class Listener(Protocol):
    """Called in the transport's thread, one call at a time."""

    def on_start(self) -> None:
        """The socket is connected, for the first time or again."""

    def on_message(self, header: bytes, frames: list[memoryview]) -> None:
        """A message arrived."""

    def on_tick(self) -> int:
        """Time passes; says after how many milliseconds to call again."""


class Transport:
    """A DEALER connected to the orchestrator, with a thread of its own.

    `send` and `stop` belong to that thread; every other thread uses `call_soon`.
    """

    def __init__(self, link: Link, session: str, listener: Listener) -> None:
        self._link = link
        self._session = session
        self._listener = listener
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self._stopping = False
        self._socket: zmq.Socket | None = None
        self._thread = threading.Thread(target=self._run, name="transport", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Waits until the socket is closed and what was sent has left, or `timeout` seconds."""
        self._thread.join(timeout)

    def call_soon(self, call: Callable[[], None]) -> None:
        """Runs `call` in the transport's thread."""
        self._calls.put(call)
        try:
            os.write(self._wake_write, b"\0")
        except BlockingIOError:
            pass  # the pipe is full, so the thread will wake up anyway

    def call_later(self, call: Callable[[], None]) -> None:
        """Runs `call` in the transport's thread when that wakes up the next time: at a tick, or for something else."""
        self._calls.put(call)

    def send(self, header: bytes, frames: Frames = ()) -> None:
        """Queues one message; arrays must not change afterwards.

        A message that finds no room is the link's business: to be dropped, or the end of the conversation.
        """
        assert self._socket is not None
        try:
            self._socket.send(MAGIC, zmq.SNDMORE | (0 if self._link.is_up else zmq.NOBLOCK))
        except zmq.Again:
            self._link.on_no_room()
            return
        self._socket.send(header, zmq.SNDMORE if frames else 0)
        for left, frame in zip(range(len(frames) - 1, -1, -1), frames, strict=True):
            self._socket.send(frame, zmq.SNDMORE if left else 0, copy=False)

    def stop(self) -> None:
        """Ends the loop after the present call."""
        self._stopping = True

    def _run(self) -> None:
        context = zmq.Context()
        try:
            self._socket = self._link.open(context, self._session)
            self._loop(self._socket)
        except LinkFailed as failure:
            log.error("%s", failure)
            os._exit(failure.status)  # whatever runs: nobody is there to get its answer
        except BaseException:
            log.critical("Cannot go on: the transport failed", exc_info=True)
            os._exit(70)
        self._link.close()
        self._socket.close()
        context.term()

    def _loop(self, socket: zmq.Socket) -> None:
        poller = zmq.Poller()
        poller.register(socket, zmq.POLLIN)
        poller.register(self._wake_read, zmq.POLLIN)
        self._link.register(poller)
        events: dict[object, int] = {}
        while not self._stopping:
            if self._link.came_up(events):
                self._listener.on_start()
            wait_ms = min(self._listener.on_tick(), self._link.on_tick(), _LONGEST_WAIT_MS)
            events = dict(poller.poll(wait_ms))
            if self._wake_read in events:
                os.read(self._wake_read, 4096)
            while not self._calls.empty():
                self._calls.get()()
            if socket in events:
                self._receive(socket)

    def _receive(self, socket: zmq.Socket) -> None:
        """Small frames are cheaper to copy than to share."""
        mark = socket.recv()
        header = socket.recv() if socket.getsockopt(zmq.RCVMORE) else None
        frames = []
        while socket.getsockopt(zmq.RCVMORE):
            frames.append(socket.recv(copy=False).buffer)
        if header is None and mark == MAGIC:
            return  # the orchestrator looks whether there is a way to us
        if header is None or mark != MAGIC:
            log.warning("dropped a message without the mark of this protocol")
            return
        self._link.heard()
        self._listener.on_message(header, frames)
