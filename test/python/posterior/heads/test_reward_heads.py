"""Rewards of a stack of heads, block by block."""

import pytest
import torch

from python_worker.posterior.heads.reward_heads import RewardHeads


@pytest.fixture
def heads():
    generator = torch.Generator().manual_seed(3)
    layers = [
        [(torch.randn(n, m, generator=generator), torch.randn(n, generator=generator)) for m, n in ((6, 5), (5, 1))]
        for _ in range(3)
    ]
    return RewardHeads.stack(layers, "tanh", "cpu")


FEATURES = torch.randn(40, 6, generator=torch.Generator().manual_seed(4))


def test_rewards_of_some_rows_are_those_of_their_copies_to_the_last_bit(heads, monkeypatch):
    monkeypatch.setattr("python_worker.posterior.heads.reward_heads._BLOCK_BYTES", 4 * 15 * 7)
    rows = torch.tensor([3, 39, 0, 7, 8, 9, 10, 22, 5, 1, 30])
    assert torch.equal(heads.rewards(FEATURES, rows), heads.rewards(FEATURES[rows]))


def test_rewards_takes_no_more_than_a_block_of_the_matrix_at_a_time(heads, monkeypatch):
    monkeypatch.setattr("python_worker.posterior.heads.reward_heads._BLOCK_BYTES", 4 * 15 * 8)
    checks = []
    rewards = heads.rewards(FEATURES, torch.arange(20), lambda: checks.append(1))
    assert len(checks) == 3  # 8, 8 and 4 rows
    assert torch.equal(rewards[:, :8], heads.rewards(FEATURES[:8]))


def test_rewards_of_no_rows_are_empty(heads):
    assert heads.rewards(FEATURES[:0]).shape == (3, 0)


def test_finite_members_names_the_head_that_overflowed(heads):
    heads.biases[0][1, 2] = torch.inf
    assert heads.finite_members() == [True, False, True]
