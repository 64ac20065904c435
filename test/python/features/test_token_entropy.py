import math

import pytest
import torch

from python_worker.features.token_entropy import CHUNK_ELEMENTS, entropy_statistics, next_token_entropies


def entropies_of(logits_nv):
    return next_token_entropies(logits_nv, lambda states_nd: states_nd, logits_nv.shape[1])


@pytest.mark.parametrize("scale", [0.0, 1e-3, 1.0, 20.0, 300.0])
def test_next_token_entropies_are_shannons_in_bits(scale):
    logits_nv = torch.randn(50, 700, generator=torch.Generator().manual_seed(1)) * scale
    expected_n = torch.distributions.Categorical(logits=logits_nv.double()).entropy() / math.log(2)
    assert torch.allclose(entropies_of(logits_nv), expected_n, atol=2e-7, rtol=0)


def test_next_token_entropies_are_known_for_even_and_certain_distributions():
    certain_v = torch.full((8,), -math.inf).index_fill(0, torch.tensor(3), 0.0)
    logits_nv = torch.stack([torch.full((8,), 4e4), certain_v, torch.tensor([0.0, 0.0] + [-math.inf] * 6)])
    assert entropies_of(logits_nv).tolist() == [3.0, 0.0, 1.0]


def test_next_token_entropies_of_half_floats_lose_only_the_rounding_of_the_logits():
    logits_nv = torch.randn(20, 500, generator=torch.Generator().manual_seed(2)).bfloat16()
    assert torch.allclose(entropies_of(logits_nv), entropies_of(logits_nv.double().float()), atol=1e-9, rtol=0)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_next_token_entropies_are_nan_where_a_logit_is_no_number(wrong):
    logits_nv = torch.zeros(3, 5)
    logits_nv[1, 2] = wrong
    assert torch.isnan(entropies_of(logits_nv)).tolist() == [False, True, False]


def test_next_token_entropies_never_have_logits_of_more_than_a_chunk():
    vocabulary = CHUNK_ELEMENTS // 3
    sizes = []

    def logits_of(states_nd):
        sizes.append(len(states_nd))
        return states_nd.new_zeros(1, 4).expand(len(states_nd), 4)

    assert next_token_entropies(torch.zeros(11, 2), logits_of, vocabulary).tolist() == [2.0] * 11
    assert sizes == [3, 3, 3, 2]


def test_next_token_entropies_take_one_position_at_a_time_for_a_vocabulary_beyond_a_chunk():
    entropies_n = next_token_entropies(torch.zeros(2, 2), lambda states_nd: states_nd, CHUNK_ELEMENTS * 2)
    assert entropies_n.tolist() == [1.0, 1.0]


def test_entropy_statistics_count_only_the_positions_of_the_mask():
    # log2 of the number of even tokens: 3, 1, 0 bits; then 2, 2, 0.
    even = [[8, 2, 1], [4, 4, 1]]
    logits_btv = torch.full((2, 3, 8), -math.inf)
    for text, counts in enumerate(even):
        for position, count in enumerate(counts):
            logits_btv[text, position, :count] = 0
    counted_bt = torch.tensor([[True, True, False], [False, True, True]])
    statistics_b4 = entropy_statistics(logits_btv, counted_bt.unsqueeze(1), lambda states_nd: states_nd, 8)[:, 0]
    assert statistics_b4.dtype == torch.float64
    assert statistics_b4.tolist() == [[4.0, 3.0, 1.0, 2.0], [2.0, 2.0, 0.0, 2.0]]
