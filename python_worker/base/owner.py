"""Marks of processes in names of what they write; src/base/files/owner.ts makes and reads the same."""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache
from pathlib import Path
from typing import Literal

from .is_alive import is_alive

MARK = "[0-9a-f]+-[0-9a-f]+-[0-9a-f]{6}"
"""The form of a mark, for patterns of names."""

_SPACE_CHARACTERS = 6
_UNKNOWN_START = 0


def own_mark() -> str:
    """`PID-START-SPACE` of this process, hexadecimal, at most 25 characters."""
    return f"{os.getpid():x}-{_start_of(os.getpid()) or _UNKNOWN_START:x}-{_number_space()}"


def owner_state(mark: str) -> Literal["alive", "gone", "unknown"]:
    """Whether the process of a mark lives; unknown of one on another host or in another container.

    A number that was given to another process since is told by its start.
    """
    pid, start, space = mark.split("-")
    if space != _number_space():
        return "unknown"
    if not is_alive(int(pid, 16)):
        return "gone"
    told, found = int(start, 16), _start_of(int(pid, 16))
    return "alive" if told == _UNKNOWN_START or found is None or found == told else "gone"


@cache
def _number_space() -> str:
    """Where processes have numbers of their own: this boot and PID namespace, or elsewhere than on Linux this host."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        described = f"{boot}\n{os.readlink('/proc/self/ns/pid')}"
    except OSError:
        described = socket.gethostname()
    return hashlib.sha256(described.encode()).hexdigest()[:_SPACE_CHARACTERS]


def _start_of(pid: int) -> int | None:
    """Clock ticks from boot to the start of a process; None where /proc does not tell, or tells of another namespace."""
    own = _status_of("self")
    if own is None or own[0] != os.getpid():
        return None
    found = _status_of(str(pid))
    return None if found is None else found[1]


def _status_of(name: str) -> tuple[int, int] | None:
    """Number and start of a process as /proc has them."""
    try:
        text = Path(f"/proc/{name}/stat").read_text(encoding="latin-1")
    except OSError:
        return None
    # The command's name in parentheses may hold blanks and parentheses of its own.
    return int(text.split(" ", 1)[0]), int(text[text.rindex(")") + 2 :].split(" ")[19])
