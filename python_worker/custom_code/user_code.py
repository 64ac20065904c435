"""A class or function in a file of the user's."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.errors import WorkerError, invalid_argument
from ..base.regular_file import read_regular
from ..base.safetensors_file import reason_of
from ..protocol.error_codes import ErrorCode
from .place import beginning
from .run_file import run_file
from .seed_global_generators import seed_global_generators
from .user_failure import failure_at, user_failure

log = logging.getLogger(__name__)

# A model that calls sys.exit(), or an extension that panics, must not end the worker.
_CAUGHT = BaseException


@dataclass(frozen=True)
class UserCode:
    """The name in the file at `path`, whose bytes have that SHA-256; `seed` goes to the global generators at each call."""

    path: Path
    name: str
    sha256: str
    seed: int

    @property
    def label(self) -> str:
        """As people name it: 'model.py:Two'."""
        return f"{self.path.name}:{self.name}"

    def load(self) -> Any:
        """Runs the file and gives what has the name.

        Raises INVALID_ARGUMENT for a missing file or name, USER_CODE for a file that fails or has changed.
        """
        module = self.call("load", run_file, self.path, self._read())
        if not callable(getattr(module, self.name, None)):
            named = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
            known = f"one of {', '.join(named)}" if named else "a class or function of that name"
            raise invalid_argument(f"Cannot load '{self.label}': '{self.path}' has no such name, {known} is needed")
        return getattr(module, self.name)

    def call(self, act: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """What the function gives. Raises what `user_failure` makes of its errors: "Cannot <act> 'model.py:Two': …"."""
        seed_global_generators(self.seed)
        try:
            return function(*arguments)
        except _CAUGHT as error:
            failure = user_failure(error, f"{act} '{self.label}'", self.path, function)
            log.error("%s", failure.message, exc_info=error)
            raise failure from error

    def wrong(self, act: str, function: Callable[..., Any], found: str, needed: str) -> WorkerError:
        """USER_CODE for what a function of the file gave."""
        return failure_at(f"{act} '{self.label}'", beginning(function, self.path), found, needed)

    def is_unchanged(self) -> bool:
        """Whether the file still is what the orchestrator saw."""
        try:
            return hashlib.sha256(read_regular(self.path)).hexdigest() == self.sha256
        except OSError:
            return False

    def _read(self) -> bytes:
        try:
            source = read_regular(self.path)
        except OSError as error:
            needed = "a Python file is needed"
            raise invalid_argument(f"Cannot load '{self.label}': '{self.path}': {reason_of(error)}, {needed}") from error
        if hashlib.sha256(source).hexdigest() != self.sha256:
            found = f"'{self.path}' has changed since this session of the run began"
            raise WorkerError(
                ErrorCode.USER_CODE, f"Cannot load '{self.label}': {found}, a resume, which takes the new file, is needed"
            )
        return source
