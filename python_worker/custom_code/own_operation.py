"""An operation in a file of the user's: its `run` called like a built-in handler, its answer checked at the border."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ..base.errors import WorkerError
from ..context.context import Context, Reply
from .place import Place
from .user_failure import failure_at
from .user_file import load_user_function, user_code

if TYPE_CHECKING:
    import numpy as np


def load_own_handler(name: str, file: str, data: Any) -> Callable[..., Reply]:
    """The handler of operation `name`: `run(params, tensors, context)` of the file. Raises USER_CODE naming both."""
    what = f"run '{name}'"
    run = load_user_function(file, "run", what)

    def handler(params: Any, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
        with user_code(file, what):
            reply = run(params, tensors, context)
        return _Answer(file, what).checked(reply, data)

    return handler


class _Answer:
    """What came out of a file, on its way to the wire."""

    def __init__(self, file: str, what: str) -> None:
        self._file = file
        self._what = what

    def checked(self, reply: Any, data: Any) -> Reply:
        from .plain_values import plain_value  # numpy is loaded with the first job
        from .wire_arrays import wire_arrays

        if not isinstance(reply, Reply):
            raise self._failure(f"run() returned {_described(reply)}", "a Reply is")
        try:
            plain = plain_value(reply.data, "data")
            msgspec.convert(plain, data)
            return Reply(plain, wire_arrays(reply.tensors))
        except msgspec.ValidationError as error:
            raise self._failure(f"its data is wrong: {error}", "data of its schema is") from error
        except ValueError as error:
            found, _comma, needed = str(error).partition(", ")
            raise self._failure(found, needed.removesuffix(" needed")) from error

    def _failure(self, found: str, needed: str) -> WorkerError:
        return failure_at(self._what, Place(self._file), found, needed)


def _described(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
