"""The golden diagnostics that the orchestrator is held to are what scipy and numpy give."""

import json

import pytest
from diagnostic_references import FILE, cases

GOLDEN = json.loads(FILE.read_text("utf-8"))


def _assert_equal(found, expected, path):
    """Numbers to 1e-9, everything else exactly."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key, value in expected.items():
            _assert_equal(found[key], value, f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), path
        for index, value in enumerate(expected):
            _assert_equal(found[index], value, f"{path}[{index}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-9), path
    else:
        assert found == expected, path


def test_golden_diagnostics_are_those_of_the_libraries():
    _assert_equal(GOLDEN, cases(), "cases")


def test_golden_cases_have_undefined_values_of_every_kind():
    splits, batches = GOLDEN["splits"], GOLDEN["batches"]
    assert {len(case["errors"]) for case in splits} >= {1, 2, 4, 5}
    assert any(case["expected"]["partial"] is None and case["expected"]["error"] is not None for case in splits)
    assert any(case["expected"]["shift"] is None for case in batches)
    assert any(None in case["expected"]["ratios"] for case in batches)
    assert any(case["expected"]["effectiveShare"] is None for case in batches)
