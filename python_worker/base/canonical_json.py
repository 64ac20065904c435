"""JSON with one text per value, the same as src/base/text/canonical-json.ts writes."""

from __future__ import annotations

import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Keys in UTF-16 code-unit order, no spaces. For text, integers, booleans, null, lists and objects."""
    return json.dumps(_sorted_keys(value), separators=(",", ":"), ensure_ascii=False)


def _sorted_keys(value: Any) -> Any:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
        return {key: _sorted_keys(inner) for key, inner in ordered}
    if isinstance(value, list):
        return [_sorted_keys(inner) for inner in value]
    return value
