"""Prints the bytes of every chunk of a xorb: `unpack-xorb.py XORB > BYTES`."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

_HEADER = 8
_LZ4 = pa.Codec("lz4")


def unpack(xorb: bytes) -> bytes:
    """A chunk: version, 3 bytes of packed size, kind of packing, 3 bytes of size, then its packed bytes."""
    content, place = b"", 0
    while place + _HEADER <= len(xorb) and xorb[place] == 0:
        packed, size = (int.from_bytes(xorb[place + at : place + at + 3], "little") for at in (1, 5))
        kind = xorb[place + 4]
        place += _HEADER
        content += _UNPACK[kind](xorb[place : place + packed], size)
        place += packed
    return content


def _ungroup(packed: bytes, size: int) -> bytes:
    """Bytes 0, 4, 8, … lie first, then 1, 5, 9, …"""
    grouped = np.frombuffer(_LZ4.decompress(packed, size), np.uint8)
    content = np.empty(size, np.uint8)
    begin = 0
    for offset in range(4):
        count = len(content[offset::4])
        content[offset::4] = grouped[begin : begin + count]
        begin += count
    return content.tobytes()


_UNPACK = {
    0: lambda packed, size: packed,
    1: lambda packed, size: bytes(_LZ4.decompress(packed, size)),
    2: _ungroup,
}

sys.stdout.buffer.write(unpack(Path(sys.argv[1]).read_bytes()))
