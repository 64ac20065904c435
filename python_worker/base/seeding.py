"""Named random streams: the same rule as src/random/stream.ts, held to it by test/golden/seeds.json."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

import torch

StreamPart = str | int


def seed_bytes(parts: Sequence[StreamPart]) -> bytes:
    """SHA-256 over the tagged, length-prefixed parts: 32 bytes of seed material."""
    digest = hashlib.sha256()
    for part in parts:
        text = (f"i{part}" if isinstance(part, int) else f"s{part}").encode()
        digest.update(struct.pack("<I", len(text)) + text)
    return digest.digest()


def torch_generator(parts: Sequence[StreamPart]) -> torch.Generator:
    """A CPU generator from the first 64 bits of the name's seed; its draws are the same for every device.

    torch's CPU engine keeps the low 32 of the 64 bits.
    """
    generator = torch.Generator()
    generator.manual_seed(int.from_bytes(seed_bytes(parts)[:8], "little"))
    return generator
