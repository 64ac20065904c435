"""What user code is given beside its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, SupportsFloat

import torch

from ..base.seeding import StreamPart, seed_bytes
from ..context.context import Context


class UserContext:
    """The same object in every call of one model, so that code may keep it; it always speaks for the running request.

    `seed` is 0 ≤ seed < 2**32, fit for any generator; `round` counts from 0; `device` is where tensors lie; `options`
    are the user's own.
    """

    def __init__(
        self, context: Context, stream: tuple[StreamPart, ...], options: Mapping[str, Any], round: int = 0
    ) -> None:
        self.options = deepcopy(dict(options))
        self.seed = self.seed_of(stream)
        self.round = round
        self.device = _numbered(torch.device(context.state.device))
        self._context = context

    @staticmethod
    def seed_of(stream: tuple[StreamPart, ...]) -> int:
        """The first 32 bits of the named stream's seed."""
        return int.from_bytes(seed_bytes(stream)[:4], "little")

    def speak_for(self, context: Context) -> None:
        """Makes `context` the running request."""
        self._context = context

    @property
    def memory_is_short(self) -> bool:
        """Whether memory ran out at the attempt before this one: a smaller batch may fit."""
        return self._context.memory_is_short

    def progress(
        self,
        done: SupportsFloat,
        total: SupportsFloat | None = None,
        metrics: Mapping[str, SupportsFloat] | None = None,
    ) -> None:
        """Says how far the work is (total None: unknown), with numbers by name; cheap, and a sign of life."""
        numbers = {str(name): _number(value) for name, value in (metrics or {}).items()}
        self._context.progress(_number(done), None if total is None else _number(total), numbers)

    def check(self) -> None:
        """Call between batches: a sign of life. Raises when the request was cancelled or its deadline has passed."""
        self._context.check()


def _numbered(device: torch.device) -> torch.device:
    """The device as tensors on it name it: 'cuda' is the current one."""
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return device


def _number(value: SupportsFloat) -> float:
    """A tensor of one number is one too, with or without a graph."""
    return float(value.detach() if isinstance(value, torch.Tensor) else value)
