"""The golden training cases."""

import json

import numpy as np
import pytest
import torch
from golden_cases import golden_cases
from small_fits import pairs_of

from python_worker.context.context import Context
from python_worker.posterior.training.fit_ensemble import Fit, fit_ensemble
from python_worker.protocol.messages import TrainingSettings

SETTINGS = {
    "lr": "lr", "eps": "eps", "weight_decay": "weightDecay", "clip_norm": "clipNorm", "warmup_steps": "warmupSteps",
    "batch": "batch", "epochs": "epochs", "eval_every": "evalEvery", "patience": "patience",
}  # fmt: skip


@pytest.mark.parametrize("case", golden_cases("training"))
def test_fit_ensemble_equals_the_golden_case(case):
    arrays = {name: torch.from_numpy(array) for name, array in np.load(case / "case.npz", allow_pickle=False).items()}
    golden = json.loads((case / "case.json").read_text("utf-8"))
    validation = pairs_of(arrays["valChosen"], arrays["valRejected"])
    fitted = fit_ensemble(_fit(golden, arrays, validation), Context.offline())
    logits = validation.logits(fitted.heads)
    for member, expected in enumerate(golden["members"]):
        report = fitted.reports[member]
        _assert_history(report, expected["history"])
        assert (report.best_step, report.stop_step) == (expected["bestStep"], expected["stopStep"])
        assert report.stopped_early == expected["stoppedEarly"]
        assert report.best_loss == pytest.approx(expected["bestLoss"], abs=1e-5)
        assert torch.allclose(logits[member], arrays[f"m{member}.valLogit"], rtol=0, atol=1e-4)


def _assert_history(report, expected):
    """The golden loop made its first evaluation at a multiple of `evalEvery`; ours starts with the first epoch's end."""
    ours = [(step, loss) for step, loss in zip(report.steps, report.losses, strict=True) if step >= expected[0][0]]
    assert [step for step, _ in ours] == [step for step, _ in expected]
    assert [loss for _, loss in ours] == pytest.approx([loss for _, loss in expected], abs=1e-5)


def _fit(golden, arrays, validation):
    config = golden["config"]
    beta1, beta2 = config["betas"]
    return Fit(
        initial=[_layers(arrays, member) for member in range(len(golden["members"]))],
        activation="tanh",
        labelled=pairs_of(arrays["chosen"], arrays["rejected"]),
        validation=validation,
        training=TrainingSettings(beta1=beta1, beta2=beta2, **{name: config[key] for name, key in SETTINGS.items()}),
        order=lambda member, epoch: arrays[f"m{member}.order{epoch}"].long(),
    )


def _layers(arrays, member):
    count = sum(name.startswith(f"m{member}.w") for name in arrays)
    return [(arrays[f"m{member}.w{layer}"], arrays[f"m{member}.b{layer}"]) for layer in range(count)]
