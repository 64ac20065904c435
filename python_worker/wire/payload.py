"""What a request asks for, as a hash: two requests with one key must agree in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import msgspec

from ..protocol.messages import FileLocation, Request, TensorSpec


class Payload:
    """Operation, parameters and arrays of a request.

    Of arrays in files only the form counts: they lie elsewhere each time, and reading them takes too long here. Frames
    are hashed when first compared, at once for a request that says `keep`: hashing 64 MiB takes a while.
    """

    def __init__(self, request: Request, frames: Sequence[memoryview]) -> None:
        forms = [_form(spec) for spec in request.tensors]
        asked = (request.op, request.op_version, request.params, forms)
        self._digest = hashlib.sha256(msgspec.json.encode(asked, order="sorted"))
        self._frames = frames
        if request.keep:
            self.sha256  # noqa: B018

    @cached_property
    def sha256(self) -> str:
        """64 hexadecimal digits. Only one thread may be the first to ask."""
        for frame in self._frames:
            self._digest.update(frame)
        return self._digest.hexdigest()


def _form(spec: TensorSpec) -> tuple[str, str, list[int], int | None]:
    frame = None if isinstance(spec.loc, FileLocation) else spec.loc.frame
    return spec.name, spec.dtype, spec.shape, frame
