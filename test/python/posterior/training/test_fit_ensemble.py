"""Stacked training equals one plain loop a member, and its failures say what to do."""

import threading
from dataclasses import replace

import pytest
import torch
from pair_oracle import davidson, lapse, logistic
from sequential_loop import train

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.posterior.links.davidson import Davidson
from python_worker.posterior.links.lapse import Lapse
from python_worker.posterior.links.logistic import Logistic
from python_worker.posterior.training.fit_ensemble import fit_ensemble

# Where a unit is active for both responses its bias cancels like the last one: a larger eps keeps AdamW from following
# the rounding error of a gradient that is zero.
SHAPES = {
    "a short last batch": {"pairs": 70},
    "fewer pairs than a batch": {"pairs": 11, "epochs": 20},
    "a single pair": {"pairs": 1, "epochs": 8},
    "batches that fit exactly": {"pairs": 64},
    "no validation": {"validation": 0},
    "one member": {"members": 1},
    "a linear head": {"layers": ()},
    "one hidden layer": {"layers": (6,)},
    "relu": {"activation": "relu", "eps": 1e-4},
    "sigmoid": {"activation": "sigmoid"},
    "leaky relu": {"activation": "leaky_relu", "eps": 1e-4},
    "no clipping": {"clip_norm": 0.0},
    "hard clipping": {"clip_norm": 0.01},
    "weight decay": {"weight_decay": 0.1},
    "no warm-up": {"warmup_steps": 0},
    "warm-up as long as the training": {"pairs": 16, "epochs": 5, "warmup_steps": 5},
    "members that stop apart": {"lr": 0.06, "eval_every": 2, "patience": 2, "epochs": 30, "members": 5},
    "a first layer trained in blocks": {
        "dimension": 1100, "layers": (1000,), "pairs": 40, "epochs": 2, "init_scale": 0.01, "lr": 1e-4,
    },  # fmt: skip
}
ORACLES = {
    Logistic: lambda _link: logistic, Davidson: lambda link: davidson(link.ties), Lapse: lambda link: lapse(link.rate),
}  # fmt: skip
TERMS = {
    "targets, weights and scales": {"terms": True},
    "terms of a short last batch": {"terms": True, "pairs": 37},
    "terms of members that stop apart": {"terms": True, "lr": 0.06, "eval_every": 2, "patience": 2, "epochs": 30},
    "terms of a linear head": {"terms": True, "layers": ()},
    "terms without validation": {"terms": True, "validation": 0},
    "ties": {"terms": True, "link": Davidson(0.8)},
    "ties without validation": {"terms": True, "link": Davidson(0.2), "validation": 0},
    "lapses": {"terms": True, "link": Lapse(0.2)},
    "terms and a first layer trained in blocks": {"terms": True} | SHAPES["a first layer trained in blocks"],
}


@pytest.mark.parametrize("shape", [*SHAPES.values(), *TERMS.values()], ids=[*SHAPES, *TERMS])
def test_fit_ensemble_equals_a_plain_loop_over_members(make_problem, shape):
    problem = make_problem(**shape)
    fitted = problem.run()
    for member, layers in enumerate(problem.layers):
        orders = [problem.order(member, epoch) for epoch in range(problem.settings.epochs)]
        net, history, best, stop = train(
            layers, problem.activation, problem.labelled, problem.validation, problem.settings, orders, ORACLES[type(problem.link)](problem.link)
        )
        report = fitted.reports[member]
        assert (report.steps, report.best_step, report.stop_step) == ([s for s, _ in history], best, stop)
        assert report.losses == pytest.approx([loss for _, loss in history], abs=2e-6)
        for layer, linear in enumerate(net[::2]):
            assert torch.allclose(fitted.heads.weights[layer][member], linear.weight, rtol=1e-4, atol=1e-5)
        for layer, linear in enumerate(net[:-1:2]):  # the last bias cancels in every pair and learns nothing
            assert torch.allclose(fitted.heads.biases[layer][member], linear.bias, rtol=1e-4, atol=1e-5)


def test_fit_ensemble_lets_members_stop_at_steps_of_their_own(make_problem):
    reports = make_problem(**SHAPES["members that stop apart"]).run().reports
    assert len({report.stop_step for report in reports}) > 2
    assert all(report.stopped_early for report in reports)


def test_fit_ensemble_without_validation_reports_the_last_state_as_best(make_problem):
    reports = make_problem(validation=0).run().reports
    assert [(r.steps, r.best_step, r.best_loss, r.stopped_early) for r in reports] == [([], 60, None, False)] * 3


@pytest.mark.parametrize(("last_step", "done"), [(1, 1), (17, 17), (60, 60), (999, 60)])
def test_fit_ensemble_ends_at_the_last_step_as_if_it_were_the_validated_best(make_problem, last_step, done):
    alone = make_problem(validation=0)
    ended = fit_ensemble(replace(alone.fit(), last_step=last_step), Context.offline())
    report = ended.reports[0]
    assert (report.best_step, report.stop_step, report.stopped_early) == (done, done, done < 60)
    # The same step of a training that is validated after every step, from the same rates and orders.
    judged = make_problem(eval_every=1, patience=999)
    whole = fit_ensemble(replace(judged.fit(), last_step=last_step), Context.offline())
    assert [r.steps for r in whole.reports] == [list(range(1, done + 1))] * 3
    if all(r.best_step == done for r in whole.reports):
        assert torch.equal(whole.heads.flat, ended.heads.flat)


def test_fit_ensemble_evaluates_once_a_step(make_problem):
    steps = make_problem(pairs=64, eval_every=2, patience=99).run().reports[0].steps
    assert steps == sorted(set(steps)) == list(range(2, 49, 2))


def test_fit_ensemble_leaves_the_initial_layers_as_they_were(make_problem):
    problem = make_problem()
    before = [weight.clone() for layers in problem.layers for weight, _ in layers]
    problem.run()
    assert all(map(torch.equal, before, [weight for layers in problem.layers for weight, _ in layers]))


def test_fit_ensemble_gives_the_same_bits_twice(make_problem):
    problem = make_problem(**SHAPES["members that stop apart"])
    assert torch.equal(problem.run().heads.flat, problem.run().heads.flat)


@pytest.mark.filterwarnings("ignore")
def test_fit_ensemble_names_member_step_and_rate_of_a_loss_that_is_not_finite(make_problem):
    problem = make_problem(validation=0)
    problem.layers[1][0][0][0, 0] = torch.nan
    with pytest.raises(WorkerError) as caught:
        problem.run()
    assert caught.value.code == "INVALID_ARGUMENT"
    assert "the loss of member 1 is not finite at step 1" in str(caught.value)
    assert caught.value.details == {"member": "1", "step": "1", "learningRate": "0.0"}


def test_fit_ensemble_notices_that_only_the_last_update_diverged(make_problem):
    # One step only: its loss is that of the initial head, and nothing is evaluated after it.
    problem = make_problem(validation=0, pairs=4, epochs=1, lr=3e38, weight_decay=1e3, warmup_steps=0)
    with pytest.raises(WorkerError, match="the fitted head of member 0 is not finite at step 1") as caught:
        problem.run()
    assert caught.value.details["step"] == "1"


def test_fit_ensemble_refuses_an_empty_labelled_set(make_problem):
    with pytest.raises(WorkerError, match="there are no labelled pairs, at least one is needed"):
        make_problem(pairs=0).run()


def test_fit_ensemble_reports_progress_and_stops_when_cancelled(make_problem):
    reports = []
    context = Context.offline(on_progress=reports.append)
    fit = make_problem(patience=99).fit()
    fit_ensemble(fit, context)
    assert [(report.done, report.total) for report in reports] == [(20, 60), (40, 60), (60, 60)]
    context.cancel()
    with pytest.raises(Cancelled):
        fit_ensemble(fit, context)


def test_fit_ensemble_stops_inside_a_long_evaluation_when_cancelled(make_problem, monkeypatch):
    monkeypatch.setattr("python_worker.posterior.heads.reward_heads._BLOCK_BYTES", 4096)
    checks = []
    context = Context(WorkerState(), lambda report: None, threading.Event(), on_tick=lambda: checks.append(1))
    fit_ensemble(make_problem(pairs=16, epochs=1, eval_every=1).fit(), context)
    assert len(checks) == 7  # 180 responses in blocks of 28, 4096 bytes of 3 members of 12 units
