"""Functions of a file the user names."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ..custom_code.load_file import is_loaded, load_file
from .failure import Refusal


def own_function(path: str, name: str) -> Callable[..., Any]:
    """The public function of that name in the file; the file is loaded once and keeps its state between calls.

    Raises Refusal for a missing file or function, and what the file itself raises when it is loaded.
    """
    module = _load(os.path.realpath(path))
    function = None if name.startswith("_") else getattr(module, name, None)
    if not callable(function):
        raise Refusal("UNSUPPORTED", f"'{path}' has no function '{name}', {_public_names(module)} is needed")
    return function


def _load(path: str) -> ModuleType:
    if not is_loaded(path) and not (os.path.isfile(path) and path.endswith(".py")):
        raise Refusal("UNSUPPORTED", f"there is no file '{path}', a Python file is needed")
    return load_file(path, finds_neighbours=True)


def _public_names(module: ModuleType) -> str:
    """Functions the file defines itself."""
    own = [
        f"'{name}'"
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    return ", ".join(own) or "a function in it"
