"""posterior.fit with soft labels, weights and a noise model, of every kind, against plain loops and Newton's method."""

import itertools

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import norm
from sequential_loop import train
from test_posterior_kinds import REQUESTS, SAMPLES, each_kind
from test_posterior_operations import HEAD, PAIRS, RESPONSES, TENSORS, TRAINING, changed, fit_and_predict
from test_posterior_operations import params as params  # noqa: PLC0414

from python_worker.base.errors import WorkerError
from python_worker.base.seeding import torch_generator
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.posterior.training.member_streams import MemberStreams
from python_worker.protocol.messages import (
    ConstantNoise,
    CrossBackboneKind,
    DeepEnsembleKind,
    DistanceNoise,
    LaplaceKind,
    LapseNoise,
    PosteriorPredictParams,
)

RNG = np.random.default_rng(11)
# Soft labels around the hard ones, some of them tied, some the other way round.
SOFT = np.clip(RNG.normal(0.8, 0.3, 90), 0, 1)
SOFT[::9] = 0.5
WEIGHTS = RNG.uniform(0.2, 3, 90)
SOFT_TENSORS = TENSORS | {
    "targets": SOFT[:60], "weights": WEIGHTS[:60], "validationTargets": SOFT[60:], "validationWeights": WEIGHTS[60:],
}  # fmt: skip
TYPICAL = 4.0


def distance_noise(*exponents, folds=3):
    return DistanceNoise(exponents=list(exponents), typical=TYPICAL, folds=folds)


NOISE = distance_noise(0.7)


def scales_of(pairs, exponent=0.7):
    distances = np.linalg.norm(RESPONSES[pairs[:, 0]].astype(float) - RESPONSES[pairs[:, 1]], axis=1)
    return (TYPICAL / np.maximum(distances, TYPICAL / 10)) ** exponent


def kept_posterior(params, tensors=SOFT_TENSORS):
    context = Context.offline()
    handle = posterior_fit.run(params, tensors, context).data.posterior
    return context.state.posteriors[handle]


@pytest.fixture
def noisy(params):
    """The request of a kind under distance noise."""
    return lambda kind, **changes: changed(params, kind=REQUESTS[kind], noise=NOISE, **changes)


def trained_by_a_plain_loop(params, member, layers):
    """One head on the soft labels, from the streams of the member of that number."""
    head, streams = changed(HEAD, layers=layers), MemberStreams(params.seed, params.round)
    rows = torch.from_numpy(RESPONSES)
    labelled, validation = (
        (rows[PAIRS[part, 0]], rows[PAIRS[part, 1]], *map(torch.from_numpy, (SOFT[part], WEIGHTS[part], scales_of(PAIRS[part]))))
        for part in (slice(0, 60), slice(60, 90))
    )
    orders = [streams.order(member, epoch, 60) for epoch in range(TRAINING.epochs)]
    initial = initial_weights(head, RESPONSES.shape[1], streams.initial(member))
    return train(initial, head.activation, labelled, validation, TRAINING, orders)


def assert_head_is(heads, member, net):
    for layer, linear in enumerate(net[::2]):
        assert torch.allclose(heads.weights[layer][member], linear.weight, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [DeepEnsembleKind(members=2, initialisation="paper"), CrossBackboneKind(member=1)])
def test_posterior_fit_trains_and_predicts_as_a_plain_loop_of_the_noise_model(params, kind):
    asked = changed(params, kind=kind, noise=NOISE)
    fitted, logits = fit_and_predict(asked, SOFT_TENSORS)
    heads = kept_posterior(asked).heads
    for position, member in enumerate((0, 1) if isinstance(kind, DeepEnsembleKind) else (1,)):
        net, history, best, _stop = trained_by_a_plain_loop(params, member, HEAD.layers)
        report = fitted.members[position]
        assert report.losses == pytest.approx([loss for _, loss in history], abs=2e-6)
        assert report.best_step == best
        assert_head_is(heads, position, net)
        rewards = net(torch.from_numpy(RESPONSES)).detach().double().numpy()[:, 0]
        assert np.allclose(logits[position], scales_of(PAIRS) * (rewards[PAIRS[:, 0]] - rewards[PAIRS[:, 1]]), atol=1e-4)


@pytest.mark.parametrize("kind", ["lru", "laplace"])
def test_posterior_fit_of_one_head_trains_it_as_a_plain_loop(noisy, params, kind):
    net, *_ = trained_by_a_plain_loop(params, 0, HEAD.layers)
    assert_head_is(kept_posterior(noisy(kind)).heads, 0, net)


@each_kind
def test_posterior_fit_tells_exponent_and_samples_and_predicts_scaled_logits(noisy, kind):
    context = Context.offline()
    report = posterior_fit.run(noisy(kind), SOFT_TENSORS, context).data
    assert (report.noise.exponent, report.noise.losses, report.samples) == (0.7, [], SAMPLES[kind])
    ask = PosteriorPredictParams(posterior=report.posterior)
    rows = np.int32([[0, 1], [1, 0], [1, 2], [0, 2], [3, 3]])
    logits = posterior_predict.run(ask, {"pairs": rows}, context).tensors["logits"]
    assert logits.dtype == np.float32
    assert np.array_equal(logits[:, 0], -logits[:, 1])
    assert (logits[:, 4] == 0).all()
    rewards = logits / scales_of(rows)  # differences of one reward a response again
    assert np.allclose(rewards[:, 0] + rewards[:, 2], rewards[:, 3], atol=1e-5)


@each_kind
def test_posterior_fit_under_exponent_0_gives_the_bits_of_constant_noise(params, kind):
    constant, zero = (changed(params, kind=REQUESTS[kind], noise=noise) for noise in (params.noise, distance_noise(0)))
    assert np.array_equal(fit_and_predict(constant)[1], fit_and_predict(zero)[1])


@each_kind
def test_posterior_fit_gives_told_hard_labels_the_bits_of_untold_ones(params, kind):
    ones = {"targets": np.ones(60), "weights": np.ones(60), "validationTargets": np.ones(30), "validationWeights": np.ones(30)}
    (plain, logits), (told, again) = (fit_and_predict(changed(params, kind=REQUESTS[kind]), TENSORS | more) for more in ({}, ones))
    assert np.array_equal(logits, again)
    assert plain.posterior != told.posterior


@each_kind
def test_posterior_predict_tells_the_same_under_noise_after_a_restart(noisy, kind, tmp_path):
    def told():
        state, reports = WorkerState(), []
        state.run_dir = tmp_path / "run"
        context = Context.offline(state, reports.append)
        report = posterior_fit.run(noisy(kind), SOFT_TENSORS, context).data
        ask = PosteriorPredictParams(posterior=report.posterior)
        return report, posterior_predict.run(ask, {"pairs": PAIRS}, context).tensors, reports

    first, before, _ = told()
    second, after, reports = told()
    assert reports == []  # nothing was fitted again
    assert first == second
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_posterior_fit_names_fits_by_targets_weights_and_noise(params):
    changes = [
        {}, {"targets": SOFT[:60]}, {"targets": SOFT[:60][::-1].copy()}, {"weights": SOFT[:60] + 1},
        {"groups": np.arange(60, dtype=np.int32)}, {"validationTargets": SOFT[60:]}, {"validationWeights": SOFT[60:] + 1},
    ]  # fmt: skip
    noises = [distance_noise(0.7), distance_noise(0.8), distance_noise(0.7, 0.8), changed(NOISE, typical=5.0), LapseNoise(rate=0.1)]
    asked = [(params, TENSORS | change) for change in changes] + [(changed(params, noise=each), TENSORS) for each in noises]
    asked += [(changed(params, **each), TENSORS) for each in ({"folds": 3}, {"folds": 4}, {"ties": 0.1}, {"ties": 0.2})]
    handles = [posterior_fit.run(*each, Context.offline()).data.posterior for each in asked]
    assert len(set(handles)) == len(asked)


def test_lru_scales_the_probability_in_its_measure_and_fits_the_likelier_side_as_chosen(noisy):
    posterior = kept_posterior(noisy("lru"))
    lru = posterior.predict(PAIRS, Context.offline())["lru"]
    rewards = posterior.heads.rewards(torch.from_numpy(RESPONSES))[0].double().numpy()
    chosen = np.where((SOFT[:60] >= 0.5)[:, None], PAIRS[:60], PAIRS[:60, ::-1])
    assert (chosen != PAIRS[:60]).any()
    fits = [norm(*norm.fit(rewards[chosen[:, side]])) for side in range(2)]

    def tails(first, second):
        return sum(np.minimum(below, 1 - below) for below in (fits[0].cdf(rewards[first]), fits[1].cdf(rewards[second])))

    a, b = PAIRS.T
    p = expit(scales_of(PAIRS) * (rewards[a] - rewards[b]))
    assert np.allclose(lru, -(p * tails(a, b) + (1 - p) * tails(b, a)), rtol=1e-4, atol=1e-6)
    swapped = posterior.predict(np.ascontiguousarray(PAIRS[:, ::-1]), Context.offline())
    assert np.array_equal(swapped["lru"], lru)


def test_laplace_draws_around_the_mode_of_soft_weighted_scaled_pairs_with_its_covariance(params):
    kind, linear = LaplaceKind(prior_precision=0.3, samples=256), changed(HEAD, layers=[])
    posterior = kept_posterior(changed(params, kind=kind, head=linear, noise=NOISE))
    design = scales_of(PAIRS[:60])[:, None] * (RESPONSES[PAIRS[:60, 0]].astype(float) - RESPONSES[PAIRS[:60, 1]])
    targets, weights = SOFT[:60], WEIGHTS[:60]

    def objective(beta):
        logits = design @ beta
        losses = targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits)
        return weights @ losses + 0.15 * beta @ beta

    mode = minimize(objective, np.zeros(10), method="BFGS", options={"gtol": 1e-7}).x
    p = expit(design @ mode)
    precision = (design * (weights * p * (1 - p))[:, None]).T @ design + 0.3 * np.eye(10)
    samples = posterior.last_layers_sd.numpy()
    lengths = np.einsum("sd,de,se->s", samples - mode, precision, samples - mode)
    deviation = np.sqrt(np.diag(np.linalg.inv(precision)))
    assert lengths.mean() == pytest.approx(10, abs=5 * np.sqrt(20 / 256))  # chi-squared of 10 degrees of freedom
    assert np.abs((samples.mean(axis=0) - mode) / deviation).max() < 5 / np.sqrt(256)


def bernoulli_loss(logits, targets, weights):
    p = expit(logits.astype(np.float64)).mean(axis=0)
    return weights @ -(targets * np.log(p) + (1 - targets) * np.log(1 - p)) / weights.sum()


@each_kind
def test_posterior_fit_chooses_the_exponent_that_predicts_the_validation_pairs_best(noisy, params, kind):
    offered = [0.0, 0.5, 1.0, 2.0]
    fitted, logits = fit_and_predict(changed(noisy(kind), noise=distance_noise(*offered)), SOFT_TENSORS)
    losses = []
    for exponent in offered:
        _, alone = fit_and_predict(changed(noisy(kind), noise=distance_noise(exponent)), SOFT_TENSORS, PAIRS[60:])
        losses.append(bernoulli_loss(alone, SOFT[60:], WEIGHTS[60:]))
    assert fitted.noise.losses == pytest.approx(losses, abs=1e-6)
    assert fitted.noise.exponent == offered[int(np.argmin(losses))]
    assert np.array_equal(logits, fit_and_predict(changed(noisy(kind), noise=distance_noise(fitted.noise.exponent)), SOFT_TENSORS)[1])


def test_posterior_fit_chooses_the_exponent_by_cross_fitting_where_nothing_validates(params):
    offered, tensors = [0.0, 1.0], {"labelled": PAIRS[:7], "validation": PAIRS[:0], "targets": SOFT[:7], "weights": WEIGHTS[:7]}
    fitted, _ = fit_and_predict(changed(params, noise=distance_noise(*offered)), tensors)
    order = torch.randperm(7, generator=torch_generator((9, "folds", 1))).numpy()
    folds, losses = [order[:3], order[3:5], order[5:]], []
    for exponent in offered:
        total = 0.0
        for fold in folds:
            rest = np.sort(np.setdiff1d(np.arange(7), fold))
            part = tensors | {"labelled": PAIRS[rest], "targets": SOFT[rest], "weights": WEIGHTS[rest]}
            _, logits = fit_and_predict(changed(params, noise=distance_noise(exponent)), part, PAIRS[fold])
            total += bernoulli_loss(logits, SOFT[fold], WEIGHTS[fold]) * WEIGHTS[fold].sum()
        losses.append(total / WEIGHTS[:7].sum())
    assert fitted.noise.losses == pytest.approx(losses, abs=1e-6)
    assert fitted.noise.exponent == offered[int(np.argmin(losses))]


@pytest.mark.parametrize("rate", [0.02, 0.0])
def test_posterior_fit_takes_the_first_of_equal_exponents(params, rate):
    still = changed(params, training=changed(TRAINING, lr=rate), noise=distance_noise(1.5, 0.5))
    (one_pair, _), (equal, _) = (
        fit_and_predict(still, {"labelled": PAIRS[:1], "validation": PAIRS[:0]}),
        fit_and_predict(changed(still, noise=distance_noise(0.5, 0.5)), TENSORS),
    )
    assert (one_pair.noise.exponent, one_pair.noise.losses) == (1.5, [0.0, 0.0])
    assert equal.noise.losses[0] == equal.noise.losses[1]


BAD = [
    ({"targets": np.full(60, 1.5)}, r"'targets': number 0 is 1.5, one in \[0, 1\] is needed"),
    ({"targets": -SOFT[:60]}, r"'targets': number \d+ is -0\.\d+, one in \[0, 1\] is needed"),
    ({"targets": np.full(60, np.nan)}, "'targets': number 0 is nan"),
    ({"targets": SOFT[:59]}, "'targets': it is float64 59, float64 60 is needed"),
    ({"targets": SOFT[:60].astype(np.float32)}, "'targets': it is float32 60"),
    ({"weights": np.zeros(60)}, "'weights': number 0 is 0.0, one above 0 is needed"),
    ({"weights": -np.ones(60)}, "'weights': number 0 is -1.0, one above 0 is needed"),
    ({"weights": np.full(60, np.inf)}, "'weights': number 0 is inf"),
    ({"groups": np.zeros(59, np.int32)}, "'groups': it is int32 59, int32 60 is needed"),
    ({"groups": np.zeros(60, np.int64)}, "'groups': it is int64 60, int32 60 is needed"),
    ({"validationTargets": np.full(30, 2.0)}, "'validationTargets': number 0 is 2.0"),
    ({"validationWeights": np.ones(60)}, "'validationWeights': it is float64 60, float64 30 is needed"),
]


@pytest.mark.parametrize(("change", "words"), BAD)
def test_posterior_fit_refuses_targets_and_weights_that_are_none(params, change, words):
    with pytest.raises(WorkerError, match=f"^Cannot use tensor {words}") as caught:
        posterior_fit.run(params, TENSORS | change, Context.offline())
    assert caught.value.code == "INVALID_ARGUMENT"


@pytest.mark.parametrize(("kind", "exponent"), [*itertools.product(REQUESTS, (0.0, 1.0))])
def test_posterior_fit_survives_equal_answers_under_noise(params, kind, exponent):
    # The pair of an answer with itself has distance 0: its scale is finite, its logit is 0, and it teaches nothing.
    same = np.concatenate([PAIRS[:20], np.int32([[5, 5], [9, 9]])])
    asked = changed(params, kind=REQUESTS[kind], noise=distance_noise(exponent))
    _, logits = fit_and_predict(asked, TENSORS | {"labelled": same}, same)
    assert np.isfinite(logits).all()
    assert (logits[:, 20:] == 0).all()


@pytest.mark.parametrize("noise", [ConstantNoise(), NOISE], ids=["constant", "distance"])
@each_kind
def test_posterior_fit_of_constant_features_tosses_a_coin(make_store, tmp_path, params, kind, noise):  # noqa: F811
    store = make_store(tmp_path / "constant", np.ones((2, 3)), np.full_like(RESPONSES, 0.7))
    asked = changed(params, store=store, kind=REQUESTS[kind], noise=noise)
    if kind == "lru":
        with pytest.raises(WorkerError, match="by lru: .* at least two different rewards are needed"):
            fit_and_predict(asked)
        return
    _, logits = fit_and_predict(asked)
    if kind == "variational":  # each answer's reward varies by itself, around one mean
        assert np.isfinite(logits).all()
    else:
        assert (logits == 0).all()


@each_kind
def test_posterior_fit_chooses_the_exponent_by_a_single_validation_pair(noisy, kind):
    one = TENSORS | {"validation": PAIRS[60:61]}
    fitted, logits = fit_and_predict(changed(noisy(kind), noise=distance_noise(0.0, 1.0)), one)
    by_hand = [fit_and_predict(changed(noisy(kind), noise=distance_noise(exponent)), one, PAIRS[60:61])[1] for exponent in (0.0, 1.0)]
    losses = [-np.log(expit(each.astype(np.float64)).mean()) for each in by_hand]
    assert fitted.noise.losses == pytest.approx(losses, abs=1e-6)
    assert fitted.noise.exponent == float(np.argmin(losses))
    assert np.isfinite(logits).all()
