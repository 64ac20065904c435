"""Named random streams agree with TypeScript and differ where their names do."""

import json
from pathlib import Path

import pytest
import torch

from python_worker.base.seeding import seed_bytes, torch_generator

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "seeds.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: json.dumps(case["parts"]))
def test_seed_bytes_equals_the_golden_value_shared_with_typescript(case):
    assert seed_bytes(case["parts"]).hex() == case["sha256"]


def test_seed_bytes_tells_text_from_integers_and_splits_from_joins():
    assert len({seed_bytes(case["parts"]) for case in GOLDEN}) == len(GOLDEN)


def test_torch_generator_draws_alike_for_equal_names():
    first, second = (torch.rand(5, generator=torch_generator((9, "member", 0, 1))) for _ in range(2))
    assert torch.equal(first, second)


def test_torch_generator_draws_differently_for_other_names():
    first = torch.rand(5, generator=torch_generator((9, "member", 0, 1)))
    second = torch.rand(5, generator=torch_generator((9, "member", 1, 0)))
    assert not torch.equal(first, second)
