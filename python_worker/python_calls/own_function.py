"""Functions of a file the user names."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

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
    """Registered under its path, a name no other module has; its folder is where it finds its neighbours."""
    if path in sys.modules:
        return sys.modules[path]
    if not os.path.isfile(path) or not path.endswith(".py"):
        raise Refusal("UNSUPPORTED", f"there is no file '{path}', a Python file is needed")
    folder = os.path.dirname(path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(path, path)
    if spec is None or spec.loader is None:
        raise Refusal("UNSUPPORTED", f"'{path}' cannot be loaded, a Python file is needed")
    module = sys.modules[path] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path]
        raise
    return module


def _public_names(module: ModuleType) -> str:
    """Functions the file defines itself."""
    own = [
        f"'{name}'"
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
    return ", ".join(own) or "a function in it"
