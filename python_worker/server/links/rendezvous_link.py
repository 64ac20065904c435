"""The way to an orchestrator that is met in a directory: patient, and left for another one that comes in its place."""

from __future__ import annotations

import logging
import os
import socket as sockets
import time
from dataclasses import dataclass

import zmq

from .connection_file import ConnectionFile
from .link import CUT_OFF, NOBODY, PARENT_GONE, REFUSED, LinkFailed
from .remote_link import RemoteLink
from .rendezvous import Rendezvous
from .rendezvous_files import OrchestratorFile, WorkerFile
from .worker_name import job_id

log = logging.getLogger(__name__)

_LOOK_SECONDS = 2
_PAUSE_MS = 5000


@dataclass(frozen=True)
class WorkerLife:
    """What a worker is called, which life of it this is (32 hexadecimal digits), and its patience without an orchestrator."""

    name: str
    incarnation: str
    idle_seconds: float


class RendezvousLink(RemoteLink):
    """Publishes a key made for this process, then waits at the endpoints as long as the orchestrator's file stands.

    Another orchestrator's file, or none, ends the worker with 75, as does a connection that was lost for `reconnect_ms`;
    `idle_seconds` without anybody there end it with 77.
    """

    def __init__(self, rendezvous: Rendezvous, orchestrator: OrchestratorFile, life: WorkerLife) -> None:
        public, secret = zmq.curve_keypair()
        super().__init__(_joined(orchestrator, public.decode(), secret.decode()))
        self._rendezvous = rendezvous
        self._orchestrator = orchestrator
        self._life = life
        self._key = public.decode()
        self._again_at: float | None = None
        self._look_at = self._alone_since = time.monotonic()
        self._refusals: set[str] = set()
        self._is_leaving = False

    @property
    def retry_ms(self) -> int | None:
        """Who comes second waits for the first one's end."""
        return min(_PAUSE_MS, self._file.patience.reconnect_ms)

    def open(self, context: zmq.Context, session: str) -> zmq.Socket:
        """Makes the key known before it is used."""
        self._publish()
        return super().open(context, session)

    def on_tick(self) -> int:
        """Looks at the directory while there is no connection."""
        now = time.monotonic()
        if self.is_up:
            self._alone_since = now
        elif now >= self._look_at:
            self._look_at = now + _LOOK_SECONDS
            self._look()
        return super().on_tick()

    def remove(self) -> None:
        """Takes its own key away, for good: the transport's thread may still be at work."""
        self._is_leaving = True
        self._rendezvous.withdraw(self._life.name, self._life.incarnation)

    def _check_join(self, now: float) -> None:
        if now - self._alone_since > self._life.idle_seconds:
            found = f"nobody was at '{self._endpoint}' for {self._life.idle_seconds:.0f} s ({self._last})"
            raise LinkFailed(NOBODY, f"Cannot join: {found}, an orchestrator is needed")
        if self._again_at is None:
            self._try_in_turn(now)
        elif now >= self._again_at:
            self._again_at = None
            self._connect_to_next(now)

    def _refuse(self, found: str) -> None:
        """A key that was just published may not be seen yet; libzmq does not try again by itself after a refusal."""
        if found not in self._refusals:
            log.warning("'%s': %s; trying again", self._endpoint, found)
        self._refusals.add(found)
        self._last = found
        self._again_at = time.monotonic() + (self.retry_ms or 0) / 1000
        self._check_own_file()

    def _look(self) -> None:
        try:
            found = self._rendezvous.look().orchestrator
        except (OSError, ValueError) as error:
            raise LinkFailed(REFUSED, str(error)) from error
        if found is None or found.incarnation != self._orchestrator.incarnation:
            raise LinkFailed(PARENT_GONE, f"The orchestrator at '{self._endpoint}' has left")

    def _check_own_file(self) -> None:
        try:
            known = self._rendezvous.incarnation_of(self._life.name)
        except (OSError, ValueError) as error:
            raise LinkFailed(REFUSED, str(error)) from error
        if known is None and not self._is_leaving:
            self._publish()
        elif known is not None and known != self._life.incarnation:
            found = f"another life of worker '{self._life.name}' has taken its place"
            raise LinkFailed(REFUSED, f"Cannot join '{self._endpoint}': {found}, one of the two is needed")

    def _publish(self) -> None:
        file = WorkerFile(
            schema_version=1,
            incarnation=self._life.incarnation,
            public_key=self._key,
            job_id=job_id(os.environ),
            host=sockets.gethostname(),
            pid=os.getpid(),
        )
        try:
            self._rendezvous.publish(self._life.name, file)
        except OSError as error:
            found = (error.strerror or str(error)).lower()
            where = self._rendezvous.directory
            raise LinkFailed(CUT_OFF, f"Cannot write into '{where}': {found}, a writable place is needed") from error


def _joined(orchestrator: OrchestratorFile, public_key: str, secret_key: str) -> ConnectionFile:
    """What a connection file would have said."""
    return ConnectionFile(
        schema_version=1,
        endpoints=orchestrator.endpoints,
        server_key=orchestrator.public_key,
        public_key=public_key,
        secret_key=secret_key,
        token="",
        schema_sha=orchestrator.schema_sha,
        run_dir=orchestrator.run_dir,
        device=orchestrator.device,
        threads=orchestrator.threads,
        patience=orchestrator.patience,
    )
