"""The hash both languages give a value."""

import json
from pathlib import Path

import pytest

from python_worker.base.canonical_json import canonical_json
from python_worker.base.content_hash import hash_of

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "canonical-json.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["text"])
def test_a_value_has_the_text_and_the_hash_of_typescript(case):
    assert canonical_json(case["value"]) == case["text"]
    assert hash_of(case["value"]) == case["sha256"]
