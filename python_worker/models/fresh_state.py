"""What a network's modules keep from one pass to the next, and how it is forgotten."""

from __future__ import annotations

from typing import Any

import torch

_PLAIN = (bool, int, float, torch.Tensor, type(None))


class FreshState:
    """Buffers and plain values of a network's modules as they were when this was made.

    Rotary positions of the kind `dynamic` grow with the longest text so far, so that a text's states would depend on
    what was run before it.
    """

    def __init__(self, network: torch.nn.Module) -> None:
        """Remembers references alone, no copies: only modules with buffers are looked at."""
        self._modules: list[tuple[torch.nn.Module, dict[str, Any], dict[str, Any]]] = [
            (module, dict(module._buffers), {name: value for name, value in vars(module).items() if isinstance(value, _PLAIN)})
            for module in network.modules()
            if module._buffers
        ]

    def restore(self) -> None:
        """Puts everything back that was put in the place of something else since."""
        for module, buffers, values in self._modules:
            module._buffers.update(buffers)
            vars(module).update(values)
