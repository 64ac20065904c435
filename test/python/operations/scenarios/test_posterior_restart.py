"""Posteriors of every kind survive a restart of the worker that belongs to a run."""


import numpy as np
import pytest
from test_posterior_operations import PAIRS as ENSEMBLE_PAIRS
from test_posterior_operations import TENSORS as ENSEMBLE_TENSORS
from test_posterior_operations import params  # noqa: F401
from user_models import PAIRS, RESPONSES, TWO_HEADS, fit, params_for, predict, write_model

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import posterior_fit


@pytest.fixture
def start(tmp_path):
    """A worker of the run, with nothing in memory; whatever it fits reports its progress."""

    def start(on_progress=lambda report: None):
        state = WorkerState()
        state.run_dir = tmp_path / "run"
        return Context.offline(state, on_progress)

    return start


@pytest.fixture
def make_params(make_store, tmp_path):
    store = make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES)
    return lambda source, name="Two", **changes: params_for(write_model(tmp_path, source), store, name, **changes)


def test_posterior_predict_finds_a_deep_ensemble_after_a_restart(params, start):  # noqa: F811
    first, second = [], []
    context = start(first.append)
    fitted = posterior_fit.run(params, ENSEMBLE_TENSORS, context).data
    logits = predict(fitted.posterior, context, ENSEMBLE_PAIRS)
    assert np.array_equal(predict(fitted.posterior, start(), ENSEMBLE_PAIRS), logits)
    assert posterior_fit.run(params, ENSEMBLE_TENSORS, start(second.append)).data == fitted
    assert first
    assert second == []


def test_posterior_predict_finds_a_users_model_after_a_restart(make_params, start):
    source = TWO_HEADS.replace("        optimiser =", "        assert not context.options['restarted']\n        optimiser =")
    params, context = make_params(source, options={"restarted": False}), start()
    handle = fit(params, context)
    logits = predict(handle, context)
    assert np.array_equal(predict(handle, start()), logits)
    assert fit(params, start()) == handle


def test_posterior_predict_finds_a_model_that_only_scores_after_a_restart(make_params, start):
    source = """
    class Scorer:
        def __init__(self, context, options): self.weight = options["weight"]
        def score(self, responses, context): return self.weight * responses.features[:, 0]
    """
    handle = fit(make_params(source, "Scorer", options={"weight": 3}), start())
    assert np.allclose(predict(handle, start())[0], 3 * (RESPONSES[PAIRS[:, 0], 0] - RESPONSES[PAIRS[:, 1], 0]))


def test_posterior_predict_asks_for_a_fit_of_a_model_that_cannot_be_saved(make_params, start):
    unsaved = TWO_HEADS[: TWO_HEADS.index("    def save")]
    handle = fit(make_params(unsaved), start())
    with pytest.raises(WorkerError, match="does not hold it, a fit before it is needed") as caught:
        predict(handle, start())
    assert caught.value.code == "UNAVAILABLE"


def test_posterior_predict_asks_for_a_fit_when_the_users_file_has_changed(make_params, start):
    params = make_params(TWO_HEADS)
    handle = fit(params, start())
    make_params(f"{TWO_HEADS}\n# mended")
    with pytest.raises(WorkerError, match="does not hold it"):
        predict(handle, start())


def test_posterior_predict_asks_for_a_fit_when_the_file_is_damaged(make_params, start, tmp_path):
    handle = fit(make_params(TWO_HEADS), start())
    (file,) = (tmp_path / "run" / "posteriors").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(WorkerError, match="does not hold it"):
        predict(handle, start())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("return self.heads.state_dict()", "return [1]", r"save 'model.py:Two': it gave an object of type list \(.* line 21\)"),
        ("return self.heads.state_dict()", "return {'n': 3}", r"save 'model.py:Two': it gave an object of type int for 'n' \("),
        ("return self.heads.state_dict()", "raise OSError('full')", r"save 'model.py:Two': OSError: full \(model.py line 22\)"),
        ("self.heads.load_state_dict(tensors)", "raise OSError('gone')", r"restore 'model.py:Two': OSError: gone \(model.py line 25\)"),
    ],
)  # fmt: skip
def test_posterior_of_a_user_names_file_and_line_of_what_keeps_it_from_being_kept(make_params, start, old, new, words):
    with pytest.raises(WorkerError, match=f"^Cannot {words}") as caught:
        predict(fit(make_params(TWO_HEADS.replace(old, new)), start()), start())
    assert caught.value.code == "USER_CODE"
