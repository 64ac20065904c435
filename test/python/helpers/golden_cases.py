"""Where the golden cases lie: BALPM_GOLDEN, else golden/ of BALPM_SHARED, else of ../shared."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).parents[3]


def golden_cases(kind: str, pattern: str = "*", environment: Mapping[str, str] = os.environ) -> list:
    """Parameters, one a case directory of that kind, marked golden; one skipped parameter where there are none.

    Raises ValueError when BALPM_GOLDEN is set and holds none: who names a place wants its cases run.
    """
    root = golden_root(environment)
    cases = sorted(path.parent for path in (root / kind).glob(f"{pattern}/case.json"))
    if not cases and "BALPM_GOLDEN" in environment:
        found = f"'{root / kind}' holds none"
        raise ValueError(f"Cannot collect golden {kind} cases: {found}, BALPM_GOLDEN with cases is needed")
    missing = pytest.mark.skip(reason=f"there are no golden {kind} cases in {root / kind}; set BALPM_GOLDEN")
    named = [pytest.param(case, id=case.name, marks=pytest.mark.golden) for case in cases]
    return named or [pytest.param(None, id="none", marks=[pytest.mark.golden, missing])]


def golden_root(environment: Mapping[str, str]) -> Path:
    """The directory of all golden cases."""
    shared = Path(environment.get("BALPM_SHARED", _REPOSITORY.parent / "shared"))
    return Path(environment.get("BALPM_GOLDEN", shared / "golden"))
