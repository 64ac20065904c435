"""The operations one worker knows: the generated ones, and those its orchestrator brings along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import msgspec

from ..custom_code.own_operation import load_own_handler
from ..operations import Handler, load_handler
from ..protocol import operations as built_in
from ..protocol.messages import OwnOperation
from ..wire.schema_types import type_of


@dataclass(frozen=True)
class KnownOperation:
    """Version, types of params and data, silence (ms) of a hung job, whether answers depend on requests alone.

    `load` gives the handler, importing it at the first call.
    """

    version: int
    params: Any
    data: Any
    stall_ms: int
    pure: bool
    load: Callable[[], Handler]


class KnownOperations:
    """Operations by name; `table` takes the place of the generated ones."""

    def __init__(self, table: Mapping[str, KnownOperation] | None = None) -> None:
        self._built_in = dict(_generated() if table is None else table)
        self._by_name = self._built_in

    def get(self, name: str) -> KnownOperation | None:
        """The operation of that name, None for an unknown one."""
        return self._by_name.get(name)

    def __getitem__(self, name: str) -> KnownOperation:
        return self._by_name[name]

    def bring(self, operations: Sequence[OwnOperation]) -> None:
        """Takes the orchestrator's own operations in the place of earlier ones; their files are read when first called.

        Raises ValueError naming one whose name is taken or whose schemas cannot be Python types; nothing changes then.
        """
        by_name = dict(self._built_in)
        for own in operations:
            if own.name in by_name:
                found = "another operation has that name"
                raise ValueError(f"Cannot use operation '{own.name}': {found}, one of its own is needed")
            by_name[own.name] = _own(own)
        self._by_name = by_name


def _generated() -> dict[str, KnownOperation]:
    return {name: _built_in(operation) for name, operation in built_in.OPERATIONS.items()}


def _built_in(operation: built_in.Operation) -> KnownOperation:
    load = partial(load_handler, operation.module)
    return KnownOperation(
        operation.version, operation.params, operation.data, operation.stall_ms, operation.pure, load
    )


def _own(own: OwnOperation) -> KnownOperation:
    try:
        params, data = type_of(own.params, f"{own.name} params"), type_of(own.data, f"{own.name} data")
    except ValueError as error:
        raise ValueError(f"Cannot use operation '{own.name}': {error}, another schema is needed") from error
    load = cache(partial(load_own_handler, own.name, own.file, data))
    return KnownOperation(own.version, params, data, own.stall_ms, own.pure, load)
