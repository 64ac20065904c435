"""Parts of an import: converted rows on disk, each published by rename and never written twice."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np

from ..base.decode_json import decode_json
from ..base.regular_file import read_regular
from ..base.replace_file import replace_file
from .rounding import RoundingError

_BITS = {"float32": np.dtype("<f4"), "float16": np.dtype("<f2"), "bfloat16": np.dtype("<i2")}


class PartIndex(msgspec.Struct, frozen=True, rename="camel"):
    """What a part holds, beside its features: ids, and SHA-256 of every row's float64 columns (chosen, rejected).

    `first_row` and `cursor` say where it stands in its source file and where the next one begins.
    """

    first_row: int
    cursor: int
    fraction: float
    ids: list[str]
    digests: list[list[str]]
    rounding: RoundingError


class Part:
    """One part in a folder: `NAME.features` (rows × columns in the store's type) and then `NAME.json`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._features = folder / f"{name}.features"
        self._index = folder / f"{name}.json"

    def read_index(self) -> PartIndex | None:
        """Its index; None where the part is not finished. The index appears last."""
        if not self._index.exists():
            return None
        return decode_json(read_regular(self._index), PartIndex)

    def write(self, index: PartIndex, features_nc: np.ndarray) -> None:
        """Writes and publishes the part; bfloat16 comes as its bits, int16. Raises OSError."""
        _publish(self._features, memoryview(np.ascontiguousarray(features_nc)).cast("B"))
        _publish(self._index, msgspec.json.encode(index))

    def read_features(self, dtype: str, columns: int) -> np.ndarray:
        """The features, (rows, columns) in `dtype`; bfloat16 as its bits, int16."""
        return np.fromfile(self._features, _BITS[dtype]).reshape(-1, columns)


def _publish(path: Path, content: bytes | memoryview) -> None:
    with replace_file(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
