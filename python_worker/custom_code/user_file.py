"""Functions of a user's file, and the border around calls into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .load_file import load_file
from .place import Place
from .user_failure import failure_at, user_failure


def load_user_function(path: str, function: str, act: str) -> Callable[..., Any]:
    """A function or class of that file. Raises USER_CODE when the file cannot be loaded or has none of that name."""
    with user_code(path, act):
        found = getattr(load_file(path), function, None)
    if not callable(found):
        raise failure_at(act, Place(path), f"the file has no {function}()", "one is")
    return found


@contextmanager
def user_code(path: str, act: str) -> Iterator[None]:
    """Around calls into the file: what they raise becomes what `user_failure` says. SystemExit too: the worker goes on."""
    try:
        yield
    except BaseException as error:
        raise user_failure(error, act, Path(path), None) from error
