"""posterior.fit and posterior.predict over a real store."""

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.protocol.messages import (
    ConstantNoise,
    DeepEnsembleKind,
    HeadShape,
    PosteriorFitParams,
    PosteriorPredictParams,
    TrainingSettings,
)

RNG = np.random.default_rng(4)
RESPONSES = RNG.standard_normal((120, 10)).astype(np.float32)
QUALITY = RESPONSES[:, 0]
DRAWN = RNG.permuted(np.tile(np.arange(120), (90, 1)), axis=1)[:, :2]
PAIRS = np.where((QUALITY[DRAWN[:, 0]] > QUALITY[DRAWN[:, 1]])[:, np.newaxis], DRAWN, DRAWN[:, ::-1]).astype(np.int32)
TENSORS = {"labelled": PAIRS[:60], "validation": PAIRS[60:]}
HEAD = HeadShape(layers=[8], activation="tanh", init="xavier_normal", init_scale=1.0)
ENSEMBLE = DeepEnsembleKind(members=3, initialisation="paper")
REFERENCE = DeepEnsembleKind(members=3, initialisation="reference")
ALONE = DeepEnsembleKind(members=1, initialisation="paper")
TRAINING = TrainingSettings(
    lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
    warmup_steps=2, batch=16, epochs=10, eval_every=100, patience=3,
)  # fmt: skip


@pytest.fixture
def params(make_store, tmp_path):
    return PosteriorFitParams(
        store=make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES),
        kind=ENSEMBLE, noise=ConstantNoise(), folds=None, ties=0.0, head=HEAD, training=TRAINING, seed=9, round=1,
    )  # fmt: skip


def changed(params, **changes):
    return msgspec.structs.replace(params, **changes)


def fit_and_predict(params, tensors=TENSORS, pairs=PAIRS):
    context = Context.offline()
    fitted = posterior_fit.run(params, tensors, context).data
    predicted = posterior_predict.run(PosteriorPredictParams(posterior=fitted.posterior), {"pairs": pairs}, context)
    return fitted, predicted.tensors["logits"]


def test_posterior_fit_learns_what_the_pairs_say(params):
    fitted, logits = fit_and_predict(params)
    assert fitted.samples == len(fitted.members) == 3
    assert logits.shape == (3, 90) and logits.dtype == np.float32
    assert (logits[:, 60:] > 0).mean() > 0.7


def test_posterior_predict_is_antisymmetric_and_scores_a_response_alike_in_every_pair(params):
    _, logits = fit_and_predict(params, pairs=np.int32([[0, 1], [1, 0], [1, 2], [0, 2], [3, 3]]))
    assert np.array_equal(logits[:, 0], -logits[:, 1])
    assert np.allclose(logits[:, 0] + logits[:, 2], logits[:, 3], atol=1e-6)
    assert (logits[:, 4] == 0).all()


def test_posterior_predict_takes_no_pairs(params):
    _, logits = fit_and_predict(params, pairs=np.empty((0, 2), np.int32))
    assert logits.shape == (3, 0)


def test_posterior_fit_gives_equal_requests_equal_bits_and_handles(params):
    (first, first_logits), (second, second_logits) = fit_and_predict(params), fit_and_predict(params)
    assert first == second
    assert np.array_equal(first_logits, second_logits)


def test_posterior_fit_gives_equal_bits_in_another_process(params):
    here = fit_and_predict(params)[1].tobytes().hex()
    code = (
        "import sys, msgspec, torch; torch.set_num_threads(1); sys.path.insert(0, sys.argv[1])\n"
        "from test_posterior_operations import *\n"
        "print(fit_and_predict(msgspec.json.decode(sys.argv[2], type=PosteriorFitParams))[1].tobytes().hex())"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), msgspec.json.encode(params).decode()]
    repository = Path(__file__).parents[4]
    assert subprocess.run(command, capture_output=True, text=True, check=True, cwd=repository).stdout.strip() == here


@pytest.mark.parametrize("change", [{"seed": 10}, {"round": 2}, {"kind": REFERENCE}, {"kind": ALONE}])
def test_posterior_fit_gives_other_requests_other_handles(params, change):
    assert fit_and_predict(params)[0].posterior != fit_and_predict(changed(params, **change))[0].posterior


def initial_logits(params):
    """With learning rate 0 the fitted heads are the initial ones."""
    return fit_and_predict(changed(params, training=changed(TRAINING, lr=0.0)))[1]


def test_posterior_fit_initialises_members_independently_by_default(params):
    logits = initial_logits(params)
    assert len({row.tobytes() for row in logits}) == 3


def test_posterior_fit_shares_the_initialisation_of_all_but_the_first_member_as_the_reference_does(params):
    logits = initial_logits(changed(params, kind=REFERENCE))
    assert np.array_equal(logits[1], logits[2])
    assert not np.array_equal(logits[0], logits[1])


def test_posterior_fit_draws_every_member_and_round_from_its_own_stream(params):
    alone = initial_logits(changed(params, kind=ALONE))
    assert np.allclose(alone[0], initial_logits(params)[0], atol=1e-5)
    assert not np.allclose(alone[0], initial_logits(changed(params, kind=ALONE, round=2))[0], atol=0.1)


def test_posterior_fit_orders_the_data_of_members_apart(params):
    members = fit_and_predict(changed(params, kind=REFERENCE))[0].members
    assert members[1].losses != members[2].losses


@pytest.mark.parametrize("name", ["labelled", "validation"])
@pytest.mark.parametrize("rows", [np.int32([[0, 120]]), np.int32([[-1, 0]]), np.int64([[0, 1]]), np.int32([0, 1])])
def test_posterior_fit_refuses_rows_that_are_not_there(params, name, rows):
    with pytest.raises(WorkerError, match=f"Cannot use tensor '{name}'") as caught:
        posterior_fit.run(params, TENSORS | {name: rows}, Context.offline())
    assert caught.value.code == "INVALID_ARGUMENT"


def test_posterior_fit_names_seed_round_member_and_rate_when_it_diverges(params):
    diverging = changed(params, training=changed(TRAINING, lr=3e38), head=changed(HEAD, activation="relu"))
    with pytest.raises(WorkerError, match=r"posterior of seed 9, round 1: .* member \d .* step \d+ \(learning rate"):
        posterior_fit.run(diverging, TENSORS, Context.offline())


def test_posterior_predict_refuses_a_posterior_the_worker_does_not_hold():
    with pytest.raises(WorkerError, match="does not hold it") as caught:
        posterior_predict.run(PosteriorPredictParams(posterior="gone"), {"pairs": PAIRS}, Context.offline())
    assert caught.value.code == "UNAVAILABLE"


def test_posterior_predict_reopens_a_store_that_was_dropped(params):
    context = Context.offline()
    fitted = posterior_fit.run(params, TENSORS, context).data
    del context.state.stores[params.store.id]
    predict = PosteriorPredictParams(posterior=fitted.posterior)
    assert posterior_predict.run(predict, {"pairs": PAIRS}, context).data.pairs == 90


def test_posterior_predict_names_the_sample_whose_logits_are_not_finite(params):
    context = Context.offline()
    fitted = posterior_fit.run(params, TENSORS, context).data
    context.state.posteriors[fitted.posterior].heads.weights[0][1] = float("nan")
    with pytest.raises(WorkerError, match="the logits of sample 1 are not finite; lower posterior.training.lr, or"):
        posterior_predict.run(PosteriorPredictParams(posterior=fitted.posterior), {"pairs": PAIRS}, context)
