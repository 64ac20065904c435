"""space.rows, space.spread, space.log-det and space.cluster over a real store and a real posterior."""

import numpy as np
import pytest
import torch

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import (
    posterior_fit,
    posterior_predict,
    space_cluster,
    space_log_det,
    space_rows,
    space_spread,
)
from python_worker.protocol.messages import (
    ConstantNoise,
    DeepEnsembleKind,
    DropoutKind,
    FeatureSpaceRef,
    HeadShape,
    LaplaceKind,
    LatentRewardKind,
    PosteriorFitParams,
    PosteriorPredictParams,
    SpaceClusterParams,
    SpaceLogDetParams,
    SpaceRowsParams,
    SpaceSpreadParams,
    TrainingSettings,
    VariationalKind,
)

RNG = np.random.default_rng(7)
PROMPTS = RNG.standard_normal((30, 5)).astype(np.float16).astype(np.float32)
RESPONSES = RNG.standard_normal((60, 6)).astype(np.float16).astype(np.float32)
PAIRS = np.stack([np.arange(0, 60, 2), np.arange(1, 60, 2)], axis=1).astype(np.int32)
TRAINING = TrainingSettings(
    lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
    warmup_steps=2, batch=8, epochs=2, eval_every=100, patience=3,
)  # fmt: skip


@pytest.fixture(params=[torch.float32, torch.float16], ids=str)
def store(make_store, tmp_path, request):
    return make_store(tmp_path / "store", PROMPTS, RESPONSES, request.param)


def space(store, name, posterior=None):
    return FeatureSpaceRef(name=name, store=store, posterior=posterior)


def rows_of(place, rows, context=None):
    return space_rows.run(SpaceRowsParams(space=place), {"rows": rows}, context or Context.offline())


ENSEMBLE = DeepEnsembleKind(members=2, initialisation="paper")


def fit(store, context, kind=ENSEMBLE):
    head = HeadShape(layers=[4], activation="tanh", init="xavier_normal", init_scale=1.0)
    params = PosteriorFitParams(
        store=store, kind=kind, noise=ConstantNoise(), folds=None, ties=0.0, head=head, training=TRAINING, seed=1, round=0,
    )  # fmt: skip
    return posterior_fit.run(params, {"labelled": PAIRS, "validation": PAIRS[:0]}, context).data.posterior


def test_space_rows_gives_prompts(store):
    reply = rows_of(space(store, "prompt"), np.int32([4, 0, 4]))
    assert (reply.data.rows, reply.data.dimension) == (3, 5)
    assert np.array_equal(reply.tensors["features"], PROMPTS[[4, 0, 4]])


def test_space_rows_gives_differences_of_responses(store):
    features = rows_of(space(store, "pair"), PAIRS).tensors["features"]
    assert features.dtype == np.float32
    assert np.array_equal(features, RESPONSES[PAIRS[:, 0]] - RESPONSES[PAIRS[:, 1]])


def test_space_rows_gives_differences_in_the_hidden_layer_of_the_first_member(store):
    context = Context.offline()
    handle = fit(store, context)
    features = rows_of(space(store, "latent", handle), PAIRS, context).tensors["features"]
    weights = context.state.posteriors[handle].heads.weights[-1][0, 0].numpy()
    logits = posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": PAIRS}, context).tensors["logits"]
    assert features.shape == (30, 4)
    assert np.allclose(features @ weights, logits[0], atol=1e-5)


@pytest.mark.parametrize(
    "kind",
    [
        ENSEMBLE,
        DropoutKind(rate=0.1, samples=3),
        LatentRewardKind(),
        VariationalKind(kl_weight=0.05, samples=3),
        LaplaceKind(prior_precision=1.0, samples=3),
    ],
    ids=lambda kind: type(kind).__name__,
)
def test_space_rows_turns_with_the_sides_in_the_hidden_layer_of_every_kind_of_heads(store, kind):
    context = Context.offline()
    place = space(store, "latent", fit(store, context, kind))
    features, turned = (rows_of(place, rows, context).tensors["features"] for rows in (PAIRS, PAIRS[:, ::-1].copy()))
    assert features.shape == (30, 4)
    assert np.array_equal(turned, -features)
    assert np.unique(features).size > 100


@pytest.mark.parametrize("name", ["prompt", "pair"])
def test_space_rows_of_nothing_tells_the_dimension(store, name):
    rows = np.empty((0, 2) if name == "pair" else 0, np.int32)
    reply = rows_of(space(store, name), rows)
    assert (reply.data.rows, reply.data.dimension) == (0, 5 if name == "prompt" else 6)


@pytest.mark.parametrize(
    ("handle", "code", "words"),
    [(None, "INVALID_ARGUMENT", "no posterior is named"), ("f" * 64, "UNAVAILABLE", "this worker does not hold it")],
)
def test_space_rows_refuses_a_latent_space_without_a_posterior(store, handle, code, words):
    with pytest.raises(WorkerError, match=words) as caught:
        rows_of(space(store, "latent", handle), PAIRS)
    assert caught.value.code == code


def test_space_rows_refuses_a_posterior_without_hidden_layers(store):
    context = Context.offline()
    context.state.posteriors["own"] = object()
    with pytest.raises(WorkerError, match="it has no hidden layers"):
        rows_of(space(store, "latent", "own"), PAIRS, context)


def test_space_rows_refuses_rows_of_the_other_shape(store):
    with pytest.raises(WorkerError, match="int32 N is needed"):
        rows_of(space(store, "prompt"), PAIRS)
    with pytest.raises(WorkerError, match="int32 N × 2 is needed"):
        rows_of(space(store, "pair"), np.int32([1]))


def spread(place, rule="farthest", picks=3, **tensors):
    rows = {"candidates": np.int32([5, 6, 7, 8]), "centres": np.int32([1])}
    return space_spread.run(SpaceSpreadParams(space=place, picks=picks, rule=rule), rows | tensors, Context.offline())


def test_space_spread_goes_to_the_farthest(store):
    reply = spread(space(store, "prompt"))
    distances = np.linalg.norm(PROMPTS[5:9] - PROMPTS[1], axis=1)
    assert reply.data.picks == 3
    assert reply.tensors["positions"][0] == distances.argmax()
    assert reply.tensors["positions"].dtype == np.int32
    assert reply.tensors["distances"][0] == pytest.approx(distances.max(), rel=1e-6)


def test_space_spread_scales_candidates(store):
    scale = np.array([0.0, 0.0, 100.0, 0.0])
    assert spread(space(store, "prompt"), scale=scale).tensors["positions"][0] == 2


def test_space_spread_takes_no_more_than_there_are(store):
    assert spread(space(store, "prompt"), picks=9).data.picks == 4


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({}, "'draws': it is missing, float64 3 is needed"),
        ({"draws": np.array([0.1, 1.0, 0.2])}, "number 1 is 1.0, at least 0.0 and below 1.0 is needed"),
        ({"draws": np.array([0.1, 0.2])}, "float64 2, float64 3 is needed"),
        ({"draws": np.array([0.1, 0.2, 0.3]), "scale": np.array([1, 2, np.nan, 3.0])}, "number 2 is nan"),
    ],
)
def test_space_spread_refuses_bad_numbers(store, tensors, words):
    with pytest.raises(WorkerError, match=words):
        spread(space(store, "prompt"), "drawn", **tensors)


def test_space_log_det_weighs_and_knows(store):
    params = SpaceLogDetParams(space=space(store, "pair"), picks=5, ridge=0.5)
    weights, known_weights = RNG.random(20), RNG.random(10)
    tensors = {"candidates": PAIRS[:20], "weights": weights, "known": PAIRS[20:], "knownWeights": known_weights}
    reply = space_log_det.run(params, tensors, Context.offline())
    x = RESPONSES[PAIRS[:, 0]].astype(float) - RESPONSES[PAIRS[:, 1]]
    start = 0.5 * np.eye(6) + (x[20:].T * known_weights) @ x[20:]
    growths = [np.linalg.slogdet(start + w * np.outer(r, r))[1] for w, r in zip(weights, x, strict=False)]
    assert reply.tensors["positions"][0] == np.argmax(growths)
    assert reply.tensors["growths"][0] == pytest.approx(max(growths) - np.linalg.slogdet(start)[1], abs=1e-6)
    assert len(reply.tensors["positions"]) == reply.data.picks == 5


def test_space_log_det_refuses_negative_weights(store):
    params = SpaceLogDetParams(space=space(store, "pair"), picks=1, ridge=1.0)
    tensors = {"candidates": PAIRS[:1], "weights": np.array([-1.0]), "known": PAIRS[:0], "knownWeights": np.empty(0)}
    with pytest.raises(WorkerError, match="'weights': number 0 is -1.0, at least 0.0"):
        space_log_det.run(params, tensors, Context.offline())


def cluster(store, learnt_on, draws):
    tensors = {"rows": np.arange(30, dtype=np.int32), "learntOn": np.int32(learnt_on), "draws": np.array(draws)}
    params = SpaceClusterParams(space=space(store, "prompt"), iterations=10)
    return space_cluster.run(params, tensors, Context.offline())


def test_space_cluster_gives_a_cluster_to_every_row(store):
    reply = cluster(store, range(10), [0.1, 0.5, 0.7])
    assert (reply.data.rows, reply.data.clusters) == (30, 3)
    assert set(reply.tensors["clusters"].tolist()) == {0, 1, 2}
    assert reply.tensors["clusters"].dtype == np.int32


@pytest.mark.parametrize(("learnt_on", "draws"), [([], [0.1]), ([0], [])])
def test_space_cluster_refuses_to_learn_nothing(store, learnt_on, draws):
    with pytest.raises(WorkerError, match="at least one of each is needed"):
        cluster(store, learnt_on, draws)
