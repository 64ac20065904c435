"""What went wrong in a user's file, told by its name and line."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..base.error_text import error_text
from ..base.errors import WorkerError
from ..base.out_of_memory import chain_of, memory_code
from ..protocol.error_codes import ErrorCode

_GREATEST_WORDS = 300
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
    line = _line_of(error, path) or first_line(function, path)
    code = memory_code(error)
    if code is None:
        return failure_at(act, path, line, _words_of(error), "a fix in that file is")
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    return failure_at(act, path, line, f"{whose} is exhausted", "a smaller batch is", code, retryable=True)


def _may_pass(error: WorkerError) -> bool:
    """Whether its code may stay; a USER_CODE with its file was made here."""
    return error.code in _THEIRS or (error.code == ErrorCode.USER_CODE and "file" in error.details)


def _not_retried(error: WorkerError) -> WorkerError:
    if not error.retryable or error.code in _OUT_OF_MEMORY:
        return error
    return WorkerError(error.code, error.message, error.details)


def failure_at(
    act: str,
    path: Path,
    line: int | None,
    found: str,
    needed: str,
    code: ErrorCode = ErrorCode.USER_CODE,
    retryable: bool = False,
) -> WorkerError:
    """"Cannot <act>: <found> (<file> line <line>), <needed> needed"."""
    place = path.name if line is None else f"{path.name} line {line}"
    details = {"file": str(path), **({} if line is None else {"line": str(line)})}
    return WorkerError(code, f"Cannot {act}: {found} ({place}), {needed} needed", details, retryable)


def first_line(function: Callable[..., Any] | None, path: Path) -> int | None:
    """Where a function of the file begins; None for one that stands elsewhere."""
    target = function.__init__ if isinstance(function, type) else function
    code = getattr(inspect.unwrap(target), "__code__", None) if target is not None else None
    return code.co_firstlineno if code is not None and code.co_filename == str(path) else None


def _line_of(error: BaseException, path: Path) -> int | None:
    """The innermost place in the file the error came through; of a syntax error, where it stands."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [lineno for name, lineno in _frames(error) if name == str(path)]
    return lines[-1] if lines else None


def _frames(error: BaseException) -> Iterator[tuple[str, int]]:
    for frame, lineno in traceback.walk_tb(error.__traceback__):
        yield frame.f_code.co_filename, lineno


def _words_of(error: BaseException) -> str:
    """Kind and text on one line."""
    words = " ".join([f"{type(error).__name__}:", *error_text(error).split()]).rstrip(".:")
    return f"{words[: _GREATEST_WORDS - 1]}…" if len(words) > _GREATEST_WORDS else words
