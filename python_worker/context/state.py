"""What a worker keeps between requests."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..tensors.tensor_places import TensorPlaces


class ByteBoundedCache(MutableMapping[str, Any]):
    """A dict that forgets the values used longest ago once their `nbytes` add up to more than `capacity`.

    A value counts with its attribute `nbytes` at the time it is put in (0 without one). The newest value always stays.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.nbytes = 0
        self._values: OrderedDict[str, tuple[Any, int]] = OrderedDict()

    def __getitem__(self, key: str) -> Any:
        value, _size = self._values[key]
        self._values.move_to_end(key)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self.pop(key, None)
        size = int(getattr(value, "nbytes", 0))
        self._values[key] = (value, size)
        self.nbytes += size
        while len(self._values) > 1 and self.nbytes > self.capacity:
            del self[next(iter(self._values))]

    def make_room(self, nbytes: int) -> None:
        """Forgets the values used longest ago until a value of that size fits, or nothing is left."""
        while self._values and self.nbytes + nbytes > self.capacity:
            del self[next(iter(self._values))]

    def __delitem__(self, key: str) -> None:
        _value, size = self._values.pop(key)
        self.nbytes -= size

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)


class WorkerState:
    """Device, thread count, and the caches handlers share.

    `wanted_device` is as asked for ("auto", "cuda", …), `device` what it turned out to be. `stores` maps a store id to
    whatever `store.open` keeps; `posteriors` maps a handle to a fitted posterior. In `run_dir` posteriors are kept on
    disk too, so that they survive this process; None: nowhere.
    `places` are the directories large arrays are exchanged through.
    Both drop their oldest values by `nbytes`, so a handler must be able to reopen or refuse a missing one by name.
    """

    def __init__(
        self, device: str = "cpu", threads: int = 1, store_bytes: int = 32 << 30, posterior_bytes: int = 4 << 30
    ) -> None:
        self.wanted_device = device
        self.threads = threads
        self.places = TensorPlaces()
        self.stores: ByteBoundedCache = ByteBoundedCache(store_bytes)
        self.posteriors: ByteBoundedCache = ByteBoundedCache(posterior_bytes)
        self.run_dir: Path | None = None

    @cached_property
    def device(self) -> str:
        """The device torch computes on, resolved at the first use. Raises INVALID_ARGUMENT."""
        return self.resolve_device(self.wanted_device)

    def resolve_device(self, wanted: str) -> str:
        """The device of that name, after setting torch's threads; loads torch. Raises INVALID_ARGUMENT."""
        import torch

        from .compute_device import compute_device

        torch.set_num_threads(self.threads)
        return str(compute_device(wanted))
