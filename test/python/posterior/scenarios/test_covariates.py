"""A Bayesian linear reward that depends on covariates of the answers beside their features."""

from itertools import product

import numpy as np
import pytest
import torch
from linear_fit import linear_fit

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.posterior.bayesian_linear.choose_prior import PriorSearch
from python_worker.posterior.bayesian_linear.evidence import fit_weights
from python_worker.posterior.bayesian_linear.prior import Prior, Whitening
from python_worker.posterior.bayesian_linear.spectrum import spectrum_of
from python_worker.posterior.kept_posteriors import find_posterior
from python_worker.posterior.kinds import KINDS
from python_worker.posterior.pairs.pair_terms import PLAIN
from python_worker.protocol.messages import (
    DistanceNoise,
    PosteriorPredictParams,
)

RNG = np.random.default_rng(21)
RESPONSES = RNG.standard_normal((80, 4)).astype(np.float32)
COVARIATES = RNG.standard_normal((80, 2))
PAIRS = RNG.permuted(np.tile(np.arange(80), (300, 1)), axis=1)[:, :2].astype(np.int32)
FIRST, SECOND = PAIRS.T
MARGINS = 2 * (COVARIATES[FIRST] - COVARIATES[SECOND])[:, 1]
LABELLED = np.where((MARGINS + RNG.logistic(size=300) > 0)[:, None], PAIRS, PAIRS[:, ::-1]).astype(np.int32)
TYPICAL = 2.5
NOISE = DistanceNoise(exponents=[0, 0.5, 1], typical=TYPICAL, folds=5)


@pytest.fixture
def params(make_store, tmp_path):
    return linear_fit(make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES), NOISE)


def fit(params, count=200, **tensors):
    sent = {"labelled": LABELLED[:count], "validation": LABELLED[:0], "pool": PAIRS, **tensors}
    context = Context.offline()
    report = posterior_fit.run(params, sent, context).data
    asked = PosteriorPredictParams(posterior=report.posterior)
    return report, posterior_predict.run(asked, {"pairs": PAIRS}, context).tensors["logits"], context


def differences(values, pairs):
    return torch.from_numpy((values[pairs[:, 0]] - values[pairs[:, 1]]).astype(np.float64))


def test_a_preference_for_a_covariate_is_learnt_where_features_say_nothing(params):
    _report, blind, _context = fit(params)
    _report, seeing, _context = fit(params, covariates=COVARIATES)
    assert abs(np.corrcoef(blind.mean(axis=0), MARGINS)[0, 1]) < 0.5
    assert np.corrcoef(seeing.mean(axis=0), MARGINS)[0, 1] > 0.97


def test_logits_are_those_of_features_and_covariates_side_by_side(params):
    report, logits, context = fit(params, covariates=COVARIATES)
    kept = find_posterior(report.posterior, context)
    delta = torch.cat((differences(RESPONSES, PAIRS), differences(COVARIATES, PAIRS)), dim=1)
    distances = differences(RESPONSES, PAIRS).norm(dim=1)
    scales = (TYPICAL / distances.clamp(min=TYPICAL / 10)) ** report.noise.exponent
    design = scales[:, None] * (delta @ kept.basis_dk)
    np.testing.assert_allclose(logits.mean(axis=0), design @ kept.mean_k, rtol=1e-4, atol=1e-4)
    deviation = ((design @ torch.cholesky_inverse(kept.lower_kk)) * design).sum(dim=1).sqrt()
    np.testing.assert_allclose(logits.std(axis=0), deviation, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(kept.latent(PAIRS, context).numpy(), design, rtol=1e-4, atol=1e-4)


def test_report_says_which_part_of_the_logits_is_by_covariates(params):
    assert fit(params)[0].covariate_share is None
    report, _logits, context = fit(params, covariates=COVARIATES)
    kept = find_posterior(report.posterior, context)
    labelled = LABELLED[:200]
    scales = (TYPICAL / differences(RESPONSES, labelled).norm(dim=1).clamp(min=TYPICAL / 10)) ** report.noise.exponent
    weights = kept.basis_dk @ kept.mean_k
    by_features = scales * (differences(RESPONSES, labelled) @ weights[:4])
    by_covariates = scales * (differences(COVARIATES, labelled) @ weights[4:])
    known = by_covariates.square().mean() / (by_covariates.square().mean() + by_features.square().mean())
    assert report.covariate_share == pytest.approx(float(known), rel=1e-5) and known > 0.8
    assert fit(params, labelled=np.int32([[3, 3]]), covariates=COVARIATES)[0].covariate_share == 0


def test_coefficients_of_covariates_have_the_variance_of_the_prior(params):
    spectrum = spectrum_of(params.store, PAIRS, 64, Context.offline())
    plain = Whitening(spectrum, TYPICAL).factors(Prior(1.5, 0.5, 1.0))
    factors = Whitening(spectrum, TYPICAL, 2).factors(Prior(1.5, 0.5, 1.0, 0.25))
    torch.testing.assert_close(factors, torch.cat((plain, torch.tensor([0.5, 0.5], dtype=torch.float64))))


def test_search_finds_the_best_prior_of_all(params):
    spectrum = spectrum_of(params.store, PAIRS, 64, Context.offline())
    whitening = Whitening(spectrum, TYPICAL, 2)
    pairs = LABELLED[:100]
    projected = torch.cat(
        (differences(RESPONSES, pairs) @ spectrum.basis_dr.double(), differences(COVARIATES, pairs)), dim=1
    )
    distances = differences(RESPONSES, pairs).norm(dim=1)

    def score(values):
        prior = Prior(*values)
        return fit_weights(whitening.design(projected, distances, prior), PLAIN).evidence + prior.log_density()

    lattice = product((0.0, 0.5, 1.0, 1.5, 2.0), (0.0, 0.5, 1.0), [step / 2 for step in range(-4, 11)], (0.0, 0.25, 1.0, 4.0))
    found = PriorSearch(projected, distances, PLAIN, (0.0, 0.5, 1.0), whitening).choose()
    assert max(lattice, key=score) == (found.power, found.exponent, found.log_variance, found.covariate_variance)


def test_what_all_answers_have_in_common_changes_nothing(params):
    _report, logits, _context = fit(params, covariates=COVARIATES)
    _report, moved, _context = fit(params, covariates=COVARIATES + 1000)
    np.testing.assert_allclose(moved, logits, rtol=1e-4, atol=1e-4)


def test_covariates_that_are_equal_everywhere_teach_nothing(params):
    _report, blind, _context = fit(params)
    _report, logits, _context = fit(params, covariates=np.full((80, 1), 7.0))
    np.testing.assert_allclose(logits.mean(axis=0), blind.mean(axis=0), rtol=1e-3, atol=1e-3)


def test_covariates_are_a_part_of_what_is_asked_and_of_a_snapshot(params):
    report, logits, context = fit(params, covariates=COVARIATES)
    assert report.posterior != fit(params)[0].posterior
    assert report.posterior != fit(params, covariates=2 * COVARIATES)[0].posterior
    kept = find_posterior(report.posterior, context)
    restored = KINDS["bayesian-linear"].restore(kept.snapshot(context), context)
    assert restored.predict(PAIRS, context)["logits"].tobytes() == logits.tobytes()


@pytest.mark.parametrize(
    ("covariates", "found"),
    [
        (COVARIATES.astype(np.float32), "float32 80 × 2; give float64 80 × C"),
        (COVARIATES[:79], "float64 79 × 2; give float64 80 × C"),
        (COVARIATES[:, 0].copy(), "float64 80; give float64 80 × C"),
        (np.where(COVARIATES > 2, np.nan, COVARIATES), "a number that is not finite"),
    ],
)
def test_covariates_that_do_not_fit_are_refused(params, covariates, found):
    with pytest.raises(WorkerError, match=found):
        fit(params, covariates=covariates)


def test_a_range_beyond_all_proportion_is_refused(params):
    with pytest.raises(WorkerError, match="or features of a smaller range"):
        fit(params, covariates=COVARIATES * 1e160)
