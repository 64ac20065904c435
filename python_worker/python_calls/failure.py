"""What was raised, in the form it travels in."""

from __future__ import annotations

import json
import os
import traceback

from ..base.error_text import error_text

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_GREATEST_TRACEBACK = 64 * 1024
_GREATEST_TEXT = 4096


class Refusal(Exception):
    """The fence's own no: a code of the wire, and "<what was found>, <what is needed>"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def encode_failure(error: BaseException) -> str:
    """The text `{"error": {code, message, details}}`; details are type, traceback, and file and line where known."""
    if isinstance(error, Refusal):
        return json.dumps({"error": {"code": error.code, "message": str(error), "details": {}}})
    place = _place_of(error)
    details = {"pyType": type(error).__name__, "traceback": _traceback_of(error)}
    if place is not None:
        details |= {"file": place[0], "line": str(place[1])}
    return json.dumps({"error": {"code": "USER_CODE", "message": _message_of(error, place), "details": details}})


def _message_of(error: BaseException, place: tuple[str, int] | None) -> str:
    text = error_text(error)[:_GREATEST_TEXT]
    raised = f"{type(error).__name__}{': ' if text else ''}{text}"
    if place is None:
        return f"{raised}, a call that returns is needed"
    return f"{raised} ({os.path.basename(place[0])} line {place[1]}), a fix in that file is needed"


def _place_of(error: BaseException) -> tuple[str, int] | None:
    """File and line of the innermost frame of the user's code: neither the fence's nor an installed package's."""
    if isinstance(error, SyntaxError) and error.filename is not None and error.lineno is not None:
        return error.filename, error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if os.path.isfile(frame.filename)]
    own = [frame for frame in frames if not _is_foreign(frame.filename)]
    return (own[-1].filename, own[-1].lineno or 0) if own else None


def _is_foreign(path: str) -> bool:
    return path.startswith(_PACKAGE + os.sep) or "site-packages" in path or path.startswith(os.path.dirname(os.__file__))


def _traceback_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-_GREATEST_TRACEBACK:]
