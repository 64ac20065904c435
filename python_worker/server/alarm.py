"""Waits that end early when something happens to this process."""

from __future__ import annotations

import os
import select
import signal

_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Alarm:
    """Hears SIGTERM, SIGINT and SIGHUP (stop), the end of a child, and the end of stdin (nobody is left: stop, too).

    For the main thread of a process that has no other.
    """

    def __init__(self, watches_stdin: bool) -> None:
        self.is_stopping = False
        self.is_orphan = False
        self._signals, written = os.pipe()
        for end in (self._signals, written):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        for number in (*_STOPPING, signal.SIGCHLD):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
                signal.signal(number, self._note)
        self._poll = select.poll()
        self._poll.register(self._signals, select.POLLIN)
        if watches_stdin:
            self._poll.register(0, select.POLLIN)

    def wait(self, seconds: float) -> None:
        """Returns after that time, or earlier."""
        for descriptor, _event in self._poll.poll(seconds * 1000):
            if not os.read(descriptor, 4096):
                self._poll.unregister(descriptor)
                self.is_stopping = self.is_orphan = True

    def _note(self, number: int, _frame: object) -> None:
        if number != signal.SIGCHLD:
            self.is_stopping = True
