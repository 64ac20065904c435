"""posterior.fit with ties, with lapses and by folds, of every kind, against the definitions."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from test_posterior_kinds import REQUESTS, each_kind
from test_posterior_operations import HEAD, PAIRS, RESPONSES, TENSORS, changed, fit_and_predict
from test_posterior_operations import params as params  # noqa: PLC0414
from test_posterior_terms import SOFT, SOFT_TENSORS, distance_noise, kept_posterior

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import posterior_fit
from python_worker.protocol.messages import LaplaceKind, LapseNoise

ALONE_TIED = TENSORS | {"targets": SOFT[:60], "validationTargets": SOFT[60:]}


@each_kind
def test_posterior_fit_by_folds_stops_every_kind_where_held_out_pairs_say(params, kind):
    asked = changed(params, kind=REQUESTS[kind], folds=3)
    tensors = SOFT_TENSORS | {"validation": PAIRS[:0], "validationTargets": SOFT[:0], "validationWeights": SOFT[:0]}
    (fitted, logits), (again, same) = (fit_and_predict(asked, tensors) for _ in range(2))
    assert fitted == again and np.array_equal(logits, same)
    assert all(1 <= m.stop_step == m.best_step <= 40 and m.losses == [] for m in fitted.members)
    assert len({m.stop_step for m in fitted.members}) == 1


@each_kind
def test_posterior_predict_tells_the_logit_of_a_probability_with_lapses(params, kind):
    asked = changed(params, kind=REQUESTS[kind], noise=LapseNoise(rate=0.2))
    if kind == "laplace":
        with pytest.raises(WorkerError, match=r"the loss of posterior\.noise\.type lapse is not convex, another noise") as caught:
            fit_and_predict(asked)
        assert caught.value.code == "INVALID_ARGUMENT"
        return
    fitted, logits = fit_and_predict(asked, SOFT_TENSORS)
    p = expit(logits.astype(np.float64))
    assert fitted.noise is None
    assert (np.abs(p - 0.5) < 0.4).all()
    # The same posterior looked at without lapses has the probabilities before them.
    context = Context.offline()
    handle = posterior_fit.run(asked, SOFT_TENSORS, context).data.posterior
    kept = context.state.posteriors[handle]
    plain = type(kept)(**{**vars(kept), "params": changed(asked, noise=params.noise)})
    before = expit(plain.predict(PAIRS, context)["logits"].astype(np.float64))
    assert np.allclose(logits, logit(0.1 + 0.8 * before), atol=1e-5)


@each_kind
def test_posterior_fit_learns_from_ties(params, kind):
    fitted, logits = fit_and_predict(changed(params, kind=REQUESTS[kind], ties=0.5), ALONE_TIED)
    plain, others = fit_and_predict(changed(params, kind=REQUESTS[kind]), ALONE_TIED)
    assert fitted.posterior != plain.posterior
    assert not np.allclose(logits, others, atol=1e-4)
    assert np.isfinite(logits).all()


def test_posterior_fit_chooses_the_exponent_by_the_likelihood_of_ties_too(params):
    offered, ties = [0.0, 0.7, 1.5], 0.6
    asked = changed(params, noise=distance_noise(*offered), ties=ties)
    fitted, _ = fit_and_predict(asked, ALONE_TIED)
    losses = []
    for exponent in offered:
        _, logits = fit_and_predict(changed(asked, noise=distance_noise(exponent)), ALONE_TIED, PAIRS[60:])
        scores = np.stack([np.exp(logits / 2.0), np.full(logits.shape, ties), np.exp(-logits / 2.0)])
        first, tie, second = (scores / scores.sum(axis=0)).mean(axis=1)
        t = SOFT[60:]
        losses.append(-np.where(t == 0.5, np.log(tie), t * np.log(first) + (1 - t) * np.log(second)).mean())
    assert fitted.noise.losses == pytest.approx(losses, abs=1e-6)


def test_laplace_draws_around_the_mode_of_davidsons_model(params):
    kind, linear, ties = LaplaceKind(prior_precision=0.3, samples=256), changed(HEAD, layers=[]), 0.7
    posterior = kept_posterior(changed(params, kind=kind, head=linear, ties=ties), ALONE_TIED)
    design = RESPONSES[PAIRS[:60, 0]].astype(float) - RESPONSES[PAIRS[:60, 1]]
    t = SOFT[:60]

    def objective(beta):
        scores = np.stack([design @ beta / 2, np.full(60, np.log(ties)), -design @ beta / 2])
        first, tie, second = scores - np.logaddexp.reduce(scores, axis=0)
        return -np.where(t == 0.5, tie, t * first + (1 - t) * second).sum() + 0.15 * beta @ beta

    mode = minimize(objective, np.zeros(10), method="BFGS", options={"gtol": 1e-7}).x
    deviation = posterior.last_layers_sd.numpy().std(axis=0)
    assert np.abs((posterior.last_layers_sd.numpy().mean(axis=0) - mode) / deviation).max() < 5 / np.sqrt(256)


def test_posterior_fit_refuses_lapses_and_ties_together(params):
    with pytest.raises(WorkerError, match=r"posterior\.noise\.type lapse: ties are modelled too .* half or drop is needed"):
        fit_and_predict(changed(params, noise=LapseNoise(rate=0.2), ties=0.5))
