"""Losses and slopes of pairs against autograd."""

import itertools

import pytest
import torch
from pair_oracle import columns_of, davidson, lapse, logistic, loss_of

from python_worker.base.errors import WorkerError
from python_worker.posterior.links.bradley_terry_link import bradley_terry_link
from python_worker.posterior.links.davidson import Davidson
from python_worker.posterior.links.lapse import Lapse
from python_worker.posterior.links.logistic import LOGISTIC
from python_worker.posterior.pairs.pair_terms import PLAIN, PairTerms
from python_worker.posterior.training.bradley_terry import BRADLEY_TERRY

LINKS = {
    "logistic": (LOGISTIC, logistic), "few ties": (Davidson(0.05), davidson(0.05)), "many ties": (Davidson(3.0), davidson(3.0)),
    "few lapses": (Lapse(0.02), lapse(0.02)), "many lapses": (Lapse(0.6), lapse(0.6)),
}  # fmt: skip
each_link = pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
GIVEN = [*itertools.product((False, True), repeat=3)]
DIFFERENCES = torch.randn(3, 24, generator=torch.Generator().manual_seed(1), dtype=torch.float64) * 4


def columns(given, count=24):
    return [column if is_given else None for column, is_given in zip(columns_of(count), given, strict=True)]


@each_link
@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_losses_and_slopes_are_those_of_autograd(link, given, dtype):
    terms = PairTerms(*columns(given), link=link[0]).to("cpu", dtype)
    differences = DIFFERENCES.to(dtype)
    leaf = DIFFERENCES.clone().requires_grad_(True)
    expected = loss_of(leaf, *columns(given), link[1])
    expected.sum().backward()
    logits = terms.logits(differences)
    tolerance = {"rtol": 1e-5, "atol": 2e-6} if dtype == torch.float32 else {"rtol": 1e-12, "atol": 1e-8}
    assert logits.dtype == terms.losses(logits).dtype == terms.slopes(logits).dtype == dtype
    assert torch.allclose(terms.losses(logits).double(), expected.detach(), **tolerance)
    assert torch.allclose(terms.slopes(logits).double(), leaf.grad, **tolerance)


@each_link
@pytest.mark.parametrize("given", GIVEN)
def test_slopes_are_finite_differences_of_the_losses(link, given):
    terms, step = PairTerms(*columns(given), link=link[0]), 1e-6
    up, down = (terms.losses(terms.logits(DIFFERENCES + sign * step)) for sign in (1, -1))
    assert torch.allclose(terms.slopes(terms.logits(DIFFERENCES)), (up - down) / (2 * step), atol=1e-7)


@each_link
def test_curvatures_are_finite_differences_of_the_slopes(link):
    targets, weights, _ = columns_of(24)
    terms, step = PairTerms(targets, weights, link=link[0]), 1e-6
    if isinstance(link[0], Lapse):
        with pytest.raises(WorkerError, match=r"the loss of posterior\.noise\.type lapse is not convex"):
            terms.curvatures(DIFFERENCES)
        return
    up, down = (terms.slopes(DIFFERENCES + sign * step) for sign in (1, -1))
    assert torch.allclose(terms.curvatures(DIFFERENCES), (up - down) / (2 * step), atol=1e-7)
    assert (terms.curvatures(DIFFERENCES) > 0).all()


@each_link
def test_told_is_the_logit_of_the_probability_that_the_first_wins_a_decided_pair(link):
    logits = DIFFERENCES
    by_label = [torch.exp(-link[1](logits, torch.full_like(logits, target))) for target in (1.0, 0.0)]
    assert torch.allclose(PairTerms(link=link[0]).told(logits), (by_label[0] / by_label[1]).log(), atol=1e-9)
    assert torch.equal(PairTerms(link=link[0]).told(-logits), -PairTerms(link=link[0]).told(logits))


def test_davidson_reduces_to_bradley_and_terry_as_ties_vanish():
    targets = torch.where(columns_of(24)[0] == 0.5, 0.4, columns_of(24)[0])
    plain, nearly = PairTerms(targets), PairTerms(targets, link=Davidson(1e-14))
    for method in ("losses", "slopes", "curvatures"):
        assert torch.allclose(getattr(plain, method)(DIFFERENCES), getattr(nearly, method)(DIFFERENCES), atol=1e-12)
    assert bradley_terry_link(0.0) is LOGISTIC
    assert bradley_terry_link(0.3) == Davidson(0.3)


def test_davidson_ties_equal_pairs_with_probability_nu_over_2_plus_nu():
    losses = PairTerms(torch.tensor([0.5, 1.0, 0.0]), link=Davidson(0.5)).losses(torch.zeros(3, dtype=torch.float64))
    assert (-losses).exp().tolist() == pytest.approx([0.2, 0.4, 0.4])


@pytest.mark.parametrize("link", [Davidson(0.5), Lapse(0.1)])
def test_losses_and_slopes_of_huge_logits_are_finite_under_every_link(link):
    terms = PairTerms(torch.tensor([0.0, 1.0, 0.5]), link=link)
    for size in (800.0, -800.0):
        logits = torch.full((3,), size)
        assert terms.losses(logits).isfinite().all()
        assert terms.slopes(logits).isfinite().all()
        assert terms.told(logits).isfinite().all()


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
    taken = PairTerms(targets, None, scales, Davidson(0.2)).at(indices).to("cpu", torch.float64).unsqueeze(1)
    assert taken.link == Davidson(0.2) and not PairTerms(link=taken.link).is_plain
    assert torch.equal(taken.targets_n, targets[indices].unsqueeze(1))
    assert taken.weights_n is None
    assert torch.equal(taken.scales_n, scales[indices].unsqueeze(1))
    assert torch.equal(PairTerms(None, weights).at(indices[0]).weights_n, weights[indices[0]])
