"""Every kind of posterior that posterior.fit makes: what all have in common, and what is each one's own."""

import numpy as np
import pytest
import torch
from scipy.special import expit
from scipy.stats import norm
from test_posterior_operations import HEAD, PAIRS, RESPONSES, TENSORS, TRAINING, changed, fit_and_predict
from test_posterior_operations import params as params  # noqa: PLC0414

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.posterior.heads.activations import ACTIVATIONS
from python_worker.posterior.kinds import KINDS
from python_worker.protocol.messages import (
    CrossBackboneKind,
    DeepEnsembleKind,
    DropoutKind,
    LaplaceKind,
    LatentRewardKind,
    PosteriorPredictParams,
    VariationalKind,
)

REQUESTS = {
    "deep-ensemble": DeepEnsembleKind(members=3, initialisation="paper"),
    "mc-dropout": DropoutKind(rate=0.1, samples=4),
    "lru": LatentRewardKind(),
    "variational": VariationalKind(kl_weight=0.05, samples=6),
    "laplace": LaplaceKind(prior_precision=1.0, samples=20),
    "cross-backbone": CrossBackboneKind(member=1),
}
SAMPLES = {"deep-ensemble": 3, "mc-dropout": 4, "lru": 1, "variational": 6, "laplace": 20, "cross-backbone": 1}
INITIALISATIONS = ["normal", "uniform", "xavier_normal", "xavier_uniform", "kaiming_normal", "kaiming_uniform"]
each_kind = pytest.mark.parametrize("kind", REQUESTS)


@pytest.fixture
def params_of(params):  # noqa: F811
    """The request of a kind; keywords named like options of the head change the head."""
    return lambda kind, **head: changed(params, kind=REQUESTS[kind], head=changed(HEAD, **head))


def told(params, pairs=PAIRS, context=None):  # noqa: F811
    """What posterior.predict answers for pairs, by name."""
    context = context or Context.offline()
    handle = posterior_fit.run(params, TENSORS, context).data.posterior
    return posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": pairs}, context).tensors


def test_every_kind_has_a_request_here():
    # Those that train no heads on features have tests of their own: posterior/fine_tuning/ and
    # posterior/bayesian_linear/.
    assert REQUESTS.keys() == KINDS.keys() - {"fine-tuned", "bayesian-linear"}
    assert all(kind.__struct_config__.tag == name for name, kind in REQUESTS.items())


@each_kind
def test_posterior_fit_learns_what_the_pairs_say(params_of, kind):
    fitted, logits = fit_and_predict(params_of(kind))
    assert fitted.samples == SAMPLES[kind]
    assert len(fitted.members) == (3 if kind == "deep-ensemble" else 1)
    assert logits.shape == (SAMPLES[kind], 90) and logits.dtype == np.float32
    assert (logits.mean(axis=0)[60:] > 0).mean() > 0.7


@each_kind
@pytest.mark.parametrize("head", [
    *({"activation": activation} for activation in ACTIVATIONS),
    *({"init": init, "init_scale": 0.2} for init in INITIALISATIONS),
    *({"layers": layers} for layers in ([], [6, 4], [5, 4, 3])),
], ids=lambda head: " ".join(f"{value}" for value in head.values()))  # fmt: skip
def test_posterior_fit_learns_with_every_option_of_the_head(params_of, kind, head):
    params = params_of(kind, **head)  # noqa: F811
    if kind == "mc-dropout" and head.get("layers") == []:
        with pytest.raises(WorkerError, match="by mc-dropout: its head has no hidden layer, at least one is needed"):
            told(params)
        return
    tensors = {"labelled": PAIRS, "validation": PAIRS[:0]}
    _, logits = fit_and_predict(changed(params, training=changed(TRAINING, lr=0.05, epochs=30)), tensors)
    assert (logits.mean(axis=0) > 0).mean() > 0.85


@each_kind
def test_posterior_predict_gives_a_response_one_reward_in_every_pair_and_call(params_of, kind):
    context, params = Context.offline(), params_of(kind)  # noqa: F811
    logits = told(params, np.int32([[0, 1], [1, 0], [1, 2], [0, 2], [3, 3]]), context)["logits"]
    assert np.array_equal(logits[:, 0], -logits[:, 1])
    assert np.allclose(logits[:, 0] + logits[:, 2], logits[:, 3], atol=1e-6)
    assert (logits[:, 4] == 0).all()
    alone = told(params, np.int32([[9, 8], [0, 2], [77, 5]]), context)["logits"]
    assert np.allclose(alone[:, 1], logits[:, 3], atol=1e-6)


@each_kind
def test_posterior_predict_takes_no_pairs(params_of, kind):
    assert told(params_of(kind), np.empty((0, 2), np.int32))["logits"].shape == (SAMPLES[kind], 0)


@each_kind
def test_posterior_fit_gives_equal_requests_equal_handles_and_bits(params_of, kind):
    (first, logits), (second, again) = (fit_and_predict(params_of(kind)) for _ in range(2))
    assert first == second
    assert np.array_equal(logits, again)


@each_kind
def test_posterior_fit_gives_other_seeds_and_rounds_other_samples(params_of, kind):
    fitted, logits = fit_and_predict(params_of(kind))
    for change in ({"seed": 10}, {"round": 2}):
        other, others = fit_and_predict(changed(params_of(kind), **change))
        assert other.posterior != fitted.posterior
        assert not np.allclose(others, logits, atol=1e-3)


def test_posterior_fit_gives_every_kind_a_handle_of_its_own(params_of):
    assert len({fit_and_predict(params_of(kind))[0].posterior for kind in REQUESTS}) == len(REQUESTS)


@each_kind
def test_posterior_predict_tells_the_same_after_a_restart_of_the_worker(params_of, kind, tmp_path):
    def start():
        state = WorkerState()
        state.run_dir = tmp_path / "run"
        reports = []
        return Context.offline(state, reports.append), reports

    before = told(params_of(kind), context=start()[0])
    context, reports = start()
    after = told(params_of(kind), context=context)
    assert reports == []  # nothing was fitted again
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


@each_kind
@pytest.mark.filterwarnings("ignore")
def test_posterior_fit_names_seed_round_member_step_and_rate_when_it_diverges(params_of, kind):
    params = changed(params_of(kind, activation="relu"), training=changed(TRAINING, lr=3e38))  # noqa: F811
    words = r"^Cannot fit posterior of seed 9, round 1: the .* of member \d is not finite at step \d+ \(learning rate"
    with pytest.raises(WorkerError, match=words) as caught:
        told(params)
    assert caught.value.code == "INVALID_ARGUMENT"
    assert caught.value.details.keys() == {"member", "step", "learningRate"}


@each_kind
def test_posterior_predict_names_the_sample_whose_logits_are_not_finite(params_of, kind):
    context = Context.offline()
    handle = posterior_fit.run(params_of(kind), TENSORS, context).data.posterior
    context.state.posteriors[handle].heads.weights[0][:] = float("nan")
    with pytest.raises(WorkerError, match="the logits of sample 0 are not finite"):
        posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": PAIRS}, context)


def test_mc_dropout_trains_otherwise_than_a_head_alone_but_starts_like_it(params_of):
    still = changed(TRAINING, lr=0.0)
    started = [changed(params_of(kind), training=still) for kind in ("lru", "mc-dropout")]
    assert posterior_losses(started[0])[0] == posterior_losses(started[1])[0]  # evaluated without dropout
    assert posterior_losses(params_of("lru"))[-1] != posterior_losses(params_of("mc-dropout"))[-1]


def posterior_losses(params):  # noqa: F811
    return posterior_fit.run(params, TENSORS, Context.offline()).data.members[0].losses


def test_mc_dropout_samples_spread_around_the_head_and_more_so_at_a_higher_rate(params_of):
    spreads = {}
    for rate in (0.05, 0.5):
        params = changed(params_of("mc-dropout"), kind=DropoutKind(rate=rate, samples=200))  # noqa: F811
        logits = told(changed(params, training=changed(TRAINING, lr=0.0)))["logits"]
        head = told(changed(params_of("lru"), training=changed(TRAINING, lr=0.0)))["logits"][0]
        spreads[rate] = logits.std(axis=0)
        # One hidden layer: the masked reward is linear in the mask, so its mean is the head's own.
        assert np.abs(logits.mean(axis=0) - head).max() < 5 * spreads[rate].max() / np.sqrt(200)
    assert (spreads[0.5] > 2 * spreads[0.05]).all()


def test_variational_samples_have_the_mean_and_deviation_the_head_gives(params_of):
    params = changed(params_of("variational"), kind=VariationalKind(kl_weight=0.05, samples=256))  # noqa: F811
    context = Context.offline()
    logits = told(params, PAIRS, context)["logits"]
    (kept,) = context.state.posteriors.values()
    mean, log_variance = kept.heads.outputs(torch.from_numpy(RESPONSES))[0].T.double().numpy()
    first, second = PAIRS.T
    deviation = np.sqrt(np.exp(log_variance[first]) + np.exp(log_variance[second]))
    z = (logits.mean(axis=0) - (mean[first] - mean[second])) / (deviation / np.sqrt(256))
    assert np.abs(z).max() < 5
    assert np.allclose(logits.std(axis=0), deviation, rtol=0.25)


def test_variational_deviations_approach_the_prior_under_a_large_weight(params_of):
    def log_variances(weight):
        context = Context.offline()
        kind = VariationalKind(kl_weight=weight, samples=2)
        long = changed(TRAINING, epochs=60, patience=1000)
        told(changed(params_of("variational", init="normal", init_scale=0.5), kind=kind, training=long), PAIRS, context)
        (kept,) = context.state.posteriors.values()
        outputs = kept.heads.outputs(torch.from_numpy(RESPONSES[:60]))[0]
        return outputs.square().mean(dim=0).tolist()

    (loose_mean, loose), (tight_mean, tight) = log_variances(0.0), log_variances(30.0)
    assert tight < 0.2 * loose and tight_mean < 0.2 * loose_mean


def test_lru_is_the_uncertainty_of_rewards_among_those_of_labelled_responses(params_of):
    context = Context.offline()
    lru = told(params_of("lru"), PAIRS, context)["lru"]
    (kept,) = context.state.posteriors.values()
    rewards = kept.heads.rewards(torch.from_numpy(RESPONSES))[0].double().numpy()
    fits = [norm(*norm.fit(rewards[TENSORS["labelled"][:, side]])) for side in range(2)]

    def tails(chosen, rejected):
        below = fits[0].cdf(rewards[chosen]), fits[1].cdf(rewards[rejected])
        return sum(np.minimum(each, 1 - each) for each in below)

    a, b = PAIRS.T
    p = expit(rewards[a] - rewards[b])
    assert lru.dtype == np.float64
    assert np.allclose(lru, -(p * tails(a, b) + (1 - p) * tails(b, a)), rtol=1e-4, atol=1e-6)


def test_lru_is_the_same_with_the_sides_of_the_pairs_swapped(params_of):
    context = Context.offline()
    here = told(params_of("lru"), PAIRS, context)
    there = told(params_of("lru"), np.ascontiguousarray(PAIRS[:, ::-1]), context)
    assert np.array_equal(here["lru"], there["lru"])
    assert np.array_equal(here["logits"], -there["logits"])


def test_lru_refuses_a_single_label_naming_seed_and_round(params_of):
    tensors = TENSORS | {"labelled": PAIRS[:1]}
    words = r"posterior of seed 9, round 1 by lru: .* all labelled pairs \(1\) .* two different rewards are needed"
    with pytest.raises(WorkerError, match=words):
        posterior_fit.run(params_of("lru"), tensors, Context.offline())
