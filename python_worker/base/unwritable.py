"""Telling a place that takes no more from other failures."""

from __future__ import annotations

import errno
import os

from ..protocol.error_codes import ErrorCode
from .error_text import error_text
from .errors import WorkerError
from .out_of_memory import chain_of

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EROFS,)
_WORDS = {os.strerror(number).lower(): number for number in (*_FULL, *_CLOSED)}
_NEVER = (ErrorCode.UNWRITABLE, ErrorCode.CANCELLED, ErrorCode.DEADLINE, ErrorCode.OOM_CPU, ErrorCode.OOM_GPU)
_ROOM = "make room there or choose another place, then run the same command again"


def unwritable(path: str, error: OSError) -> WorkerError:
    """The error (UNWRITABLE) of a write to `path` that failed."""
    found = error.strerror or error_text(error)
    return WorkerError(
        ErrorCode.UNWRITABLE, f"Cannot write '{path}': {found}; {_advice(_disk_number(error))}", {"file": path}
    )


def disk_failure(error: BaseException, act: str) -> WorkerError | None:
    """The error (UNWRITABLE) where a full or read-only disk was the reason, whichever library said so; None for another.

    `act` is what could not be done, in words: "run 'features.extract'". What a handler said of it itself is kept.
    """
    if isinstance(error, WorkerError) and error.code in _NEVER:
        return None
    found = next((number for link in chain_of(error) if (number := _disk_number(link)) is not None), None)
    if found is None:
        return None
    if isinstance(error, WorkerError):
        return WorkerError(ErrorCode.UNWRITABLE, error.message, error.details)
    path = next((str(link.filename) for link in chain_of(error) if isinstance(link, OSError) and link.filename), None)
    what = act if path is None else f"write '{path}'"
    return WorkerError(ErrorCode.UNWRITABLE, f"Cannot {what}: {os.strerror(found)}; {_advice(found)}")


def _disk_number(error: BaseException) -> int | None:
    """The system's number of a full or read-only disk; libraries in other languages pass on its words alone."""
    number = error.errno if isinstance(error, OSError) else None
    if number is not None:
        return number if number in (*_FULL, *_CLOSED) else None
    if isinstance(error, WorkerError):
        return None  # its words may quote a person's text
    text = error_text(error).lower()
    return next((number for words, number in _WORDS.items() if words in text), None)


def _advice(number: int | None) -> str:
    return _ROOM if number in _FULL else "a writable place is needed"
