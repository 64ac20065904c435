"""The way to an orchestrator on another host: encrypted, watched, given up when nobody answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress

import zmq
from zmq.utils.monitor import recv_monitor_message

from .connection_file import ConnectionFile
from .link import PARENT_GONE, REFUSED, LinkFailed, open_dealer

log = logging.getLogger(__name__)

_TURNS = 10
_TICK_MS = 1000
_RECONNECT_MS = 250
_RECONNECT_MAX_MS = 5000
_WATCHED = (
    zmq.EVENT_DISCONNECTED
    | zmq.EVENT_HANDSHAKE_SUCCEEDED
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
)
_FAILURES = {
    zmq.EVENT_HANDSHAKE_FAILED_AUTH: "the orchestrator refused this worker's key",
    zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL: "what listens there does not speak as an orchestrator does",
}


class RemoteLink:
    """Tries the endpoints in turn until one lets this worker in, then stays with it.

    Before the first message of the orchestrator a refusal, or `join_ms` without one, ends the worker with 78; after it
    `reconnect_ms` without a connection end it with 75.
    """

    def __init__(self, file: ConnectionFile) -> None:
        self._file = file
        self._turn = 0
        self.is_up = False
        self._is_welcome = False
        self._last = "nobody answered"
        self._begun = self._down_since = self._turn_since = time.monotonic()

    def open(self, context: zmq.Context, session: str) -> zmq.Socket:
        """Begins with the first endpoint."""
        self._socket = open_dealer(context, session)
        self._set_options(self._socket)
        self._monitor = self._socket.get_monitor_socket(_WATCHED)
        self._socket.connect(self._endpoint)
        self._begun = self._down_since = self._turn_since = time.monotonic()
        return self._socket

    def register(self, poller: zmq.Poller) -> None:
        """The connection's events."""
        poller.register(self._monitor, zmq.POLLIN)

    def came_up(self, events: Mapping[object, int]) -> bool:
        """Reads what happened to the connection."""
        came = False
        while self._monitor in events and self._monitor.poll(0):
            event = recv_monitor_message(self._monitor)["event"]
            came = self._take(event) or came
        return came

    def heard(self) -> None:
        """The way is found."""
        self._is_welcome = True

    def on_tick(self) -> int:
        """Gives up or goes on to the next endpoint when it is time."""
        now = time.monotonic()
        if not self._is_welcome:
            self._check_join(now)
        elif not self.is_up and now - self._down_since > self._file.patience.reconnect_ms / 1000:
            raise LinkFailed(PARENT_GONE, f"The orchestrator at '{self._endpoint}' is gone: this worker ends")
        return min(_TICK_MS, self._file.patience.reconnect_ms, self._file.patience.join_ms)

    def close(self) -> None:
        """Ends the watch; the context could not end before."""
        self._socket.disable_monitor()
        self._monitor.close(0)

    @property
    def retry_ms(self) -> int | None:
        """None: who comes second may try with another start."""
        return None

    def on_no_room(self) -> None:
        """Without a connection messages are dropped: after a break the orchestrator asks again for what it waits for."""
        log.debug("dropped a message: there is no connection, and the queue is full")

    def remove(self) -> None:
        """Nothing: the orchestrator's files are on its own machine."""

    @property
    def _endpoint(self) -> str:
        return self._file.endpoints[self._turn % len(self._file.endpoints)]

    def _set_options(self, socket: zmq.Socket) -> None:
        patience = self._file.patience
        socket.setsockopt(zmq.HEARTBEAT_IVL, patience.heartbeat_interval_ms)
        socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, patience.heartbeat_timeout_ms)
        socket.setsockopt(zmq.HEARTBEAT_TTL, patience.heartbeat_timeout_ms)
        socket.setsockopt(zmq.SNDTIMEO, patience.reconnect_ms)  # a break may not be known yet
        socket.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
        socket.setsockopt(zmq.RECONNECT_IVL_MAX, _RECONNECT_MAX_MS)
        socket.setsockopt(zmq.IPV6, 1)
        socket.curve_serverkey = self._file.server_key.encode()
        socket.curve_publickey = self._file.public_key.encode()
        socket.curve_secretkey = self._file.secret_key.encode()

    def _take(self, event: int) -> bool:
        if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            self.is_up = True
            log.info("%s '%s'", "is back at" if self._is_welcome else "connected to", self._endpoint)
            return True
        if event == zmq.EVENT_DISCONNECTED and self.is_up:
            self.is_up = False
            self._down_since = time.monotonic()
        if event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            self._last = "the connection ended during the handshake"
        if event in _FAILURES and not self._is_welcome:
            self._refuse(_FAILURES[event])
        return False

    def _check_join(self, now: float) -> None:
        join_seconds = self._file.patience.join_ms / 1000
        if now - self._begun > join_seconds:
            self._refuse(f"no welcome within {self._file.patience.join_ms} ms ({self._last})")
        self._try_in_turn(now)

    def _try_in_turn(self, now: float) -> None:
        turn_seconds = self._file.patience.join_ms / 1000 / _TURNS
        if not self.is_up and len(self._file.endpoints) > 1 and now - self._turn_since > turn_seconds:
            self._connect_to_next(now)

    def _connect_to_next(self, now: float) -> None:
        with suppress(zmq.ZMQError):  # after a refusal there is nothing left to disconnect
            self._socket.disconnect(self._endpoint)
        self._turn += 1
        self._turn_since = now
        self._socket.connect(self._endpoint)

    def _refuse(self, found: str) -> None:
        raise LinkFailed(
            REFUSED, f"Cannot join '{self._endpoint}': {found}, the connection file of this run is needed"
        )
