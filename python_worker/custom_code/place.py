"""Where in a user's code something is, and what an error says of itself on one line."""

from __future__ import annotations

import inspect
import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.error_text import error_text

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LIBRARY = os.path.dirname(os.__file__)
_GREATEST_WORDS = 300


@dataclass(frozen=True)
class Place:
    """A file, and a line of it where one is known."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        name = os.path.basename(self.file)
        return name if self.line is None else f"{name} line {self.line}"

    @property
    def details(self) -> dict[str, str]:
        """As the details of a failure have it."""
        return {"file": self.file, **({} if self.line is None else {"line": str(self.line)})}


def place_in(path: Path, error: BaseException, function: Callable[..., Any] | None) -> Place:
    """The innermost place in the file the error came through, of a syntax error where it stands; else where `function`
    begins."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return Place(str(path), error.lineno or None)
    lines = [place.line for place in _frames(error) if place.file == str(path)]
    return Place(str(path), lines[-1]) if lines else beginning(function, path)


def place_of(error: BaseException) -> Place | None:
    """The innermost place of the user's code, in whichever file: neither ours nor an installed package's."""
    if isinstance(error, SyntaxError) and error.filename is not None and error.lineno is not None:
        return Place(error.filename, error.lineno)
    own = [place for place in _frames(error) if os.path.isfile(place.file) and not _is_foreign(place.file)]
    return own[-1] if own else None


def beginning(function: Callable[..., Any] | None, path: Path) -> Place:
    """Where a function of the file begins; the file alone for one that stands elsewhere."""
    target = function.__init__ if isinstance(function, type) else function
    code = getattr(inspect.unwrap(target), "__code__", None) if target is not None else None
    is_there = code is not None and code.co_filename == str(path)
    return Place(str(path), code.co_firstlineno if is_there else None)


def words_of(error: BaseException) -> str:
    """Its kind and text on one line, of 300 characters at most."""
    words = " ".join([f"{type(error).__name__}:", *error_text(error).split()]).rstrip(".:")
    return f"{words[: _GREATEST_WORDS - 1]}…" if len(words) > _GREATEST_WORDS else words


def _is_foreign(path: str) -> bool:
    return path.startswith(_PACKAGE + os.sep) or "site-packages" in path or path.startswith(_LIBRARY)


def _frames(error: BaseException) -> Iterator[Place]:
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield Place(frame.f_code.co_filename, line)
