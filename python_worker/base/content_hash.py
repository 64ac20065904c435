"""One hash for one value, the one of src/base/text/canonical-json.ts (test/golden/canonical-json.json)."""

from __future__ import annotations

import hashlib
from typing import Any

from .canonical_json import canonical_json


def hash_of(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of text, integers, booleans, null, lists and objects."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
