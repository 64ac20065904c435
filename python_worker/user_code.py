"""Python files that users name: loading them, and saying which line of theirs failed."""

from __future__ import annotations

import hashlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from types import CodeType, ModuleType
from typing import Any

from .errors import WorkerError
from .out_of_memory import memory_code
from .protocol.error_codes import ErrorCode


class _SourceLoader(SourceFileLoader):
    """Reads the file as it is now: no compiled copy is used or left beside it."""

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


@cache
def load_user_file(path: str) -> ModuleType:
    """The module in that file, loaded once a process. Raises what the file raises, and OSError when it cannot be read."""
    name = f"balpm_user_{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}"
    spec = spec_from_file_location(name, path, loader=_SourceLoader(name, path))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def load_user_function(path: str, function: str, what: str) -> Callable[..., Any]:
    """A function or class of that file. Raises USER_CODE when the file cannot be loaded or has none of that name."""
    with user_code(path, what):
        found = getattr(load_user_file(path), function, None)
    if not callable(found):
        raise user_code_error(path, what, f"'{os.path.basename(path)}' has no {function}(), one is needed")
    return found


@contextmanager
def user_code(path: str, what: str) -> Iterator[None]:
    """Around calls into the file: what it raises becomes USER_CODE; a WorkerError and exhausted memory stay what they are."""
    try:
        yield
    except WorkerError:
        raise
    except BaseException as error:  # SystemExit too: the worker is not the file's to end
        if memory_code(error) is not None:
            raise
        raise user_code_failure(error, path, what) from error


def user_code_failure(error: BaseException, path: str, what: str) -> WorkerError:
    """The failure of `what` ("run 'team.score'") for an error out of the user's file, with its innermost line there."""
    line = _line_of(error, path)
    place = os.path.basename(path) if line is None else f"{os.path.basename(path)} line {line}"
    details = {} if line is None else {"line": str(line)}
    return user_code_error(path, what, f"{_describe(error)} ({place}), a fix in that file is needed", **details)


def user_code_error(path: str, what: str, problem: str, **details: str) -> WorkerError:
    """USER_CODE: "Cannot <what>: <problem>"."""
    return WorkerError(ErrorCode.USER_CODE, f"Cannot {what}: {problem}", {"file": path, **details})


def _describe(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    first = text.strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _line_of(error: BaseException, path: str) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return lines[-1] if lines else None
