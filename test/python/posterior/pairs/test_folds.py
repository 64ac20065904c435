"""Parts of labelled pairs."""

import numpy as np
import pytest
import torch

from python_worker.posterior.pairs.folds import folds_of
from python_worker.posterior.pairs.labelled_pairs import LabelledPairs


def parts_of(count, folds, groups=None, seed=1):
    rows = np.zeros((count, 2), np.int32)
    groups = None if groups is None else np.int32(groups)
    return folds_of(LabelledPairs(rows, groups_n=groups), folds, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("count", "folds"), [(2, 5), (3, 2), (17, 5), (40, 20)])
def test_folds_hold_every_pair_out_once_in_parts_of_equal_size(count, folds):
    parts = parts_of(count, folds)
    assert sorted(np.concatenate(parts).tolist()) == list(range(count))
    sizes = {len(part) for part in parts}
    assert len(parts) == min(folds, count) and max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("groups", [[0, 0, 1, 1, 2, 2, 3, 3, 4], [7, 7, 7, 7, 7, 1, 2, 3, 4], [5, 9, 5, 9, 5, 9, 5, 9, 5]])
def test_folds_keep_groups_whole_and_parts_about_equal(groups):
    parts = parts_of(9, 3, groups)
    assert sorted(np.concatenate(parts).tolist()) == list(range(9))
    held = [{groups[index] for index in part} for part in parts]
    assert sum(map(len, held)) == len(set(groups))
    assert len(parts) == min(3, len(set(groups))) and all(len(part) for part in parts)
    largest = max(groups.count(group) for group in groups)
    assert max(map(len, parts)) - min(map(len, parts)) <= largest


def test_folds_of_one_group_part_its_pairs():
    assert sorted(len(part) for part in parts_of(5, 2, [3] * 5)) == [2, 3]


def test_folds_of_groups_of_one_are_those_without_groups():
    alone, grouped = parts_of(9, 3), parts_of(9, 3, range(9))
    assert all(map(np.array_equal, alone, grouped))


def test_folds_of_a_single_pair_are_none():
    assert parts_of(1, 5) == parts_of(0, 5) == parts_of(1, 5, [3]) == []


def test_folds_depend_on_the_stream():
    drawn = [parts_of(20, 4, seed=seed) for seed in range(3)]
    assert len({str([part.tolist() for part in parts]) for parts in drawn}) == 3
