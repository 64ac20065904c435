import numpy as np
import pytest
from made_up_parts import make_tokens

from python_worker.extraction.batching.token_tree import grow_tree
from python_worker.extraction.batching.unit import (
    PartTokens,
    Unit,
    batches_of,
    halves_of,
    path_of,
    units_of_groups,
    units_of_sequences,
)


def spelled(units):
    """The ids and counted positions of every sequence, by its number; a number twice is an error."""
    found = {}
    for unit in units:
        for number, last, counted in zip(unit.sequences.tolist(), unit.tree.lasts, unit.counted, strict=True):
            assert number not in found
            found[number] = (unit.tree.ids[path_of(unit.tree, last)].tolist(), counted.tolist())
    return found


def expected(tokens):
    pairs = zip(tokens.sequences, tokens.counted, strict=True)
    return {number: (sequence.tolist(), counted.tolist()) for number, (sequence, counted) in enumerate(pairs)}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("budget", [1, 20, 10_000])
def test_units_hold_every_sequence_once_whatever_the_budget(seed, budget):
    tokens = make_tokens(seed)
    assert spelled(units_of_groups(tokens, budget)) == expected(tokens)
    assert spelled(units_of_sequences(tokens)) == expected(tokens)


@pytest.mark.parametrize("seed", range(20))
def test_units_of_groups_are_one_a_group_where_it_fits_and_no_longer_than_budget_or_longest_text(seed):
    tokens = make_tokens(seed)
    assert len(units_of_groups(tokens, 10_000)) == len(tokens.groups)
    longest = max(map(len, tokens.sequences))
    assert max(len(unit) for unit in units_of_groups(tokens, longest)) <= longest
    assert max(len(unit) for unit in units_of_groups(tokens, 1)) <= longest


def test_units_of_groups_cuts_a_tree_longer_than_4096_tokens_though_the_budget_is_larger():
    prompt = np.arange(1000, dtype=np.int32)
    answers = [np.concatenate([prompt, np.full(1000, 5000 + number, np.int32)]) for number in range(8)]
    tokens = PartTokens([prompt, *answers], [np.arange(9)], np.zeros((9, 2), np.int64))
    units = units_of_groups(tokens, 100_000)
    assert [len(unit) for unit in units] == [4000, 3000, 4000]
    assert spelled(units) == expected(tokens)


@pytest.mark.parametrize("seed", range(20))
def test_halves_of_divides_down_to_single_sequences_and_loses_none(seed):
    tokens = make_tokens(seed)
    units = units_of_groups(tokens, 10_000)
    while any(len(halves_of(unit)) > 1 for unit in units):
        units = [half for unit in units for half in halves_of(unit)]
        assert spelled(units) == expected(tokens)
    assert all(len(unit.sequences) == 1 for unit in units)


def test_halves_of_gives_a_single_sequence_back():
    unit = Unit(grow_tree([np.array([1, 2], np.int32)]), np.array([7]), np.array([[0, 2]]))
    assert halves_of(unit) == [unit]


@pytest.mark.parametrize("budget", [1, 24, 60, 10_000])
def test_batches_of_holds_every_unit_once_and_stays_within_the_budget(budget):
    units = units_of_sequences(make_tokens(3, groups=12))
    sizes = np.array([len(unit) for unit in units])
    batches = batches_of(units, sizes, budget)
    assert sorted(int(unit.sequences[0]) for batch in batches for unit in batch) == list(range(len(units)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(map(len, batch)) <= budget
