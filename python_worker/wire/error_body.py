"""A failure in the form it travels in, small enough for any header."""

from __future__ import annotations

import traceback
from itertools import islice

from ..base.errors import WorkerError
from ..protocol.messages import ErrorBody
from .codec import readable

_GREATEST_TRACEBACK = 64 * 1024
_GREATEST_TEXT = 4096
_MOST_DETAILS = 16


def error_body(failure: WorkerError, error: Exception | None = None) -> ErrorBody:
    """The wire form of a failure; `error` is what was raised where that was in a handler.

    Long texts lose their end, a long traceback its beginning.
    """
    return ErrorBody(
        code=failure.code,
        message=_clip(failure.message),
        retryable=failure.retryable,
        py_type=None if error is None else _type_of(error),
        traceback=None if error is None else _traceback_of(error),
        details={_clip(name): _clip(text) for name, text in islice(failure.details.items(), _MOST_DETAILS)},
    )


def _type_of(error: Exception) -> str:
    """What was raised first, where a failure with a code was made of it."""
    first = error.__cause__ if isinstance(error, WorkerError) and error.__cause__ else error
    return type(first).__name__


def _traceback_of(error: Exception) -> str:
    return readable("".join(traceback.format_exception(error))[-_GREATEST_TRACEBACK:])


def _clip(text: str) -> str:
    return readable(text if len(text) <= _GREATEST_TEXT else f"{text[: _GREATEST_TEXT - 1]}…")
