import numpy as np
import pytest

from python_worker.extraction.batching.token_tree import grow_tree
from python_worker.extraction.batching.unit import path_of


def random_sequences(seed):
    """Sequences over two or three ids, so that many begin alike, repeat or begin another."""
    rng = np.random.default_rng(seed)
    sequences = [rng.integers(0, 2 + seed % 2, rng.integers(1, 9)).astype(np.int32) for _ in range(rng.integers(1, 12))]
    for _ in range(seed % 4):
        whole = sequences[rng.integers(len(sequences))]
        sequences += [whole.copy(), whole[: rng.integers(1, len(whole) + 1)], np.append(whole, np.int32(1))]
    return sequences


def prefixes_of(sequences):
    """Every beginning of every sequence, once: the nodes of the tree by brute force."""
    return {tuple(sequence[: size + 1].tolist()) for sequence in sequences for size in range(len(sequence))}


def path_to(tree, node):
    """Tokens that a token sees, by the definition of `ends`."""
    return [index for index in range(node + 1) if node < tree.ends[index]]


@pytest.mark.parametrize("seed", range(60))
def test_grow_tree_stores_every_beginning_once_and_spells_every_sequence(seed):
    sequences = random_sequences(seed)
    tree = grow_tree(sequences)
    spelled = [tuple(tree.ids[path_to(tree, node)].tolist()) for node in range(len(tree))]
    assert len(spelled) == len(set(spelled)) == len(tree.ids)
    assert set(spelled) == prefixes_of(sequences)
    for sequence, last in zip(sequences, tree.lasts, strict=True):
        assert spelled[last] == tuple(sequence.tolist())
        assert path_of(tree, last).tolist() == path_to(tree, last)
        assert tree.depths[path_of(tree, last)].tolist() == list(range(len(sequence)))


@pytest.mark.parametrize("seed", range(60))
def test_grow_tree_lets_a_token_see_its_ancestors_and_nobody_else(seed):
    tree = grow_tree(random_sequences(seed))
    spelled = [tuple(tree.ids[path_to(tree, node)].tolist()) for node in range(len(tree))]
    for node in range(len(tree)):
        ancestors = {index for index in range(len(tree)) if spelled[node][: len(spelled[index])] == spelled[index]}
        seen = {index for index in range(len(tree)) if index <= node < tree.ends[index]}
        assert seen == ancestors


def test_grow_tree_keeps_the_order_of_lasts_and_has_its_types():
    tree = grow_tree([np.array(ids, np.int32) for ids in ([5, 7], [5], [5, 6, 1], [5, 7])])
    assert tree.ids.tolist() == [5, 6, 1, 7]
    assert tree.lasts.tolist() == [3, 0, 2, 3]
    assert tree.ends.tolist() == [4, 3, 3, 4]
    assert tree.depths.tolist() == [0, 1, 2, 1]
    assert (tree.ids.dtype, tree.depths.dtype, tree.ends.dtype, tree.lasts.dtype) == (np.int32, np.int32, np.int32, np.int64)
