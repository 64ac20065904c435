"""Stopping by cross-fitting, against the same fits made one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from python_worker.base.seeding import torch_generator
from python_worker.context.context import Context
from python_worker.posterior.contract.fit_request import FitRequest
from python_worker.posterior.cross_fitting.choose_exponent import fit_best_exponent
from python_worker.posterior.cross_fitting.cross_fit import fit_cross_fitted
from python_worker.posterior.deep_ensemble import DeepEnsemble
from python_worker.posterior.pairs.labelled_pairs import LabelledPairs
from python_worker.protocol.messages import (
    ConstantNoise,
    DeepEnsembleKind,
    DistanceNoise,
    HeadShape,
    PosteriorFitParams,
    TrainingSettings,
)

RNG = np.random.default_rng(5)
RESPONSES = torch.from_numpy(RNG.standard_normal((600, 12)).astype(np.float32))
DIRECTION = RNG.standard_normal(12)
ROWS = np.arange(600, dtype=np.int32).reshape(-1, 2)
MARGINS = (RESPONSES[ROWS[:, 0]] - RESPONSES[ROWS[:, 1]]).double().numpy() @ DIRECTION / 6
# Noisy labels as targets: whoever learns every one of them by heart predicts others badly.
TARGETS = torch.from_numpy((RNG.random(300) < 1 / (1 + np.exp(-MARGINS))).astype(np.float64))
# So uneven that parts of equal size weigh differently.
WEIGHTS = torch.from_numpy(np.exp(3 * RNG.standard_normal(300)))
OFFERED = [0.0, 0.5, 1.0]
TRAINING = TrainingSettings(
    lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
    warmup_steps=2, batch=16, epochs=40, eval_every=100, patience=5,
)  # fmt: skip


@pytest.fixture(scope="module")
def request_of(make_store, tmp_path_factory):
    store = make_store(tmp_path_factory.mktemp("stores") / "store", np.ones((2, 3)), RESPONSES.numpy())

    def request_of(count, validation=0, noise=None, weights=None):
        params = PosteriorFitParams(
            store=store, kind=DeepEnsembleKind(members=3, initialisation="paper"),
            noise=noise or ConstantNoise(), folds=4, ties=0.0,
            head=HeadShape(layers=[16], activation="tanh", init="xavier_normal", init_scale=1.0),
            training=TRAINING, seed=2, round=1,
        )  # fmt: skip
        pairs = LabelledPairs(ROWS, TARGETS, weights)
        parts = [pairs.at(np.arange(start, start + size)) for start, size in ((0, count), (250, validation))]
        return FitRequest(params, "handle", RESPONSES, *parts)

    return request_of


def fit_by_hand(request, exponent=None):
    """The last step and the weighted mean loss of all held-out pairs, from the definition."""
    count = len(request.labelled)
    order = torch.randperm(count, generator=torch_generator((2, "folds", 1))).numpy()
    steps, losses, judged = [], 0.0, 0
    for part in np.array_split(order, min(4, count)):
        rest = np.setdiff1d(np.arange(count), part)
        held_out = request.labelled.at(part).joined(request.validation)
        alone = replace(request.with_exponent(exponent), labelled=request.labelled.at(rest), validation=held_out)
        fitted = DeepEnsemble.fit(alone, Context.offline())
        steps += [member.best_step * count / len(rest) for member in fitted.report.members]
        losses += sum(weighted_losses(fitted, held_out))
        judged += held_out.weights.sum().item()
    return int(np.clip(np.round(np.median(steps)), 1, None)), losses / judged


def weighted_losses(fitted, pairs):
    logits = fitted.predict(pairs.rows_n2, Context.offline())["logits"].astype(np.float64)
    p, t = (1 / (1 + np.exp(-logits))).mean(axis=0), pairs.targets.numpy()
    return -pairs.weights.numpy() * (t * np.log(p) + (1 - t) * np.log(1 - p))


def cross_fitted(request):
    return fit_cross_fitted(request, request.params.folds, DeepEnsemble.fit, Context.offline())


@pytest.mark.parametrize(("count", "validation"), [(40, 0), (41, 0), (40, 20), (6, 0), (3, 0), (2, 0)])
def test_members_stop_at_the_median_of_the_scaled_best_steps(request_of, count, validation):
    request = request_of(count, validation)
    fitted = cross_fitted(request)
    last_step, _ = fit_by_hand(request)
    total = -(-count // 16) * 40
    assert {(m.stop_step, m.best_step, m.best_loss) for m in fitted.report.members} == {(min(last_step, total),) * 2 + (None,)}
    assert {m.stopped_early for m in fitted.report.members} == {last_step < total}
    alone = replace(request, validation=request.validation.at(np.arange(0)), last_step=last_step)
    assert torch.equal(DeepEnsemble.fit(alone, Context.offline()).heads.flat, fitted.heads.flat)


@pytest.mark.parametrize(("validation", "weights"), [(0, None), (1, None), (20, None), (0, WEIGHTS), (20, WEIGHTS)])
def test_exponent_is_the_one_that_predicts_held_out_pairs_best(request_of, validation, weights):
    request = request_of(40, validation, DistanceNoise(exponents=OFFERED, typical=4.9, folds=5), weights)
    fitted = cross_fitted(request)
    by_hand = [fit_by_hand(request, exponent) for exponent in OFFERED]
    losses = [loss for _, loss in by_hand]
    assert fitted.report.noise.losses == pytest.approx(losses, abs=1e-6)
    best = int(np.argmin(losses))
    assert fitted.report.noise.exponent == OFFERED[best]
    assert fitted.report.members[0].stop_step == by_hand[best][0]


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_exponent_alone_is_chosen_by_fits_that_never_saw_the_held_out_pairs(request_of, weights):
    request = request_of(40, noise=DistanceNoise(exponents=OFFERED, typical=4.9, folds=5), weights=weights)
    noise = fit_best_exponent(request, DeepEnsemble.fit, Context.offline()).report.noise
    order = torch.randperm(40, generator=torch_generator((2, "folds", 1))).numpy()
    losses = []
    for exponent in OFFERED:
        losses_n = np.zeros(40)
        for part in np.array_split(order, 5):
            rest = request.labelled.at(np.setdiff1d(np.arange(40), part))
            fitted = DeepEnsemble.fit(replace(request.with_exponent(exponent), labelled=rest), Context.offline())
            losses_n[part] = weighted_losses(fitted, request.labelled.at(part))
        losses.append(losses_n.sum() / request.labelled.weights.sum().item())
    assert noise.losses == pytest.approx(losses, abs=1e-6)
    assert noise.exponent == OFFERED[int(np.argmin(losses))]


def test_an_exponent_that_is_fixed_has_no_losses(request_of):
    request = request_of(10, noise=DistanceNoise(exponents=[0.5], typical=4.9, folds=5))
    assert (cross_fitted(request).report.noise.exponent, cross_fitted(request).report.noise.losses) == (0.5, [])


def test_an_exponent_is_not_chosen_by_a_single_pair(request_of):
    request = request_of(1, noise=DistanceNoise(exponents=[1.0, 0.5], typical=4.9, folds=5))
    noise = fit_best_exponent(request, DeepEnsemble.fit, Context.offline()).report.noise
    assert (noise.exponent, noise.losses) == (1.0, [0.0, 0.0])


def test_a_single_pair_is_trained_on_for_every_epoch(request_of):
    for noise in (None, DistanceNoise(exponents=[1.0, 0.5], typical=4.9, folds=5)):
        report = cross_fitted(request_of(1, noise=noise)).report
        assert {(m.stop_step, m.stopped_early) for m in report.members} == {(40, False)}
        assert noise is None or (report.noise.exponent, report.noise.losses) == (1.0, [0.0, 0.0])


def test_the_same_request_gives_the_same_bits(request_of):
    first, second = (cross_fitted(request_of(40)) for _ in range(2))
    assert first.report == second.report
    assert torch.equal(first.heads.flat, second.heads.flat)


def test_held_out_predictions_are_better_than_after_every_epoch_and_no_label_validates(request_of):
    better, test_pairs = [], LabelledPairs(ROWS, TARGETS).at(np.arange(120, 300))
    for count in (40, 80, 120):
        request = request_of(count)
        every = DeepEnsemble.fit(request, Context.offline())
        stopped = cross_fitted(request)
        better.append((weighted_losses(every, test_pairs) - weighted_losses(stopped, test_pairs)).mean())
    assert min(better) > 0.02
