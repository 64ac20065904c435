"""One thin handler per operation, imported when first called.

`run(params, tensors, context) -> Reply`, in the file of the operation's name with underscores:
`params` is the generated Params struct, `tensors` read-only arrays by name, in C order.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from ..context.context import Context, Reply

Handler = Callable[[Any, "Mapping[str, np.ndarray]", "Context"], "Reply"]


def load_handler(module: str) -> Handler:
    """The `run` function of an operation's module."""
    return importlib.import_module(f".{module}", __package__).run
