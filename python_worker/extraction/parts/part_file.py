"""Parts of an extraction on disk: tensors, then the digest that says they are whole. Both appear by rename."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import torch
from safetensors.torch import save

from ...base.decode_json import decode_json
from ...base.regular_file import read_regular
from ...base.safetensors_file import hash_file, publish_file


class PartDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", omit_defaults=True):
    """`part-NNNNN.json`: the plan it belongs to, the SHA-256 of its tensors, and what was done for it.

    doubled: texts with a special token twice, by token.
    """

    plan: str
    part: int
    sha256: str
    bytes: int
    texts: int
    tokens: int
    positions: int
    doubled: dict[str, int] = {}


def doubled_in(digests: Iterable[PartDigest]) -> dict[str, int]:
    """Texts of several parts with a special token twice, by token."""
    return dict(sorted(sum((Counter(digest.doubled) for digest in digests), Counter()).items()))


class ShardManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """`shard.json`: a shard of which every part is there."""

    kind: Literal["balpm-shard"]
    plan: str
    shard: int
    shards: int
    first_part: int
    parts: int
    texts: int
    device: str


def part_path(folder: Path, part: int) -> Path:
    """Where a part's tensors lie; its digest lies beside them."""
    return folder / f"part-{part:05d}.safetensors"


def write_part(folder: Path, part: PartDigest, tensors: Mapping[str, torch.Tensor]) -> PartDigest:
    """Publishes a part; its digest, in which hash and size are filled in. Raises UNWRITABLE."""
    content = save(dict(tensors))
    path = part_path(folder, part.part)
    digest = msgspec.structs.replace(part, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    publish_file(path, content)
    publish_file(path.with_suffix(".json"), msgspec.json.encode(digest) + b"\n")
    return digest


def read_digest(folder: Path, part: int) -> PartDigest | None:
    """A part's digest; None where it is not there or is none."""
    try:
        return decode_json(read_regular(part_path(folder, part).with_suffix(".json")), PartDigest)
    except (OSError, msgspec.MsgspecError):
        return None


def whole_part(folder: Path, part: int, plan: str) -> PartDigest | None:
    """The digest of a part of this plan whose tensors have its hash; None for any other."""
    digest, path = read_digest(folder, part), part_path(folder, part)
    if digest is None or digest.plan != plan or digest.part != part or not path.is_file():
        return None
    is_whole = path.stat().st_size == digest.bytes and hash_file(path) == digest.sha256
    return digest if is_whole else None
