"""A Python file of the user's as a module, loaded once a process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

from ..base.regular_file import read_regular
from .run_file import run_file

_loaded: dict[str, ModuleType] = {}


def is_loaded(path: str) -> bool:
    """Whether the file is loaded, whatever has become of it since."""
    return path in _loaded


def load_file(path: str, *, finds_neighbours: bool = False) -> ModuleType:
    """The module in that file, which keeps its state between calls; a file that failed is read again.

    `finds_neighbours` puts its directory first on sys.path, for code that no run is made of: what a run is made of is
    known by the hash of the one file. Raises what the file raises, and OSError when it cannot be read.
    """
    if path in _loaded:
        return _loaded[path]
    source = read_regular(path)
    folder = os.path.dirname(path)
    if finds_neighbours and folder not in sys.path:
        sys.path.insert(0, folder)
    module = _loaded[path] = run_file(Path(path), source)
    return module
