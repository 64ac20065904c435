"""Functions of a user's file, loaded once a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..base.regular_file import read_regular
from .run_file import run_file
from .user_failure import failure_at, user_failure


@cache
def load_user_file(path: str) -> ModuleType:
    """The module in that file. Raises what the file raises, and OSError when it cannot be read."""
    return run_file(Path(path), read_regular(path))


def load_user_function(path: str, function: str, act: str) -> Callable[..., Any]:
    """A function or class of that file. Raises USER_CODE when the file cannot be loaded or has none of that name."""
    with user_code(path, act):
        found = getattr(load_user_file(path), function, None)
    if not callable(found):
        raise failure_at(act, Path(path), None, f"the file has no {function}()", "one is")
    return found


@contextmanager
def user_code(path: str, act: str) -> Iterator[None]:
    """Around calls into the file: what they raise becomes what `user_failure` says. SystemExit too: the worker goes on."""
    try:
        yield
    except BaseException as error:
        raise user_failure(error, act, Path(path), None) from error
