"""posterior.fit of a Laplace last layer over a real store, against statsmodels and the deep ensemble."""

import numpy as np
import pytest
import statsmodels.api as sm
import torch
from test_posterior_operations import ALONE, HEAD, PAIRS, RESPONSES, TENSORS, changed, fit_and_predict
from test_posterior_operations import params as ensemble_params  # noqa: F401

from python_worker.base.errors import WorkerError
from python_worker.base.seeding import torch_generator
from python_worker.context.context import Context
from python_worker.operations import posterior_fit
from python_worker.protocol.messages import LaplaceKind

LINEAR = changed(HEAD, layers=[])
# Every third pair the wrong way round: no direction separates them.
NOISY = {"labelled": np.where(np.arange(90)[:, None] % 3, PAIRS, PAIRS[:, ::-1]), "validation": PAIRS[:10]}


@pytest.fixture
def params(ensemble_params):  # noqa: F811
    return changed(ensemble_params, kind=LaplaceKind(prior_precision=1.0, samples=20))


def fitted_posterior(params, tensors=TENSORS):
    context = Context.offline()
    report = posterior_fit.run(params, tensors, context).data
    return report, context.state.posteriors[report.posterior]


def test_posterior_fit_trains_the_head_of_member_0_of_a_deep_ensemble(params):
    laplace, posterior = fitted_posterior(params)
    ensemble, heads = fitted_posterior(changed(params, kind=ALONE))
    assert laplace.members == ensemble.members
    assert torch.equal(posterior.heads.flat, heads.heads.flat)


@pytest.mark.parametrize("head", [changed(HEAD, layers=[6, 4]), changed(HEAD, layers=[3], activation="relu"), LINEAR])
def test_posterior_fit_draws_around_the_mode_of_statsmodels_with_its_covariance(params, head):
    without_prior = LaplaceKind(prior_precision=0.0, samples=20)
    _, posterior = fitted_posterior(changed(params, head=head, kind=without_prior), NOISY)
    outputs = outputs_of(posterior.heads)
    design = outputs[NOISY["labelled"][:, 0]] - outputs[NOISY["labelled"][:, 1]]
    sign = np.where(np.arange(len(design)) % 2, 1.0, -1.0)
    fitted = sm.Logit(sign > 0, sign[:, None] * design).fit(disp=0, tol=1e-14, maxiter=100)
    streams = [torch_generator((9, "laplace", 1, "sample", sample)) for sample in range(20)]
    normal_sd = np.array([torch.randn(design.shape[1], dtype=torch.float64, generator=stream) for stream in streams])
    deviation = posterior.last_layers_sd.numpy() - fitted.params
    lengths = np.einsum("sd,de,se->s", deviation, np.linalg.inv(fitted.cov_params()), deviation)
    assert np.allclose(lengths, (normal_sd**2).sum(axis=1), rtol=1e-4)


def outputs_of(heads):
    hidden = torch.from_numpy(RESPONSES)
    for weight, bias in list(zip(heads.weights, heads.biases, strict=True))[:-1]:
        hidden = hidden @ weight[0].T + bias[0]
        hidden = torch.tanh(hidden) if heads.activation == "tanh" else torch.relu(hidden)
    return hidden.double().numpy()


def test_posterior_fit_is_surer_with_a_stronger_prior_and_with_more_pairs(params):
    def spread(prior_precision, tensors=TENSORS):
        asked = changed(params, kind=LaplaceKind(prior_precision=prior_precision, samples=50))
        return fit_and_predict(asked, tensors)[1].std(axis=0).mean()

    few = TENSORS | {"labelled": TENSORS["labelled"][:10]}
    assert spread(100.0) < 0.5 * spread(1.0)
    assert spread(1.0) < 0.8 * spread(1.0, few)


def test_posterior_fit_draws_a_sample_alike_however_many_there_are(params):
    few = fit_and_predict(changed(params, kind=LaplaceKind(prior_precision=1.0, samples=3)))[1]
    assert np.allclose(fit_and_predict(params)[1][:3], few, rtol=1e-6)


@pytest.mark.parametrize("labelled", [PAIRS[:4], PAIRS[:1].repeat(50, axis=0)])
def test_posterior_fit_refuses_a_singular_hessian_without_a_prior(params, labelled):
    alone = changed(params, kind=LaplaceKind(prior_precision=0.0, samples=20))
    with pytest.raises(WorkerError, match=r"a larger posterior\.laplace\.priorPrecision is needed") as caught:
        fitted_posterior(alone, TENSORS | {"labelled": labelled})
    assert caught.value.code == "INVALID_ARGUMENT"


def test_posterior_fit_refuses_features_too_many_for_their_covariance_before_it_trains(params, make_store, tmp_path):
    wide = make_store(tmp_path / "wide", np.ones((2, 3)), np.ones((120, 11_600), np.float32))
    progress = []
    with pytest.raises(WorkerError, match="it has 11600 weights, whose covariance takes 1026 MiB") as caught:
        posterior_fit.run(changed(params, store=wide, head=LINEAR), TENSORS, Context.offline(None, progress.append))
    assert caught.value.code == "INVALID_ARGUMENT"
    assert progress == []
