import numpy as np
import pytest
from made_up_parts import make_tokens

from python_worker.extraction.batching.batch_arrays import branch_units, pad_units
from python_worker.extraction.batching.unit import path_of, units_of_groups, units_of_sequences

PAD = 99


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("width_step", [1, 8])
def test_pad_units_lays_trees_side_by_side_and_says_where_each_sequence_stands(seed, width_step):
    tokens = make_tokens(seed)
    arrays = pad_units(units_of_groups(tokens, 30), PAD, width_step)
    assert arrays.ids.shape[1] % width_step == 0
    assert arrays.ids.shape[1] < arrays.lengths.max() + width_step
    index_t = np.arange(arrays.ids.shape[1])
    for number, row, slot in zip(arrays.sequences, arrays.row_s, arrays.slot_s, strict=True):
        last = arrays.lasts[row, slot]
        seen = (index_t <= last) & (arrays.ends[row] > last)
        assert arrays.ids[row, seen].tolist() == tokens.sequences[number].tolist()
        assert arrays.depths[row, seen].tolist() == list(range(len(tokens.sequences[number])))
        assert (arrays.count_begins[row, slot], arrays.count_ends[row, slot]) == tuple(tokens.counted[number])
    assert sorted(arrays.sequences.tolist()) == list(range(len(tokens.sequences)))


def test_pad_units_lets_padding_see_itself_alone():
    arrays = pad_units(units_of_sequences(make_tokens(1)), PAD, 8)
    for row, length in enumerate(arrays.lengths):
        padding = np.arange(length, arrays.ids.shape[1])
        assert (arrays.ids[row, length:] == PAD).all()
        assert arrays.ends[row, length:].tolist() == (padding + 1).tolist()
        assert (arrays.ends[row, :length] <= length).all()
    assert arrays.tokens == sum(arrays.lengths)


@pytest.mark.parametrize("seed", range(20))
def test_branch_units_shares_a_beginning_of_every_sequence_and_leaves_the_rest_to_branches(seed):
    units = units_of_groups(make_tokens(seed), 10_000)
    trunks, branches = branch_units(units)
    for unit, trunk, many in zip(units, trunks, branches, strict=True):
        paths = [path_of(unit.tree, last).tolist() for last in unit.tree.lasts]
        assert [trunk.tolist() + branch.tolist() for branch in many] == paths
        shared = len(trunk)
        assert all(path[:shared] == trunk.tolist() for path in paths)
