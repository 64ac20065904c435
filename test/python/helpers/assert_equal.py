"""Equality of JSON-like values."""

import pytest


def assert_equal(found, expected, within, path="cases"):
    """Numbers to `within`, everything else exactly; a failure names the path to it."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key, value in expected.items():
            assert_equal(found[key], value, within, f"{path}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), path
        for index, value in enumerate(expected):
            assert_equal(found[index], value, within, f"{path}[{index}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=within), path
    else:
        assert found == expected, path
