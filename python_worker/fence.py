"""The one function TypeScript calls through pythonia: JSON text in, JSON text out (NaN is refused)."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

os.dup2(2, 1)  # what libraries print must not reach the results on stdout


def invoke(name: str, payload: str) -> str:
    """Calls the function of that name with a JSON object and returns its JSON object.

    Raises KeyError for an unknown name and ValueError when the result holds a number JSON has not.
    """
    return json.dumps(_FUNCTIONS[name](json.loads(payload)), allow_nan=False)


def _probe(request: dict[str, Any]) -> dict[str, Any]:
    """Versions of the interpreter and of the asked packages (null when absent), without importing them."""
    return {
        "executable": sys.executable,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in request["packages"]},
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


_FUNCTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"probe": _probe}
