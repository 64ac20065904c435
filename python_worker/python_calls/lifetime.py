"""The process around the fence: its streams, and its end when nobody is left to answer to."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import threading

PARENT_GONE = 75
_PR_SET_PDEATHSIG = 1


def keep_standard_streams() -> None:
    """What is printed goes to stderr at once, and reading stdin finds its end: both belong to the process that calls."""
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)


def end_with_parent() -> None:
    """Ends this process with the one that started it, however that ends and whatever is running here."""
    channel = os.environ.pop("NODE_CHANNEL_FD", None)  # popped: a Node started from here would take it for its own
    if channel is None:
        return
    if sys.platform == "linux":  # the kernel's own way works in a long C call, which keeps the thread from running
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_wait_for_hangup, args=(int(channel),), name="watchdog", daemon=True).start()


def _wait_for_hangup(channel: int) -> None:
    poll = select.poll()
    poll.register(channel, 0)  # no event asked for: only hangup and error are reported
    poll.poll()
    os._exit(PARENT_GONE)
