"""What an orchestrator on another host wrote for its worker; src/worker/links/remote/connection-file.ts defines it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ...base.decode_json import decode_json
from ...base.private_file import read_private

Key = Annotated[str, msgspec.Meta(min_length=40, max_length=40)]
Milliseconds = Annotated[int, msgspec.Meta(ge=1)]
Endpoint = Annotated[str, msgspec.Meta(pattern=r"^tcp://.+:\d+\Z")]


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
    text = read_private(path, act)
    try:
        return decode_json(text, ConnectionFile)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ValueError(f"{act}: {error}, the file the orchestrator wrote is needed") from None
