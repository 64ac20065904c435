"""What an interpreter is and has."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from typing import Any


def probe(packages: list[str]) -> dict[str, Any]:
    """Versions of the interpreter and of the asked packages (None when absent), without importing them."""
    return {
        "executable": sys.executable,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in packages},
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
