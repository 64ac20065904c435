"""Whether a process of this host runs."""

from __future__ import annotations

import os


def is_alive(pid: int) -> bool:
    """Whether a process has that number, whoever owns it."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # it belongs to somebody else
    return True
