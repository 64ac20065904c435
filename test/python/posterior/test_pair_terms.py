"""Losses and slopes of pairs against autograd."""

import itertools

import pytest
import torch
from pair_oracle import columns_of, loss_of

from python_worker.posterior.bradley_terry import BRADLEY_TERRY
from python_worker.posterior.pair_terms import PLAIN, PairTerms

GIVEN = [*itertools.product((False, True), repeat=3)]
DIFFERENCES = torch.randn(3, 24, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 4


def columns(given, count=24):
    return [column if is_given else None for column, is_given in zip(columns_of(count), given, strict=True)]


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_losses_and_slopes_are_those_of_autograd(given, dtype):
    terms = PairTerms(*columns(given)).to("cpu", dtype)
    differences = DIFFERENCES.to(dtype)
    leaf = DIFFERENCES.clone().requires_grad_(True)
    expected = loss_of(leaf, *columns(given))
    expected.sum().backward()
    logits = terms.logits(differences)
    tolerance = {"rtol": 1e-5, "atol": 2e-6} if dtype == torch.float32 else {"rtol": 1e-12, "atol": 1e-8}
    assert logits.dtype == terms.losses(logits).dtype == terms.slopes(logits).dtype == dtype
    assert torch.allclose(terms.losses(logits).double(), expected.detach(), **tolerance)
    assert torch.allclose(terms.slopes(logits).double(), leaf.grad, **tolerance)


@pytest.mark.parametrize("given", GIVEN)
def test_slopes_are_finite_differences_of_the_losses(given):
    terms, step = PairTerms(*columns(given)), 1e-6
    up, down = (terms.losses(terms.logits(DIFFERENCES + sign * step)) for sign in (1, -1))
    assert torch.allclose(terms.slopes(terms.logits(DIFFERENCES)), (up - down) / (2 * step), atol=1e-7)


@pytest.mark.parametrize("given", GIVEN)
def test_bradley_terry_gives_the_mean_loss_and_its_derivatives_by_both_rewards(given):
    rewards = torch.randn(3, 1, 48, generator=torch.Generator().manual_seed(2), dtype=torch.float64).requires_grad_(True)
    losses, slopes = BRADLEY_TERRY(rewards.detach(), PairTerms(*columns(given)).unsqueeze(0))
    first, second = rewards[:, 0].chunk(2, dim=1)
    expected = loss_of(first - second, *columns(given)).mean(dim=1)
    expected.sum().backward()
    assert torch.allclose(losses, expected.detach())
    assert torch.allclose(slopes, rewards.grad)


def test_terms_of_plain_pairs_change_no_bit_of_the_loss():
    ones = torch.ones(24)
    told = PairTerms(ones, ones, ones)
    single = DIFFERENCES.float()
    assert PLAIN.is_plain and not told.is_plain
    assert torch.equal(told.losses(told.logits(single)), PLAIN.losses(single))
    assert torch.equal(told.slopes(told.logits(single)), PLAIN.slopes(single))
    assert PLAIN.logits(single) is single


def test_losses_of_huge_logits_are_finite():
    logits = torch.tensor([800.0, -800.0], dtype=torch.float64)
    assert PairTerms(torch.tensor([0.0, 1.0])).losses(logits).tolist() == [800.0, 800.0]
    assert PairTerms(torch.tensor([1.0, 0.0])).losses(logits).tolist() == [0.0, 0.0]


def test_at_and_unsqueeze_keep_the_columns_together():
    targets, weights, scales = columns_of(24)
    indices = torch.tensor([[3, 0], [3, 7]])
    taken = PairTerms(targets, None, scales).at(indices).unsqueeze(1)
    assert torch.equal(taken.targets_n, targets[indices].unsqueeze(1))
    assert taken.weights_n is None
    assert torch.equal(taken.scales_n, scales[indices].unsqueeze(1))
    assert torch.equal(PairTerms(None, weights).at(indices[0]).weights_n, weights[indices[0]])
