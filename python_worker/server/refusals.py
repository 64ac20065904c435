"""Why a request is not taken, by what is known of it and of the worker."""

from __future__ import annotations

import re

from ..base.errors import WorkerError
from ..protocol import messages as wire
from ..protocol.error_codes import ErrorCode
from ..wire.payload import Payload
from .job import Job
from .kept_answers import KeptAnswer
from .known_operations import KnownOperation

_IDENTIFIER = re.compile(r"[!-~]{1,64}")


def refusal_of(request: wire.Request, operation: KnownOperation | None, phase: str) -> WorkerError | None:
    """The error for an operation this worker does not have, or for any while it stops; None when it can be run."""
    if operation is None or operation.version != request.op_version:
        has = "it is unknown" if operation is None else f"this worker has version {operation.version}"
        asked = f"'{request.op}' version {request.op_version}"
        needed = "the same package on both sides" if operation else "an operation it was started with"
        return WorkerError(ErrorCode.UNSUPPORTED, f"Cannot run {asked}: {has}, {needed} is needed")
    if phase == "draining":
        message = f"Cannot run '{request.op}': this worker is stopping, another is needed"
        return WorkerError(ErrorCode.UNAVAILABLE, message, retryable=True)
    return None


def conflict_of(operation: str, payload: Payload, known: Job | KeptAnswer | None) -> WorkerError | None:
    """The error for a key under which something else was asked; an answer without a hash is known by its request's id."""
    if known is None:
        return None
    asked = known.payload.sha256 if isinstance(known, Job) else known.payload
    if asked is None or asked == payload.sha256:
        return None
    message = f"Cannot run '{operation}': its key belongs to another request, a new key is needed"
    return WorkerError(ErrorCode.KEY_CONFLICT, message)


def request_id(plain: object) -> str | None:
    """The id of what may be a request that cannot be read."""
    asked = plain.get("id") if isinstance(plain, dict) and plain.get("type") == "request" else None
    return asked if isinstance(asked, str) and _IDENTIFIER.fullmatch(asked) else None
