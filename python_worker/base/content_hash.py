"""One hash for one value, the same as src/base/text/canonical-json.ts gives."""

from __future__ import annotations

import hashlib
from typing import Any

from .canonical_json import canonical_json


def hash_of(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of text, integers, booleans, null, lists and objects."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
