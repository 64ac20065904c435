"""The tensor side of balpm: a long-lived process that an orchestrator talks to over ZeroMQ.

Files of one's own (operations, models) import from here: Reply, Context, WorkerError, Cancelled, invalid_argument,
invalid_data. Each is loaded when it is first asked for, so that a worker starts without them.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Cancelled": "base.errors",
    "Context": "context.context",
    "Reply": "context.context",
    "WorkerError": "base.errors",
    "invalid_argument": "base.errors",
    "invalid_data": "base.errors",
}


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_PUBLIC[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
