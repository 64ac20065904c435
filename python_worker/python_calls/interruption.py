"""How a call that takes too long is stopped while the process and all it holds stay."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType

from ..base.unheeded import leave_unheeded


class Interruption:
    """SIGUSR1 raises KeyboardInterrupt in the block under way, once; outside a block it does nothing.

    Ctrl-C of a terminal reaches the whole process group, and what a scheduler sends every process of a job; what they mean
    is decided by the process that calls us.
    """

    def __init__(self) -> None:
        self._running = False
        signal.signal(signal.SIGUSR1, self._interrupt)
        leave_unheeded((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2))

    def __enter__(self) -> None:
        self._running = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._running = False

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._running:
            self._running = False
            raise KeyboardInterrupt
