"""safetensors files: checked before they are read, whole or absent when they are written."""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from pathlib import Path

import msgspec
import numpy as np
from safetensors.numpy import save

from .decode_json import decode_json
from .errors import WorkerError, invalid_data
from .left_over import remove_left_over_once, temporary_name
from .regular_file import open_regular
from .unwritable import unwritable

_ITEM_BYTES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
_MAX_HEADER_BYTES = 100 << 20
_SLICE_BYTES = 8 << 20


@dataclass(frozen=True)
class TensorLayout:
    """Element type as safetensors names it ("F32", "I32", …) and shape."""

    dtype: str
    shape: tuple[int, ...]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def read_layout(path: Path) -> dict[str, TensorLayout]:
    """Names, types and shapes of the tensors. Raises INVALID_DATA for a truncated file or one of another kind."""
    entries, _begin = _read_entries(path)
    return {name: TensorLayout(entry.dtype, tuple(entry.shape)) for name, entry in entries.items()}


def read_places(path: Path) -> dict[str, int]:
    """The byte of the file at which each tensor begins. Raises INVALID_DATA as read_layout does."""
    entries, begin = _read_entries(path)
    return {name: begin + entry.data_offsets[0] for name, entry in entries.items()}


def hash_file(path: Path, on_slice: Callable[[int], None] = lambda count: None) -> str:
    """Hexadecimal SHA-256 of a file's bytes, read in slices; `on_slice` is told the bytes of each."""
    digest = hashlib.sha256()
    buffer = bytearray(_SLICE_BYTES)
    with open_regular(path) as file:
        while count := file.readinto(buffer):
            digest.update(memoryview(buffer)[:count])
            on_slice(count)
    return digest.hexdigest()


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> str:
    """Writes the arrays so that a reader sees a whole file or none. Gives the SHA-256 of its bytes."""
    content = save({name: np.ascontiguousarray(array) for name, array in tensors.items()})
    publish_file(path, content)
    return hashlib.sha256(content).hexdigest()


def publish_file(path: Path, content: bytes) -> None:
    """Writes a file durably so that a reader sees all of it or none. Raises UNWRITABLE where it cannot."""
    remove_left_over_once(path.parent.absolute())
    temporary = path.with_name(temporary_name(path.name, "tmp"))
    try:
        _write_durably(temporary, content)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise unwritable(str(path), error) from error


def foreign_features(path: Path, found: str, needed: str) -> WorkerError:
    """The error of a tensor file that is not what it should be."""
    return invalid_data(f"Cannot read features '{path}': {found}, {needed} needed", file=str(path))


def reason_of(error: OSError) -> str:
    """The system's words for a failed read or write."""
    return "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error))


def _read_entries(path: Path) -> tuple[dict[str, _Entry], int]:
    """The checked header, and the byte at which tensors begin."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            header = file.read(8)
            length = struct.unpack("<Q", header)[0] if len(header) == 8 else _MAX_HEADER_BYTES + 1
            if length > min(_MAX_HEADER_BYTES, size - 8):
                raise foreign_features(path, f"its {size} bytes hold no whole header", "a safetensors file is")
            entries = _parse_header(path, file.read(length))
    except OSError as error:
        raise foreign_features(path, reason_of(error), "a readable file is") from error
    _check_offsets(path, entries, size - 8 - length)
    return entries, 8 + length


def _parse_header(path: Path, header: bytes) -> dict[str, _Entry]:
    try:
        fields = decode_json(header, dict[str, msgspec.Raw])
        fields.pop("__metadata__", None)
        return {name: decode_json(raw, _Entry) for name, raw in fields.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise foreign_features(path, "its header is not that of a safetensors file", "a safetensors file is") from error


def _check_offsets(path: Path, entries: Mapping[str, _Entry], data_bytes: int) -> None:
    """Every tensor's bytes follow those of the one before, from the header to the end of the file."""
    position = 0
    for name, entry in sorted(entries.items(), key=lambda item: item[1].data_offsets):
        begin, end = entry.data_offsets
        if entry.dtype not in _ITEM_BYTES or any(extent < 0 for extent in entry.shape):
            found = f"tensor '{name}' has type '{entry.dtype}' and shape {entry.shape}"
            raise foreign_features(path, found, "a known type is")
        if begin != position or end - begin != prod(entry.shape) * _ITEM_BYTES[entry.dtype]:
            raise foreign_features(path, f"the bytes of tensor '{name}' do not fit its shape", "a whole file is")
        position = end
    if position != data_bytes:
        raise foreign_features(path, f"it holds {data_bytes} bytes of tensors", f"the {position} its header names are")


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
