"""Which arrays go into files, as in TypeScript."""

import json
from pathlib import Path

import pytest

from python_worker.tensors.plan_tensors import plan_tensors

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "tensor-plans.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["what"])
def test_the_same_arrays_go_into_files_as_in_typescript(case):
    assert sorted(plan_tensors(case["sizes"])) == case["inFiles"]
