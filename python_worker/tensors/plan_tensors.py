"""Which arrays of a message travel as files: the rule of src/worker/tensors/plan-tensors.ts."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol.constants import INLINE_BYTES

_LEAST_FILE_BYTES = 1 << 20


def plan_tensors(sizes: Sequence[int]) -> set[int]:
    """Indices of the arrays that go into files, given their sizes in bytes: the largest, until the rest fits in frames.

    FRAME_COUNT sizes always fit, because arrays below 1 MiB do.
    """
    in_files: set[int] = set()
    inline = sum(sizes)
    for index in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        if inline <= INLINE_BYTES or sizes[index] < _LEAST_FILE_BYTES:
            break
        in_files.add(index)
        inline -= sizes[index]
    return in_files
