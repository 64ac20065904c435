"""What a worker is told at its start: a JSON line on stdin (no secret stands in argv), then silence until the end."""

from __future__ import annotations

import argparse
import os
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

PARENT_GONE = 75
_GREATEST_CLEAR_UP_SECONDS = 5


class BootLine(msgspec.Struct, forbid_unknown_fields=True):
    """First line of stdin."""

    endpoint: str
    token: str
    session: str | None = None


@dataclass(frozen=True)
class Boot:
    """Where to connect, the secret to show, and what to compute with."""

    endpoint: str
    token: str
    session: str
    device: str
    threads: int


def read_boot(argv: list[str]) -> Boot:
    """Options from argv and the first line of stdin. Raises ValueError for other options and another line."""
    parser = argparse.ArgumentParser(prog="python_worker")
    parser.add_argument("--device", default="auto", help="cpu, cuda, cuda:1, or auto")
    parser.add_argument("--threads", type=int, default=1, help="threads of one tensor operation")
    options = _parse(parser, argv)
    try:
        line = msgspec.json.decode(_first_line(), type=BootLine)
    except msgspec.MsgspecError as error:
        found = f"the first line of stdin is wrong ({error})"
        raise ValueError(f"Cannot start: {found}, endpoint and token are needed") from error
    return Boot(line.endpoint, line.token, line.session or uuid.uuid4().hex, options.device, max(1, options.threads))


def _parse(parser: argparse.ArgumentParser, argv: list[str]) -> argparse.Namespace:
    try:
        return parser.parse_args(argv)
    except SystemExit as end:
        if end.code in (0, None):  # --help
            raise
        raise ValueError(f"Cannot start: the arguments are {argv}, --device and --threads are needed") from end


def exit_with_parent(clear_up: Callable[[], None]) -> None:
    """Ends this process as soon as stdin closes, whatever it does then: nobody is left to answer to, or to clear up."""
    threading.Thread(target=_wait_for_end, args=(clear_up,), name="watchdog", daemon=True).start()


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line


def _wait_for_end(clear_up: Callable[[], None]) -> None:
    try:
        while os.read(0, 4096):
            pass
        clearing = threading.Thread(target=clear_up, name="clear-up", daemon=True)
        clearing.start()
        clearing.join(_GREATEST_CLEAR_UP_SECONDS)
    finally:
        os._exit(PARENT_GONE)
