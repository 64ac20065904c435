"""external.fit and posterior.predict on a user's own model."""

import re
import threading

import numpy as np
import pytest
from user_models import PAIRS, RESPONSES, TENSORS, TWO_HEADS, fit, params_for, predict, write_model

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import external_check
from python_worker.protocol.messages import ExternalCheckParams

SCORER = """
import numpy as np

class Scorer:
    made = []

    def __init__(self, context, options):
        self.made.append(context.round)
        self.weight = options["weight"]

    def score(self, responses, context):
        assert len(self.made) == 1
        features = np.concatenate([batch.features.numpy() for batch in responses.batches(7)])
        assert len(features) == len(responses) == len(responses.rows)
        return self.weight * features[:, 0]
"""


@pytest.fixture
def store(make_store, tmp_path):
    return make_store(tmp_path / "store", np.ones((2, 3)), RESPONSES)


@pytest.fixture
def make_params(store, tmp_path):
    """Parameters of a fit of the class in `source`."""
    return lambda source, name="Two", **changes: params_for(write_model(tmp_path, source), store, name, **changes)


def failure_of(params, context=None, tensors=TENSORS):
    """What a fit and a prediction end with."""
    context = context or Context.offline()
    with pytest.raises(WorkerError) as caught:
        predict(fit(params, context, tensors), context)
    return caught.value


def test_external_fit_learns_from_pairs_and_its_samples_are_the_logits(make_params):
    context = Context.offline()
    logits = predict(fit(make_params(TWO_HEADS, options={"heads": 3}), context), context)
    assert logits.shape == (3, 40) and logits.dtype == np.float32
    assert (logits > 0).mean() > 0.8
    assert not np.array_equal(logits[0], logits[1])


def test_external_fit_gives_equal_requests_equal_bits_and_handles(make_params):
    params, results = make_params(TWO_HEADS), []
    for _ in range(2):
        context = Context.offline()
        np.random.rand(3)  # what others draw from the global generators does not matter
        handle = fit(params, context)
        results.append((handle, predict(handle, context).tobytes()))
    assert results[0] == results[1]


@pytest.mark.parametrize("change", [{"seed": 8}, {"round": 2}, {"options": {"heads": 4}}])
def test_external_fit_gives_other_requests_other_handles_and_logits(make_params, change):
    first, second = Context.offline(), Context.offline()
    one, other = fit(make_params(TWO_HEADS), first), fit(make_params(TWO_HEADS, **change), second)
    assert one != other
    assert not np.array_equal(predict(one, first), predict(other, second))


def test_external_fit_keeps_the_newest_model_alone(make_params):
    context = Context.offline()
    old = fit(make_params(TWO_HEADS), context)
    new = fit(make_params(TWO_HEADS, round=2), context)
    assert list(context.state.posteriors) == [new]
    with pytest.raises(WorkerError, match="does not hold it"):
        predict(old, context)


def test_external_fit_makes_a_model_that_only_scores_once_for_all_rounds(make_params):
    context = Context.offline()
    handles = {
        fit(make_params(SCORER, "Scorer", options={"weight": 2.0}, round=round), context, {**TENSORS, "labelled": PAIRS[:n]})
        for round, n in ((3, 5), (4, 9))
    }
    assert len(handles) == 1
    expected = 2 * (RESPONSES[PAIRS[:, 0], 0] - RESPONSES[PAIRS[:, 1], 0])
    assert np.allclose(predict(handles.pop(), context), expected[None], atol=1e-6)


def test_external_fit_hands_out_labelled_and_validation_pairs_with_rows_and_features(make_params, capfd):
    source = """
    import torch
    class Two:
        def __init__(self, context, options): self.seen = context
        def fit(self, labelled, validation, context):
            assert (len(labelled), len(validation)) == (30, 10)
            assert labelled.rows.dtype == torch.int64 and labelled.rows.shape == (30, 2)
            assert labelled.first.dtype == torch.float32 and labelled.second.shape == (30, 6)
            parts = list(labelled.batches(8))
            assert [len(part) for part in parts] == [8, 8, 8, 6]
            assert torch.equal(torch.cat([part.second for part in parts]), labelled.second)
            assert context is self.seen and context.round == 1 and 0 <= context.seed < 2**32
            assert context.device == labelled.first.device and not context.memory_is_short
            labelled.first[:] = 0
        def sample(self, pairs, context):
            return (pairs.first - pairs.second)[:, :1].T
    """
    context = Context.offline()
    logits = predict(fit(make_params(source), context), context)
    assert np.allclose(logits[0], RESPONSES[PAIRS[:, 0], 0] - RESPONSES[PAIRS[:, 1], 0])


def test_external_fit_takes_no_pairs_to_predict(make_params):
    context = Context.offline()
    assert predict(fit(make_params(TWO_HEADS), context), context, np.empty((0, 2), np.int32)).shape == (1, 0)


def test_external_fit_tells_the_model_that_memory_is_short(make_params):
    source = """
    class Two:
        def __init__(self, context, options): pass
        def fit(self, labelled, validation, context):
            if not context.memory_is_short:
                labelled.first.new_empty(1 << 60)
        def sample(self, pairs, context): return pairs.first[:, :2].T
    """
    params = make_params(source)
    failure = failure_of(params)
    assert (failure.code, failure.retryable) == ("OOM_CPU", True)
    assert failure.message == (
        "Cannot fit with 'model.py:Two': memory is exhausted (model.py line 6), a smaller batch is needed"
    )
    again = Context(WorkerState(), lambda report: None, threading.Event(), memory_is_short=True)
    assert predict(fit(params, again), again).shape == (2, 40)


def test_external_fit_tells_that_gpu_memory_ran_out(make_params):
    failure = failure_of(make_params(body(fit="raise torch.cuda.OutOfMemoryError('CUDA')", top="import torch")))
    assert (failure.code, failure.retryable) == ("OOM_GPU", True)
    assert failure.message == (
        "Cannot fit with 'model.py:Two': GPU memory is exhausted (model.py line 5), a smaller batch is needed"
    )


def test_external_fit_passes_progress_on_and_a_cancel_through(make_params):
    reports = []
    context = Context.offline(on_progress=reports.append)
    fit(make_params(TWO_HEADS), context)
    assert (reports[-1].done, reports[-1].total) == (20, 20) and reports[-1].metrics["loss"] > 0
    cancelled = Context.offline()
    cancelled.progress = lambda *_: cancelled.cancel()
    with pytest.raises(Cancelled):
        fit(make_params(TWO_HEADS, round=5), cancelled)


def test_external_fit_keeps_a_cancel_that_the_code_wraps_in_an_error_of_its_own(make_params):
    source = TWO_HEADS.replace("            context.check()", (
        "            try:\n                context.check()\n"
        "            except Exception as error:\n                raise RuntimeError('training failed') from error"
    ))  # fmt: skip
    context = Context.offline()
    context.progress = lambda *_: context.cancel()
    with pytest.raises(Cancelled):
        fit(make_params(source), context)


def body(fit="pass", sample="return pairs.first[:, :2].T", init="pass", top="", end=""):
    """A class whose methods are the given lines; `fit` stands on line 5, `sample` on line 7."""
    return f"""{top}
class Two:
    def __init__(self, context, options): {init}
    def fit(self, labelled, validation, context):
        {fit}
    def sample(self, pairs, context):
        {sample}
{end}"""


FAILING = [
    (body(fit="raise ValueError('no\\n such thing.')"), "fit with 'model.py:Two': ValueError: no such thing (model.py line 5)"),
    (body(fit="labelled.first @ labelled.first"), r"fit with 'model.py:Two': RuntimeError: mat1 and mat2 .* \(model\.py line 5\)"),
    (body(fit="import sys; sys.exit(3)"), "fit with 'model.py:Two': SystemExit: 3 (model.py line 5)"),
    (body(top="class Mute(Exception):\n    def __str__(self): return 1 / 0", fit="raise Mute"), "fit with 'model.py:Two': Mute (model.py line 6)"),
    (body(fit="raise KeyboardInterrupt"), "fit with 'model.py:Two': KeyboardInterrupt (model.py line 5)"),
    (body(fit="labelled.batches(0)"), "fit with 'model.py:Two': ValueError: Cannot make batches of 0, at least 1 is needed (model.py line 5)"),
    (body(sample="return helper()", end="def helper():\n    return 1 / 0"),
     "sample from 'model.py:Two': ZeroDivisionError: division by zero (model.py line 9)"),
    (body(init="self.x = options['x']"), "make 'model.py:Two': KeyError: 'x' (model.py line 3)"),
    (body().replace("self, pairs, context", "self, pairs"),
     r"sample from 'model.py:Two': TypeError: Two.sample\(\) takes 2 positional arguments but 3 were given \(model.py line 6\)"),
    (body(top="import no_such_package"), "load 'model.py:Two': ModuleNotFoundError: No module named 'no_such_package' (model.py line 1)"),
    (body(top="class :"), "load 'model.py:Two': SyntaxError: invalid syntax (model.py line 1)"),
    (body(top="import sys; sys.exit()"), "load 'model.py:Two': SystemExit (model.py line 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "words"), FAILING, ids=[words[:60] for _, words in FAILING])
def test_external_fit_names_file_and_line_of_code_that_fails(make_params, source, words, caplog):
    failure = failure_of(make_params(source))
    assert failure.code == "USER_CODE" and not failure.retryable
    pattern = words if "\\(" in words else re.escape(words)
    assert re.fullmatch(f"Cannot {pattern}, a fix in that file is needed", failure.message), failure.message
    assert failure.details["file"].endswith("model.py") and int(failure.details["line"]) > 0
    assert "Traceback" in caplog.text and "model.py" in caplog.text


GIVES = [
    ("pairs.first[:, :2]", "sample() gave 40 × 2", "S × 40 (S of at least 1) is"),
    ("pairs.first[:, 0]", "sample() gave 40", "S × 40 (S of at least 1) is"),
    ("pairs.first[:, :0].T", "sample() gave 0 × 40", "S × 40 (S of at least 1) is"),
    ("pairs.first.sum()", "sample() gave a single number", "S × 40 (S of at least 1) is"),
    ("None", "it gave None", "a floating-point Tensor or array of S × 40 (S of at least 1) is"),
    ("[[1.0] * 40]", "it gave an object of type list", "a floating-point Tensor or array of S × 40 (S of at least 1) is"),
    ("pairs.first.T.to('meta')", "it gave a Tensor on the device meta, which has no numbers", "S × 40 (S of at least 1) is"),
    ("pairs.rows.T", "it gave numbers of type int64", "floating-point numbers, S × 40 (S of at least 1), are"),
]


@pytest.mark.parametrize(("value", "found", "needed"), GIVES)
def test_external_fit_names_what_sample_gave_instead(make_params, value, found, needed):
    failure = failure_of(make_params(body(sample=f"return {value}")))
    assert failure.code == "USER_CODE"
    assert failure.message == f"Cannot sample from 'model.py:Two': {found} (model.py line 6), {needed} needed"


@pytest.mark.parametrize(("number", "shown"), [("float('nan')", "nan"), ("-float('inf')", "-inf")])
def test_external_fit_names_call_sample_and_pair_of_a_number_that_is_not_finite(make_params, number, shown):
    code = f"x = pairs.first[:, :3].T.clone(); x[1, 17] = {number}; return x"
    failure = failure_of(make_params(body(sample=code)))
    first, second = PAIRS[17]
    assert failure.code == "USER_CODE"
    assert failure.message == (
        f"Cannot sample from 'model.py:Two': sample() gave {shown} for sample 1, pair 17 (response rows {first} and "
        f"{second}) (model.py line 6), finite numbers (in float32) are needed"
    )


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16"])
def test_external_fit_takes_every_floating_point_type(make_params, dtype):
    context = Context.offline()
    source = body(sample=f"return pairs.first[:, :2].T.to(torch.{dtype}).requires_grad_()", top="import torch")
    assert predict(fit(make_params(source), context), context).dtype == np.float32


def test_external_fit_takes_arrays_and_another_number_of_samples_at_each_call(make_params):
    context = Context.offline()
    handle = fit(make_params(body(sample="return pairs.first.numpy()[:, :1 + len(pairs) % 2].T")), context)
    assert [len(predict(handle, context, PAIRS[:count])) for count in (4, 5)] == [1, 2]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("responses.features", r"score\(\) gave \d+ × 6 \(model.py line 3\), S × \d+ or \d+ is needed"),
        ("responses.features[:, 0] * float('nan')", r"score\(\) gave nan for sample 0, response 0 \(row \d+\) .*line 3"),
        ("responses.features.double()[:, 0] * 1e39", r"score\(\) gave -?\d.* for sample 0, response 0 .* float32"),
    ],
)
def test_external_fit_names_what_score_gave_instead(make_params, value, found):
    source = f"""class Two:
    def __init__(self, context, options): pass
    def score(self, responses, context):
        return {value}"""
    failure = failure_of(make_params(source))
    assert failure.code == "USER_CODE"
    assert re.search(f"^Cannot score with 'model.py:Two': {found}", failure.message), failure.message


UNUSABLE = [
    ("class Other: pass\ndef some(): pass", r"has no such name, one of Other, some is needed"),
    ("x = 1", r"has no such name, a class or function of that name is needed"),
    ("Two = 3", r"has no such name"),
    ("def Two(): pass", r"it is no class, a class is needed"),
    ("class Two: pass", r"it has no method of the protocol, 'fit' and 'sample', or 'score' is needed"),
    ("class Two:\n    def fit(self): pass", r"it has 'fit', 'fit' and 'sample', or 'score' is needed"),
    ("class Two:\n    score = save = print", r"it has 'score' and 'save', both 'save' and 'load' \(or neither\) is needed"),
]


@pytest.mark.parametrize(("source", "words"), UNUSABLE)
def test_external_check_refuses_what_is_no_model(make_params, source, words):
    params = make_params(source)
    check = ExternalCheckParams(module=params.module, module_sha256=params.module_sha256, name="Two")
    with pytest.raises(WorkerError, match=words) as caught:
        external_check.run(check, {}, Context.offline())
    assert caught.value.code == "INVALID_ARGUMENT"


def test_external_check_tells_whether_a_model_learns(make_params):
    for source, name, learns in ((TWO_HEADS, "Two", True), (SCORER, "Scorer", False)):
        params = make_params(source, name)
        check = ExternalCheckParams(module=params.module, module_sha256=params.module_sha256, name=name)
        assert external_check.run(check, {}, Context.offline()).data.learns is learns


def test_external_fit_refuses_a_file_that_is_gone_or_has_changed(make_params, tmp_path):
    params = make_params(TWO_HEADS)
    (tmp_path / "model.py").write_text("x = 1")
    changed = failure_of(params)
    assert changed.code == "USER_CODE" and "has changed since this session of the run began" in changed.message
    (tmp_path / "model.py").unlink()
    missing = failure_of(params)
    assert missing.code == "INVALID_ARGUMENT" and "there is no such file, a Python file is needed" in missing.message


def test_external_fit_runs_the_file_that_was_named_and_leaves_no_trace_of_it(make_params, tmp_path):
    (tmp_path / "beside.py").write_text("")
    failure = failure_of(make_params(body(top="import beside")))
    assert "No module named 'beside'" in failure.message
    context = Context.offline()
    source = body(top="from dataclasses import dataclass\n@dataclass\nclass Settings:\n    width: 'int' = 3")
    fit(make_params(source), context)
    assert not (tmp_path / "__pycache__").exists()
