"""Works for one orchestrator of a rendezvous directory after the other, each with a worker process of its own."""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import time
import uuid

from .alarm import Alarm
from .links.link import CUT_OFF, NOBODY, PARENT_GONE, REFUSED
from .links.rendezvous import Rendezvous
from .links.worker_name import job_prefix, worker_name

log = logging.getLogger(__name__)

_DONE = 0
_LOOK_SECONDS = 2
_PAUSE_SECONDS = 1
_GREATEST_PAUSE_SECONDS = 30
_MOST_CRASHES = 5
_HEALTHY_SECONDS = 600
_FAREWELL_SECONDS = 10


def keep_joining(options: argparse.Namespace) -> int:
    """Returns 0 when the run is done or a signal says so, 75 without an orchestrator, else as its last worker ended.

    Raises ValueError when the directory cannot be used.
    """
    return _Keeper(options).run()


class _Keeper:
    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._rendezvous = Rendezvous(options.rendezvous)
        self._name = worker_name()
        self._alarm = Alarm(watches_stdin=options.watch_stdin)
        self._crashes = 0
        self._idle_since = time.monotonic()

    def run(self) -> int:
        self._rendezvous.remove_left_over(job_prefix(os.environ))
        log.info("waiting in '%s' for an orchestrator", self._rendezvous.directory)
        while not self._alarm.is_stopping:
            meeting = self._rendezvous.look()
            if meeting.is_over:
                log.info("the run is done")
                return _DONE
            status = self._wait() if meeting.orchestrator is None else self._join()
            if status is not None:
                return status
        return _DONE

    def _wait(self) -> int | None:
        if time.monotonic() - self._idle_since > self._options.idle_minutes * 60:
            return self._give_up()
        self._alarm.wait(_LOOK_SECONDS)
        return None

    def _give_up(self) -> int:
        log.error("Cannot go on: there was no orchestrator for %g minutes", self._options.idle_minutes)
        return PARENT_GONE

    def _join(self) -> int | None:
        """None when another orchestrator, or the same one, may be joined next."""
        begun = time.monotonic()
        status = self._run_worker()
        self._idle_since = time.monotonic()
        if self._alarm.is_stopping:
            return _DONE
        if status == REFUSED:
            return REFUSED
        if status == NOBODY:
            return self._give_up()
        if status in (_DONE, PARENT_GONE):
            self._crashes = 0
            self._alarm.wait(_PAUSE_SECONDS)
            return None
        return self._after_crash(status, self._idle_since - begun)

    def _after_crash(self, status: int, lived_seconds: float) -> int | None:
        self._crashes = 1 if lived_seconds > _HEALTHY_SECONDS else self._crashes + 1
        log.error("the worker process ended with status %d", status)
        if self._crashes >= _MOST_CRASHES:
            return status if status > 0 else CUT_OFF
        self._alarm.wait(min(_GREATEST_PAUSE_SECONDS, 2**self._crashes))
        return None

    def _run_worker(self) -> int:
        incarnation = uuid.uuid4().hex
        worker = subprocess.Popen(self._command(incarnation), stdin=subprocess.PIPE)
        try:
            while worker.poll() is None and not self._alarm.is_stopping:
                self._alarm.wait(_GREATEST_PAUSE_SECONDS)
            if self._alarm.is_stopping:
                self._end(worker)
            return worker.wait()
        finally:
            self._rendezvous.withdraw(self._name, incarnation)

    def _end(self, worker: subprocess.Popen[bytes]) -> None:
        """A job ends at its next check, unless nobody is left who could wait for that."""
        assert worker.stdin is not None
        worker.terminate()
        while worker.poll() is None and not self._alarm.is_orphan:
            self._alarm.wait(_GREATEST_PAUSE_SECONDS)
        worker.stdin.close()
        try:
            worker.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()

    def _command(self, incarnation: str) -> list[str]:
        options = self._options
        command = [sys.executable, *(["-P"] if sys.flags.safe_path else []), "-m", "python_worker", "--watch-stdin"]
        command += ["--rendezvous", options.rendezvous, "--idle-minutes", str(options.idle_minutes)]
        command += ["--name", self._name, "--incarnation", incarnation]
        command += [] if options.device is None else ["--device", options.device]
        return command + ([] if options.threads is None else ["--threads", str(options.threads)])
