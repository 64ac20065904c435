"""What a handler may raise; anything else becomes an INTERNAL error with its traceback.

WorkerError
└── Cancelled
"""

from __future__ import annotations

from collections.abc import Mapping

from ..protocol.error_codes import ErrorCode


class WorkerError(Exception):
    """A failure with a code of the wire and a text "Cannot <act> <object>: <found>, <needed>".

    INVALID_DATA is bad user data, INVALID_ARGUMENT wrong usage; `details` says more, as text by name.
    """

    def __init__(
        self,
        code: ErrorCode | str,
        message: str,
        details: Mapping[str, str] | None = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = ErrorCode(code)
        self.message = message
        self.details = dict(details or {})
        self.retryable = retryable


class Cancelled(WorkerError):
    """The orchestrator asked for the running request to stop."""

    def __init__(self, message: str = "Cannot finish the request: it was cancelled, a new request is needed") -> None:
        super().__init__(ErrorCode.CANCELLED, message)


def invalid_data(message: str, **details: str) -> WorkerError:
    """Bad user data: the run ends with exit status 4."""
    return WorkerError(ErrorCode.INVALID_DATA, message, details)


def invalid_argument(message: str, **details: str) -> WorkerError:
    """Wrong usage: the run ends with exit status 2."""
    return WorkerError(ErrorCode.INVALID_ARGUMENT, message, details)
