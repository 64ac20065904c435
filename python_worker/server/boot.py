"""What a worker is told at its start, by a JSON line on stdin (then silence until the end) or a file: no secret in argv."""

from __future__ import annotations

import argparse
import os
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from ..base.decode_json import decode_json
from .links.connection_file import read_connection_file
from .links.link import PARENT_GONE, Link, LinkFailed, LocalLink, SocketFile
from .links.remote_link import RemoteLink
from .links.rendezvous import Rendezvous
from .links.rendezvous_link import RendezvousLink, WorkerLife
from .links.worker_name import check_worker_name
from .open_files import allow_open_files

_GREATEST_CLEAR_UP_SECONDS = 5
_NO_TOKEN = "none"  # the key that lets a worker in says enough


class BootLine(msgspec.Struct, forbid_unknown_fields=True):
    """First line of stdin."""

    endpoint: str
    token: str
    session: str | None = None
    socket: SocketFile | None = None


@dataclass(frozen=True)
class Boot:
    """How to connect, the secret to show, what to compute with, and what ends the worker: the end of stdin, SIGTERM."""

    link: Link
    token: str
    session: str
    device: str
    threads: int
    watches_stdin: bool
    heeds_sigterm: bool


def read_options(argv: list[str]) -> argparse.Namespace:
    """The arguments. Raises ValueError for those that cannot be used."""
    parser = argparse.ArgumentParser(prog="python_worker")
    parser.add_argument("--device", help="cpu, cuda, cuda:1, or auto")
    parser.add_argument("--threads", type=int, help="threads of one tensor operation")
    parser.add_argument("--connect", metavar="FILE", help="connection file of an orchestrator on another host")
    parser.add_argument("--rendezvous", metavar="DIR", help="directory where orchestrators meet their workers")
    parser.add_argument("--idle-minutes", type=float, default=60, help="with --rendezvous: wait so long for an orchestrator")
    parser.add_argument("--watch-stdin", action="store_true", help="with --connect or --rendezvous: end when stdin does")
    parser.add_argument("--name", default="worker", help=argparse.SUPPRESS)
    parser.add_argument("--incarnation", help=argparse.SUPPRESS)
    options = _parse(parser, argv)
    if options.rendezvous is not None and options.connect is not None:
        raise ValueError("Cannot start: both --connect and --rendezvous are given, one of them is needed")
    return options


def waits_for_many(options: argparse.Namespace) -> bool:
    """Whether the process is to start a worker for each orchestrator it finds, instead of being one."""
    return options.rendezvous is not None and options.incarnation is None


def read_boot(options: argparse.Namespace) -> Boot:
    """What the options leave open comes from the first line of stdin, from a file, or from a rendezvous directory.

    Raises ValueError for what cannot be used, LinkFailed when the orchestrator of a rendezvous has left.
    """
    allow_open_files()
    if options.rendezvous is not None:
        return _from_rendezvous(options)
    return _from_stdin(options) if options.connect is None else _from_file(options)


def _from_stdin(options: argparse.Namespace) -> Boot:
    try:
        line = decode_json(_first_line(), BootLine)
    except msgspec.MsgspecError as error:
        found = f"the first line of stdin is wrong ({error})"
        raise ValueError(f"Cannot start: {found}, endpoint and token are needed") from error
    return Boot(
        link=LocalLink(line.endpoint, line.socket),
        token=line.token,
        session=line.session or uuid.uuid4().hex,
        device=options.device or "auto",
        threads=max(1, options.threads or 1),
        watches_stdin=True,
        heeds_sigterm=False,  # a scheduler sends it to the orchestrator too, which lets the step under way end
    )


def _from_file(options: argparse.Namespace) -> Boot:
    file = read_connection_file(options.connect)
    return Boot(
        link=RemoteLink(file),
        token=file.token,
        session=uuid.uuid4().hex,
        device=options.device or file.device,
        threads=max(1, options.threads or file.threads),
        watches_stdin=options.watch_stdin,
        heeds_sigterm=True,
    )


def _from_rendezvous(options: argparse.Namespace) -> Boot:
    check_worker_name(options.name)
    rendezvous = Rendezvous(options.rendezvous)
    orchestrator = rendezvous.look().orchestrator
    if orchestrator is None:
        raise LinkFailed(PARENT_GONE, f"The orchestrator at '{options.rendezvous}' has left")
    life = WorkerLife(options.name, options.incarnation, options.idle_minutes * 60)
    return Boot(
        link=RendezvousLink(rendezvous, orchestrator, life),
        token=_NO_TOKEN,
        session=uuid.uuid4().hex,
        device=options.device or orchestrator.device,
        threads=max(1, options.threads or orchestrator.threads),
        watches_stdin=options.watch_stdin,
        heeds_sigterm=True,
    )


def _parse(parser: argparse.ArgumentParser, argv: list[str]) -> argparse.Namespace:
    try:
        return parser.parse_args(argv)
    except SystemExit as end:
        if end.code in (0, None):  # --help
            raise
        raise ValueError(f"Cannot start: the arguments are {argv}, those of --help are needed") from end


def exit_with_parent(clear_up: Callable[[], None]) -> None:
    """Ends this process as soon as stdin closes, whatever it does then: nobody is left to answer to, or to clear up."""
    control = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # whoever asks a person (input, breakpoint) hears at once that nobody is there
    os.close(nothing)
    threading.Thread(target=_wait_for_end, args=(control, clear_up), name="watchdog", daemon=True).start()


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return line


def _wait_for_end(control: int, clear_up: Callable[[], None]) -> None:
    try:
        while os.read(control, 4096):
            pass
        clearing = threading.Thread(target=clear_up, name="clear-up", daemon=True)
        clearing.start()
        clearing.join(_GREATEST_CLEAR_UP_SECONDS)
    finally:
        os._exit(PARENT_GONE)
