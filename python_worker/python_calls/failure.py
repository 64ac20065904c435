"""What was raised, in the form it travels in."""

from __future__ import annotations

import json
import traceback

from ..custom_code.place import place_of, words_of
from ..custom_code.user_failure import FIX, told_at

_GREATEST_TRACEBACK = 64 * 1024


class Refusal(Exception):
    """The fence's own no: a code of the wire, and "<what was found>, <what is needed>"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def encode_failure(error: BaseException) -> str:
    """The text `{"error": {code, message, details}}`; details are type, traceback, and file and line where known."""
    if isinstance(error, Refusal):
        return json.dumps({"error": {"code": error.code, "message": str(error), "details": {}}})
    place, words = place_of(error), words_of(error)
    message = f"{words}, a call that returns is needed" if place is None else told_at(place, words, FIX)
    details = {"pyType": type(error).__name__, "traceback": _traceback_of(error)}
    if place is not None:
        details |= place.details
    return json.dumps({"error": {"code": "USER_CODE", "message": message, "details": details}})


def _traceback_of(error: BaseException) -> str:
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))[-_GREATEST_TRACEBACK:]
