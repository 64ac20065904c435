import pytest

from python_worker.extraction.batching.token_budget import largest_that


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0, 1), (1, 1), (5, 4), (63, 32), (64, 64), (100, 64), (128, 128), (1023, 512), (1024, 1024), (10**9, 1024)],
)
def test_largest_that_gives_the_largest_power_step_that_fits(limit, expected):
    asked = []

    def fits(budget):
        asked.append(budget)
        return budget <= limit

    assert largest_that(fits, 64, 1024) == expected
    assert len(asked) == len(set(asked)), "nothing is tried twice"
    assert max(asked) <= 1024


def test_largest_that_stays_at_the_first_where_twice_as_much_is_too_much():
    assert largest_that(lambda budget: True, 64, 100) == 64
