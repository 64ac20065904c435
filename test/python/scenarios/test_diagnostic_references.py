"""The golden diagnostics that the orchestrator is held to are what scipy and numpy give."""

import json

from assert_equal import assert_equal
from diagnostic_references import FILE, cases

GOLDEN = json.loads(FILE.read_text("utf-8"))


def test_golden_diagnostics_are_those_of_the_libraries():
    assert_equal(GOLDEN, cases(), within=1e-9)


def test_golden_cases_have_undefined_values_of_every_kind():
    splits, batches = GOLDEN["splits"], GOLDEN["batches"]
    assert {len(case["errors"]) for case in splits} >= {1, 2, 4, 5}
    assert any(case["expected"]["partial"] is None and case["expected"]["error"] is not None for case in splits)
    assert any(case["expected"]["shift"] is None for case in batches)
    assert any(None in case["expected"]["ratios"] for case in batches)
    assert any(case["expected"]["effectiveShare"] is None for case in batches)
