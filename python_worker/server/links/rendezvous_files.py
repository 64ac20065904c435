"""What stands in a rendezvous directory, none of it secret; src/worker/links/rendezvous/rendezvous-files.ts defines the same."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from .connection_file import Endpoint, Key, Patience

Incarnation = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]


class OrchestratorFile(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """`orchestrator.json`: where the orchestrator may be reached, and the key (Z85) it is known by."""

    schema_version: Literal[1]
    incarnation: Incarnation
    endpoints: Annotated[list[Endpoint], msgspec.Meta(min_length=1)]
    public_key: Key
    schema_sha: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    run_dir: str | None
    device: Annotated[str, msgspec.Meta(min_length=1)]
    threads: Annotated[int, msgspec.Meta(ge=1)]
    patience: Patience


class WorkerFile(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """`worker-NAME.json`: the key a worker is let in by, and where it runs; `job_id` is Slurm's, None elsewhere."""

    schema_version: Literal[1]
    incarnation: Incarnation
    public_key: Key
    job_id: str | None
    host: str
    pid: Annotated[int, msgspec.Meta(ge=1)]


class EndedFile(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """`ended.json`: the run of that orchestrator is done."""

    schema_version: Literal[1]
    incarnation: Incarnation
