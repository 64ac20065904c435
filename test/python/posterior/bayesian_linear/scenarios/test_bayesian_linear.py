"""A Bayesian linear reward against plain definitions: statsmodels, quadrature and autograd."""

from itertools import product
from math import log

import msgspec
import numpy as np
import pytest
import statsmodels.api as sm
import torch
from linear_fit import linear_fit

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.posterior.bayesian_linear.choose_prior import PriorSearch
from python_worker.posterior.bayesian_linear.evidence import fit_weights, square_root
from python_worker.posterior.bayesian_linear.prior import Prior, Whitening
from python_worker.posterior.bayesian_linear.spectrum import spectrum_of
from python_worker.posterior.kept_posteriors import find_posterior
from python_worker.posterior.kinds import KINDS
from python_worker.posterior.pairs.pair_terms import PLAIN, PairTerms
from python_worker.protocol.messages import (
    ConstantNoise,
    DistanceNoise,
    PosteriorPredictParams,
)

RNG = np.random.default_rng(11)
RESPONSES = (RNG.standard_normal((90, 6)) * [4, 2, 1, 1, 0.5, 0.1]).astype(np.float32)
PAIRS = RNG.permuted(np.tile(np.arange(90), (200, 1)), axis=1)[:, :2].astype(np.int32)
TASTE = np.array([0.4, -0.8, 0.5, 0.0, 0.3, 2.0])
MARGINS = (RESPONSES[PAIRS[:, 0]] - RESPONSES[PAIRS[:, 1]]) @ TASTE
LABELLED = np.where((MARGINS + RNG.logistic(size=200) > 0)[:, None], PAIRS, PAIRS[:, ::-1]).astype(np.int32)
NOISE = DistanceNoise(exponents=[0, 0.5, 1], typical=6.0, folds=5)


def doubles(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape))


@pytest.fixture
def params(make_store, tmp_path):
    return linear_fit(make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES), NOISE)


def fit(params, count=80, context=None, **tensors):
    sent = {"labelled": LABELLED[:count], "validation": LABELLED[:0], "pool": PAIRS, **tensors}
    context = context or Context.offline()
    report = posterior_fit.run(params, sent, context).data
    asked = PosteriorPredictParams(posterior=report.posterior)
    return report, posterior_predict.run(asked, {"pairs": PAIRS}, context).tensors["logits"], context


def with_noise(params, *exponents):
    return msgspec.structs.replace(params, noise=msgspec.structs.replace(NOISE, exponents=list(exponents)))


def test_weights_without_a_wide_prior_are_those_of_logistic_regression():
    design, scale = doubles(60, 4), 1e3
    labels = (np.random.default_rng(1).uniform(size=60) < 0.5).astype(float)
    fitted = fit_weights(scale * design, PairTerms(targets_n=torch.from_numpy(labels)))
    known = sm.Logit(labels, design.numpy()).fit(disp=0, tol=1e-12)
    covariance = torch.cholesky_inverse(fitted.lower_rr).numpy() * scale**2
    np.testing.assert_allclose(fitted.mean_r.numpy() * scale, known.params, rtol=1e-4)
    np.testing.assert_allclose(covariance, known.cov_params(), rtol=1e-4)


def test_mode_and_precision_are_those_of_autograd_for_soft_weighted_labels():
    rng = np.random.default_rng(3)
    design = doubles(30, 3)
    targets, weights = (torch.from_numpy(rng.uniform(size=30)) for _ in range(2))
    fitted = fit_weights(design, PairTerms(targets_n=targets, weights_n=weights), still=1e-10)

    def objective(weights_r):
        probability = torch.sigmoid(design @ weights_r)
        likelihood = targets * probability.log() + (1 - targets) * (1 - probability).log()
        return -(weights * likelihood).sum() + weights_r.square().sum() / 2

    mean = fitted.mean_r.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(objective(mean), mean)
    assert gradient.abs().max() < 1e-9
    hessian = torch.autograd.functional.hessian(objective, fitted.mean_r)
    torch.testing.assert_close(fitted.lower_rr @ fitted.lower_rr.T, hessian)


def test_evidence_is_near_the_integral_of_likelihood_and_prior():
    design = 0.7 * doubles(60, 1, seed=2)
    grid = torch.linspace(-9, 9, 20001, dtype=torch.float64)
    likelihood = torch.sigmoid(design * grid).log().sum(dim=0)
    density = likelihood - grid.square() / 2 - log(2 * np.pi) / 2
    integral = float(torch.trapezoid(density.exp(), grid).log())
    assert fit_weights(design, PLAIN).evidence == pytest.approx(integral, abs=0.01)


@pytest.mark.parametrize("count", [1, 3, 20])
def test_square_root_keeps_the_evidence_and_the_logits(count):
    design = doubles(count, 20, seed=count)
    small = square_root(design)
    assert small.shape == (count, count)
    whole, reduced = fit_weights(design, PLAIN), fit_weights(small, PLAIN)
    assert reduced.evidence == pytest.approx(whole.evidence, abs=1e-6)
    torch.testing.assert_close(small @ reduced.mean_r, design @ whole.mean_r, rtol=1e-6, atol=1e-7)


def test_square_root_of_pairs_that_stand_twice_exists():
    design = doubles(3, 8).repeat(2, 1)
    assert fit_weights(square_root(design), PLAIN).evidence == pytest.approx(fit_weights(design, PLAIN).evidence, abs=1e-6)


def test_a_start_nearby_leads_to_the_same_mode():
    design = doubles(50, 5, seed=7)
    far = fit_weights(design, PLAIN, still=1e-9)
    near = fit_weights(design, PLAIN, still=1e-9, near_n=design @ (far.mean_r + 0.2))
    torch.testing.assert_close(near.mean_r, far.mean_r)


def test_prior_has_the_stated_mean_variance_over_the_pool(params):
    spectrum = spectrum_of(params.store, PAIRS, 64, Context.offline())
    whitening = Whitening(spectrum, NOISE.typical)
    differences = torch.from_numpy((RESPONSES[PAIRS[:, 0]] - RESPONSES[PAIRS[:, 1]]).astype(np.float64))
    projected = differences @ spectrum.basis_dr.double()
    distances = differences.norm(dim=1)
    for power, exponent, log_variance in product((0.0, 1.5), (0.0, 1.0), (-1.0, 2.0)):
        design = whitening.design(projected, distances, Prior(power, exponent, log_variance))
        assert float(design.square().sum(dim=1).mean().log()) == pytest.approx(log_variance, abs=1e-4)


def test_spectrum_is_that_of_the_pool(params):
    spectrum = spectrum_of(params.store, PAIRS, 3, Context.offline())
    differences = (RESPONSES[PAIRS[:, 0]] - RESPONSES[PAIRS[:, 1]]).astype(np.float64)
    known = np.linalg.eigvalsh(differences.T @ differences / len(PAIRS))[::-1]
    np.testing.assert_allclose(spectrum.moments_r.numpy(), known[:3], rtol=1e-5)


def test_wide_features_have_nearly_the_exact_spectrum(make_store, tmp_path):
    rng = np.random.default_rng(5)
    sizes = 1 / (1 + np.arange(2100))
    wide = (rng.standard_normal((120, 2100)) * sizes).astype(np.float32)
    store = make_store(tmp_path / "wide", np.ones((2, 3)), wide)
    pairs = rng.permuted(np.tile(np.arange(120), (300, 1)), axis=1)[:, :2].astype(np.int32)
    found = spectrum_of(store, pairs, 10, Context.offline())
    differences = (wide[pairs[:, 0]] - wide[pairs[:, 1]]).astype(np.float64)
    known = np.linalg.svd(differences, compute_uv=False)[:10] ** 2 / len(pairs)
    np.testing.assert_allclose(found.moments_r.numpy(), known, rtol=1e-3)


def test_search_finds_the_best_prior_that_no_neighbour_beats(params):
    spectrum = spectrum_of(params.store, PAIRS, 64, Context.offline())
    whitening = Whitening(spectrum, NOISE.typical)
    differences = torch.from_numpy((RESPONSES[LABELLED[:120, 0]] - RESPONSES[LABELLED[:120, 1]]).astype(np.float64))
    projected = differences @ spectrum.basis_dr.double()
    search = PriorSearch(projected, differences.norm(dim=1), PLAIN, (0.0, 0.5, 1.0), whitening)
    found = search.choose()

    def score(power, exponent, log_variance):
        prior = Prior(power, exponent, log_variance)
        return fit_weights(whitening.design(projected, differences.norm(dim=1), prior), PLAIN).evidence + prior.log_density()

    whole = {
        values: score(*values)
        for values in product((0.0, 0.5, 1.0, 1.5, 2.0), (0.0, 0.5, 1.0), [step / 2 for step in range(-4, 11)])
    }
    assert max(whole, key=whole.get) == (found.power, found.exponent, found.log_variance)


def test_logits_have_the_mean_and_the_spread_of_the_normal_distribution(params):
    _report, logits, context = fit(with_noise(params, 0.5))
    kept = find_posterior(_report.posterior, context)
    differences = torch.from_numpy((RESPONSES[PAIRS[:, 0]] - RESPONSES[PAIRS[:, 1]]).astype(np.float64))
    scales = (6.0 / differences.norm(dim=1).clamp(min=0.6)) ** 0.5
    design = scales[:, None] * (differences @ kept.basis_dk)
    covariance = torch.cholesky_inverse(kept.lower_kk)
    np.testing.assert_allclose(logits.mean(axis=0), design @ kept.mean_k, rtol=1e-4, atol=1e-4)
    deviation = ((design @ covariance) * design).sum(dim=1).sqrt()
    np.testing.assert_allclose(logits.std(axis=0), deviation, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(kept.latent(PAIRS, context).numpy(), design, rtol=1e-4, atol=1e-4)


def test_learns_the_taste_without_validation(params):
    _report, logits, _context = fit(params, 200)
    assert np.corrcoef(logits.mean(axis=0), MARGINS)[0, 1] > 0.9


def test_report_says_which_exponent_was_chosen(params):
    report, _logits, _context = fit(params)
    assert report.noise.exponent in (0, 0.5, 1) and report.noise.losses == [] and report.members == []
    constant, _logits, _context = fit(msgspec.structs.replace(params, noise=ConstantNoise()))
    assert constant.noise is None


def test_equal_requests_have_equal_bits_and_a_snapshot_restores_them(params):
    report, logits, context = fit(params)
    again, same, _other = fit(params)
    assert report == again and logits.tobytes() == same.tobytes()
    kept = find_posterior(report.posterior, context)
    restored = KINDS["bayesian-linear"].restore(kept.snapshot(context), context)
    assert restored.predict(PAIRS, context)["logits"].tobytes() == logits.tobytes()


def test_pool_targets_and_weights_are_a_part_of_what_is_asked(params):
    handles = {
        fit(params, **change)[0].posterior
        for change in (
            {},
            {"pool": PAIRS[:150]},
            {"targets": np.full(80, 0.9)},
            {"weights": np.full(80, 2.0)},
        )
    }
    assert len(handles) == 4


def test_swapping_the_sides_of_a_soft_label_changes_nothing(params):
    targets = np.random.default_rng(8).uniform(size=80)
    _report, logits, _context = fit(params, targets=targets)
    _other, swapped, _context = fit(params, labelled=LABELLED[:80, ::-1].copy(), targets=1 - targets)
    np.testing.assert_allclose(logits, swapped, rtol=1e-4, atol=1e-5)


def test_a_whole_weight_is_a_label_that_stands_so_often(params):
    fixed = with_noise(params, 0.5)
    _report, twice, _context = fit(fixed, labelled=np.concatenate((LABELLED[:40], LABELLED[:40])))
    _other, weighted, _context = fit(fixed, 40, weights=np.full(40, 2.0))
    np.testing.assert_allclose(twice, weighted, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_labels_are_enough(params, count):
    _report, logits, _context = fit(params, count)
    assert np.isfinite(logits).all()


def test_equal_answers_are_a_coin_toss(params):
    same = np.int32([[3, 3], [4, 5]])
    report, _logits, context = fit(params)
    logits = posterior_predict.run(PosteriorPredictParams(posterior=report.posterior), {"pairs": same}, context)
    assert (logits.tensors["logits"][:, 0] == 0).all() and (logits.tensors["logits"][:, 1] != 0).any()


def test_labels_of_equal_answers_teach_nothing(params):
    _report, logits, _context = fit(params, labelled=np.int32([[3, 3], [3, 3]]))
    np.testing.assert_allclose(logits.mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({"labelled": LABELLED[:0]}, "there are no labelled pairs; give at least one"),
        ({"targets": np.full(80, 1.5)}, "'targets': number 0 is 1.5, one in \\[0, 1\\] is needed"),
        ({"weights": np.zeros(80)}, "'weights': number 0 is 0.0, one above 0 is needed"),
        ({"pool": PAIRS[:0]}, "the pool has no pair of answers whose features differ"),
        ({"pool": np.int32([[3, 3]])}, "the pool has no pair of answers whose features differ"),
    ],
)
def test_what_cannot_be_fitted_is_refused(params, change, needed):
    with pytest.raises(WorkerError, match=needed):
        fit(params, **change)


def test_a_fit_without_a_pool_is_refused(params):
    sent = {"labelled": LABELLED[:5], "validation": LABELLED[:0]}
    with pytest.raises(WorkerError, match="tensor 'pool'"):
        posterior_fit.run(params, sent, Context.offline())


@pytest.mark.parametrize("size", [1e25, 1e-24])
def test_features_out_of_all_proportion_are_refused(params, make_store, tmp_path, size):
    store = make_store(tmp_path / "far", np.ones((2, 3)), (RESPONSES * np.float32(size)).astype(np.float32))
    with pytest.raises(WorkerError, match="scale the features to a size near 1|features differ"):
        fit(msgspec.structs.replace(params, store=store))


def test_a_weight_beyond_what_numbers_hold_is_refused(params):
    with pytest.raises(WorkerError, match="give labels of less extreme weights"):
        fit(params, 1, weights=np.full(1, 1e40))
