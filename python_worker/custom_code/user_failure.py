"""What went wrong in a user's file, told by its name and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..base.errors import WorkerError
from ..base.out_of_memory import chain_of, memory_code
from ..protocol.error_codes import ErrorCode
from .place import Place, place_in, words_of

FIX = "a fix in that file is"
_OUT_OF_MEMORY = (ErrorCode.OOM_CPU, ErrorCode.OOM_GPU)
_THEIRS = (ErrorCode.CANCELLED, ErrorCode.DEADLINE, ErrorCode.INVALID_ARGUMENT, ErrorCode.INVALID_DATA, *_OUT_OF_MEMORY)


def user_failure(error: BaseException, act: str, path: Path, function: Callable[..., Any] | None) -> WorkerError:
    """What `error`, raised by `function` of the file while it was to `act`, is to the orchestrator.

    A cancel, a deadline, and wrong data or usage stay what they are, exhausted memory is OOM_CPU or OOM_GPU, all else
    USER_CODE: what only the worker may say (UNAVAILABLE, PREEMPTED, …) would be tried again for ever. Only exhausted
    memory may be tried again.
    """
    coded = next((link for link in chain_of(error) if isinstance(link, WorkerError) and _may_pass(link)), None)
    if coded is not None:
        return _not_retried(coded)
    place = place_in(path, error, function)
    code = memory_code(error)
    if code is None:
        return failure_at(act, place, words_of(error), FIX)
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    return failure_at(act, place, f"{whose} is exhausted", "a smaller batch is", code)


def _may_pass(error: WorkerError) -> bool:
    """Whether its code may stay; a USER_CODE with its file was made here."""
    return error.code in _THEIRS or (error.code == ErrorCode.USER_CODE and "file" in error.details)


def _not_retried(error: WorkerError) -> WorkerError:
    if not error.retryable or error.code in _OUT_OF_MEMORY:
        return error
    return WorkerError(error.code, error.message, error.details)


def failure_at(
    act: str, place: Place, found: str, needed: str, code: ErrorCode = ErrorCode.USER_CODE
) -> WorkerError:
    """"Cannot <act>: <found> (<file> line <line>), <needed> needed"."""
    message = f"Cannot {act}: {told_at(place, found, needed)}"
    return WorkerError(code, message, place.details, retryable=code in _OUT_OF_MEMORY)


def told_at(place: Place, found: str, needed: str) -> str:
    """"<found> (<file> line <line>), <needed> needed": how every failure of a user's code is told."""
    return f"{found} ({place}), {needed} needed"
