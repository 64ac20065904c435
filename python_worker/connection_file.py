"""What an orchestrator on another host wrote for its worker; src/worker/connection-file.ts defines it."""

from __future__ import annotations

import os
import stat
from typing import Annotated, Literal

import msgspec

from .decode_json import decode_json

Key = Annotated[str, msgspec.Meta(min_length=40, max_length=40)]
Milliseconds = Annotated[int, msgspec.Meta(ge=1)]
Endpoint = Annotated[str, msgspec.Meta(pattern=r"^tcp://.+:\d+\Z")]
_OTHERS = 0o077
_GREATEST_BYTES = 1 << 20


class Patience(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """How long both sides wait for each other, in milliseconds."""

    heartbeat_interval_ms: Milliseconds
    heartbeat_timeout_ms: Milliseconds
    join_ms: Milliseconds
    reconnect_ms: Milliseconds


class ConnectionFile(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Where to connect, the secrets to show, and what to compute with. Keys are in Z85."""

    schema_version: Literal[1]
    endpoints: Annotated[list[Endpoint], msgspec.Meta(min_length=1)]
    server_key: Key
    public_key: Key
    secret_key: Key
    token: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    schema_sha: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    run_dir: str | None
    device: Annotated[str, msgspec.Meta(min_length=1)]
    threads: Annotated[int, msgspec.Meta(ge=1)]
    patience: Patience


def read_connection_file(path: str) -> ConnectionFile:
    """Reads the file. Raises ValueError when anybody else may read or write it, or it is not a whole one."""
    act = f"Cannot use connection file '{path}'"
    text = _read_private(path, act)
    try:
        return decode_json(text, ConnectionFile)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ValueError(f"{act}: {error}, the file the orchestrator wrote is needed") from None


def _read_private(path: str, act: str) -> bytes:
    """O_NOFOLLOW: a link may lead to anything. O_NONBLOCK: a pipe must not hold us up."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        found = "it is a symbolic link" if os.path.islink(path) else (error.strerror or str(error)).lower()
        raise ValueError(f"{act}: {found}, a readable file of this user is needed") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{act}: it is not a regular file, one is needed")
        _check_private(status, act, "its", 0o600)
        _check_private(os.stat(os.path.dirname(os.path.abspath(path))), act, "its directory's", 0o700)
        return file.read(_GREATEST_BYTES)


def _check_private(status: os.stat_result, act: str, whose: str, needed: int) -> None:
    if status.st_uid != os.getuid():
        raise ValueError(f"{act}: {whose} owner is user {status.st_uid}, user {os.getuid()} is needed")
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        raise ValueError(f"{act}: {whose} mode is {mode & 0o777:04o}, {needed:04o} is needed")
