"""The Laplace approximation against statsmodels' Logit without intercept, SciPy's minimiser and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
import torch
from scipy.optimize import minimize

from python_worker.base.errors import WorkerError
from python_worker.posterior.laplace.laplace_mode import find_mode
from python_worker.posterior.pairs.pair_differences import PairDifferences


def features_and_pairs(seed, count, dimension, scales):
    """Random features of 2 · count responses and noisy pairs of them, the chosen one first."""
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((2 * count, dimension)) * scales + 3.0 * scales
    pairs = rng.permutation(2 * count).reshape(-1, 2)
    reward = features @ (rng.standard_normal(dimension) / scales / dimension**0.5)
    margin = reward[pairs[:, 0]] - reward[pairs[:, 1]]
    swap = rng.random(count) > 1 / (1 + np.exp(-margin))
    return features, np.where(swap[:, None], pairs[:, ::-1], pairs)


def differences_of(features, pairs):
    return PairDifferences(torch.as_tensor(features), torch.as_tensor(pairs.copy()))


def design_of(features, pairs):
    return features[pairs[:, 0]] - features[pairs[:, 1]]


SCALES = {
    "alike": lambda dimension: np.ones(dimension),
    "ill-scaled": lambda dimension: 10.0 ** np.linspace(-4, 4, dimension),
    "tiny": lambda dimension: np.full(dimension, 1e-6),
}


@pytest.mark.parametrize("scales", SCALES)
@pytest.mark.parametrize(("seed", "count", "dimension"), [(1, 40, 1), (2, 200, 5), (3, 600, 12), (4, 300, 30)])
def test_find_mode_without_a_prior_has_mode_and_covariance_of_statsmodels(seed, count, dimension, scales):
    features, pairs = features_and_pairs(seed, count, dimension, SCALES[scales](dimension))
    design = design_of(features, pairs)
    # Half of the rows the other way round: Logit wants answers of both kinds.
    sign = np.where(np.arange(count) % 2, 1.0, -1.0)
    unit = np.abs(design).max(axis=0)
    fitted = sm.Logit(sign > 0, sign[:, None] * design / unit).fit(disp=0, tol=1e-14, maxiter=100)
    mode = find_mode(differences_of(features, pairs), 0.0)
    assert np.allclose(mode.weights_d.numpy() * unit, fitted.params, rtol=0, atol=1e-8 * np.abs(fitted.params).max())
    covariance = mode.precision.covariance().numpy() * unit * unit[:, None]
    assert np.allclose(covariance, fitted.cov_params(), rtol=0, atol=1e-8 * np.abs(fitted.cov_params()).max())


@pytest.mark.parametrize("prior_precision", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize(("count", "dimension"), [(60, 7), (5, 20)])
def test_find_mode_minimises_the_negative_log_posterior(count, dimension, prior_precision):
    features, pairs = features_and_pairs(7, count, dimension, np.ones(dimension))
    design = design_of(features, pairs)

    def objective(weights):
        return np.logaddexp(0, -design @ weights).sum() + prior_precision / 2 * weights @ weights

    def gradient(weights):
        return -design.T @ (1 / (1 + np.exp(design @ weights))) + prior_precision * weights

    mode = find_mode(differences_of(features, pairs), prior_precision)
    weights = mode.weights_d.numpy()
    by_scipy = minimize(objective, np.zeros(dimension), jac=gradient, method="BFGS", options={"gtol": 1e-9}).x
    assert np.allclose(weights, by_scipy, atol=1e-5 * (1 + np.abs(by_scipy).max()))
    assert np.abs(gradient(weights)).max() < 1e-11 * count
    certainty = 1 / (2 + np.exp(design @ weights) + np.exp(-design @ weights))
    hessian = design.T @ (certainty[:, None] * design) + prior_precision * np.eye(dimension)
    assert np.allclose(mode.precision.covariance().numpy() @ hessian, np.eye(dimension), atol=1e-9)


@pytest.mark.parametrize("prior_precision", [1e-12, 1e-3, 1.0])
def test_find_mode_holds_separable_pairs_by_the_prior(prior_precision):
    features, pairs = np.array([[50.0], [0.0]]), np.tile([[0, 1]], (30, 1))
    weight = float(find_mode(differences_of(features, pairs), prior_precision).weights_d[0])
    assert 30 * 50.0 / (1 + np.exp(50.0 * weight)) == pytest.approx(prior_precision * weight, rel=1e-6)


def test_find_mode_is_the_same_however_the_pairs_are_cut_into_blocks():
    features, pairs = features_and_pairs(5, 90, 6, np.ones(6))
    whole = find_mode(differences_of(features, pairs), 1.0)
    blocked = find_mode(replace(differences_of(features, pairs), block_bytes=8 * 6 * 7), 1.0)
    assert torch.allclose(whole.weights_d, blocked.weights_d, rtol=1e-12, atol=0)
    assert torch.allclose(whole.precision.covariance(), blocked.precision.covariance(), rtol=1e-12, atol=1e-15)


SINGULAR = {
    "fewer pairs than features": (np.eye(4), np.array([[0, 1], [2, 3], [1, 0]])),
    "a feature that never differs": (np.array([[0.0, 1], [1, 1], [2, 1]]), np.array([[0, 1], [1, 0], [2, 0], [0, 2]])),
    "features that depend on each other": (
        np.outer(np.arange(6.0), [1, 1 / 3, 0.1]) + 0.2,
        np.array([[0, 1], [1, 0], [2, 0], [5, 3], [3, 5]]),
    ),
    "separable pairs": (np.array([[1.0, 0.3], [0.0, 0.1], [2.0, 5.0]]), np.array([[0, 1], [2, 0], [2, 1]])),
    "quasi-separable pairs": (
        np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
        np.array([[1, 0], [0, 1], [3, 1], [2, 0], [3, 1]]),
    ),
    "a single pair": (np.array([[1.0], [0.0]]), np.array([[0, 1]])),
}


@pytest.mark.parametrize("case", SINGULAR)
def test_find_mode_refuses_pairs_that_have_no_mode_without_a_prior(case):
    features, pairs = SINGULAR[case]
    with pytest.raises(WorkerError, match=r"last layer: .*a larger posterior\.laplace\.priorPrecision is needed") as caught:
        find_mode(differences_of(features, pairs), 0.0)
    assert caught.value.code == "INVALID_ARGUMENT"
    assert torch.isfinite(find_mode(differences_of(features, pairs), 1.0).weights_d).all()
