"""The length from which on a model's rotary positions are others for a whole batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def switching_length(config: Any) -> int | None:
    """Tokens that texts of the usual positions have at most; None for a model whose positions know no length.

    config: of transformers, with parts of its own or without. Kinds `longrope` (also called `su`) and `dynamic` look at
    the longest text of a batch.
    """
    lengths = [length for part in _parts_of(config) for length in _lengths_of(part)]
    return min(lengths, default=None)


def _parts_of(config: Any) -> Iterator[Any]:
    yield config
    for name in getattr(config, "sub_configs", None) or ():
        part = getattr(config, name, None)
        if part is not None:
            yield from _parts_of(part)


def _lengths_of(config: Any) -> Iterator[int]:
    given = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    # Some models have other positions in layers of another kind.
    each = [given, *(value for value in given.values() if isinstance(value, Mapping))] if isinstance(given, Mapping) else []
    for rope in each:
        kind = str(rope.get("rope_type", rope.get("type", "")))
        if "dynamic" in kind or kind in ("longrope", "su"):
            candidates = (
                rope.get("original_max_position_embeddings"),
                getattr(config, "original_max_position_embeddings", None),
                getattr(config, "max_position_embeddings", None),
            )
            yield from (int(length) for length in candidates if isinstance(length, int))
