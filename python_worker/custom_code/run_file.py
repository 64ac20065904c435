"""Runs a Python file as a module of its own."""

from __future__ import annotations

import hashlib
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType


def run_file(path: Path, source: bytes) -> ModuleType:
    """The module that `source`, the bytes of the file, makes; new at every call. Raises whatever the file raises.

    No byte code is read or written: nothing is left beside the file.
    """
    name = f"balpm_user_{hashlib.sha256(str(path).encode() + source).hexdigest()[:16]}"
    spec = spec_from_file_location(name, path, loader=_SourceLoader(name, str(path), source))
    assert spec is not None and spec.loader is not None, "a loader was given"
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and typing look their module up by name
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _SourceLoader(SourceFileLoader):
    """Compiles the given bytes: those whose hash is known, not what a cache or a later edit of the file holds."""

    def __init__(self, name: str, path: str, source: bytes) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._source, self.path)
