"""posterior.fit of the members of a cross-backbone ensemble: a store of its own for each."""

import numpy as np
import pytest
from test_posterior_operations import ALONE, PAIRS, RESPONSES, TENSORS, changed, fit_and_predict
from test_posterior_operations import params as ensemble_params  # noqa: F401

from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.protocol.messages import CrossBackboneKind, DeepEnsembleKind, PosteriorPredictParams

OTHER = np.hstack([np.tanh(RESPONSES[:, 4:]), RESPONSES[:, :3] ** 2]).astype(np.float32)


@pytest.fixture
def stores(make_store, tmp_path):
    return [make_store(tmp_path / name, np.ones((2, 3)), rows) for name, rows in (("one", RESPONSES), ("two", OTHER))]


@pytest.fixture
def params(ensemble_params, stores):  # noqa: F811
    return lambda member: changed(ensemble_params, store=stores[member], kind=CrossBackboneKind(member=member))


def test_posterior_fit_gives_member_0_the_bits_of_a_deep_ensemble_of_one(params):
    member, logits = fit_and_predict(params(0))
    alone, wanted = fit_and_predict(changed(params(0), kind=ALONE))
    assert np.array_equal(logits, wanted)
    assert member.members == alone.members and member.samples == 1
    assert member.posterior != alone.posterior


@pytest.mark.parametrize("number", [1, 2])
def test_posterior_fit_gives_a_member_the_streams_it_has_in_a_deep_ensemble(params, number):
    _, logits = fit_and_predict(changed(params(1), kind=CrossBackboneKind(member=number)))
    _, together = fit_and_predict(changed(params(1), kind=DeepEnsembleKind(members=3, initialisation="paper")))
    assert np.allclose(logits[0], together[number], atol=1e-4)
    assert not np.allclose(logits[0], together[0], atol=1e-2)


def test_posterior_fit_and_predict_cope_with_room_for_one_store(params):
    roomy, tight = Context.offline(), Context.offline(WorkerState(store_bytes=1))
    for worker in (roomy, tight):
        for member in (0, 1, 0):
            posterior_fit.run(params(member), TENSORS, worker)
    handles = list(roomy.state.posteriors)
    assert len(roomy.state.stores) == 2
    for handle in (*handles, *handles):
        assert np.array_equal(predict(handle, roomy), predict(handle, tight))
        assert len(tight.state.stores) == 1


def predict(handle, context):
    request = PosteriorPredictParams(posterior=handle)
    return posterior_predict.run(request, {"pairs": PAIRS}, context).tensors["logits"]
