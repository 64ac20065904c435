"""Fine-tuned members: learning from texts, streams, restarts, and what is refused."""

import hashlib
import json

import numpy as np
import pytest
import torch
from dataset_directory import write_dataset
from msgspec.structs import replace
from tiny_models import save_gpt2, save_llama

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.context.state import WorkerState
from python_worker.operations import posterior_fit, posterior_predict
from python_worker.posterior.fine_tuning.adapter import adapted
from python_worker.protocol.messages import (
    ConstantNoise,
    DistanceNoise,
    FineTunedKind,
    HeadShape,
    PosteriorFitParams,
    PosteriorPredictParams,
    TrainingSettings,
)

GOOD, BAD = "a kind wise answer", "a rude wild answer"
ITEMS = [(f"question {index} of many", f"{GOOD} {index}", f"{BAD} {index}") for index in range(24)]
TEXTS = [text for item in ITEMS for text in item]
# Rows of the responses: 2i is item i's good answer, 2i + 1 its bad one.
ROWS = np.array([[2 * index, 2 * index + 1] for index in range(24)], np.int32)
LABELLED, HELD_OUT = ROWS[:16], ROWS[16:]
TENSORS = {"labelled": LABELLED, "validation": HELD_OUT[:4]}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("data") / "graded", {"train": ITEMS})


@pytest.fixture(scope="module")
def llama(tmp_path_factory):
    return save_llama(tmp_path_factory.mktemp("models") / "tiny-llama", TEXTS)


@pytest.fixture(scope="module")
def params(dataset, llama, make_store, tmp_path_factory):
    store = make_store(tmp_path_factory.mktemp("stores") / "store", np.ones((24, 2)), np.ones((48, 3)))
    kind = FineTunedKind(
        members=2, dataset=str(dataset), dataset_hash=json.loads((dataset / "manifest.json").read_text())["hash"],
        model=str(llama), revision=None, dtype="float32", response_template="Q: {prompt}\nA: {response}",
        max_tokens=48, rank=4, alpha=8.0, target_modules=None, micro_batch=4, token_budget=256,
    )  # fmt: skip
    training = TrainingSettings(
        lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0, warmup_steps=1, batch=8,
        epochs=10, eval_every=100, patience=3,
    )  # fmt: skip
    head = HeadShape(layers=[64], activation="tanh", init="normal", init_scale=0.05)
    return PosteriorFitParams(store=store, kind=kind, noise=ConstantNoise(), folds=None, ties=0.0, head=head, training=training, seed=3, round=0)


@pytest.fixture(scope="module")
def fitted(params):
    """A worker, what its fit answered, and the logits of every pair."""
    context = Context.offline()
    report = fit(params, context)
    return context, report, logits_of(report, context)


def changed(params, **changes):
    return replace(params, kind=replace(params.kind, **changes))


def fit(params, context, tensors=TENSORS):
    return posterior_fit.run(params, tensors, context).data


def logits_of(report, context, pairs=ROWS):
    reply = posterior_predict.run(PosteriorPredictParams(posterior=report.posterior), {"pairs": pairs}, context)
    return reply.tensors["logits"]


def test_members_learn_which_answers_are_better_and_differ(fitted):
    _context, report, logits_mn = fitted
    held_out_mn = logits_mn[:, 16:]
    assert held_out_mn.shape == (2, 8)
    assert (held_out_mn > 0).mean() > 0.9
    assert not np.allclose(logits_mn[0], logits_mn[1])
    assert [len(member.losses) for member in report.members] == [10, 10]
    assert all(member.best_loss == min(member.losses) < 0.5 for member in report.members)


def test_swapped_sides_swap_the_sign(fitted):
    context, report, logits_mn = fitted
    assert np.array_equal(logits_of(report, context, ROWS[:, ::-1].copy()), -logits_mn)


def test_the_same_request_gives_the_same_bits_in_another_worker(params, fitted):
    other = Context.offline()
    assert fit(params, other) == fitted[1]
    assert np.array_equal(logits_of(fitted[1], other), fitted[2])


def test_another_seed_gives_other_members(params, fitted):
    other = Context.offline()
    assert not np.allclose(logits_of(fit(replace(params, seed=4), other), other), fitted[2])


def test_parts_of_a_batch_add_up_to_the_whole(params):
    one_step = replace(params, training=replace(params.training, epochs=1, batch=16, warmup_steps=0))
    context, whole = Context.offline(), Context.offline()
    in_parts = logits_of(fit(one_step, context), context)
    at_once = logits_of(fit(changed(one_step, micro_batch=16), whole), whole)
    assert np.allclose(in_parts, at_once, atol=1e-4)


def test_targets_of_0_on_swapped_rows_are_hard_labels(params, fitted):
    zeros = {"targets": np.zeros(16), "validationTargets": np.zeros(4)}
    swapped = {name: rows[:, ::-1].copy() for name, rows in TENSORS.items()}
    context = Context.offline()
    report = fit(params, context, swapped | zeros)
    assert [m.losses for m in report.members] == [pytest.approx(m.losses, abs=1e-4) for m in fitted[1].members]
    assert np.allclose(logits_of(report, context), fitted[2], atol=1e-3)


def test_a_weight_of_2_on_every_pair_doubles_the_losses_of_the_first_evaluation(params):
    still = replace(params, training=replace(params.training, lr=0.0, epochs=1))
    plain, heavy = (
        fit(still, Context.offline(), TENSORS | more) for more in ({}, {"weights": np.full(16, 2.0), "validationWeights": np.full(4, 2.0)})
    )
    assert heavy.members[0].losses == pytest.approx([2 * loss for loss in plain.members[0].losses])


def test_distance_noise_scales_losses_and_logits(params):
    # The store's features are all alike: every distance is 0 and counts as a tenth of the typical one.
    still = replace(params, training=replace(params.training, lr=0.0, epochs=1))
    noisy = replace(still, noise=DistanceNoise(exponents=[0.5], typical=3.0, folds=5))
    plain, scaled = Context.offline(), Context.offline()
    reports = fit(still, plain), fit(noisy, scaled)
    logits = logits_of(reports[0], plain)
    assert np.allclose(logits_of(reports[1], scaled), 10**0.5 * logits, rtol=1e-5)
    for member, report in enumerate(reports[1].members):
        expected = np.logaddexp(0, -(10**0.5) * logits[member, 16:20].astype(np.float64)).mean()
        assert report.losses == pytest.approx([expected], rel=1e-5)


def test_a_restart_finds_the_members_and_trains_nothing(params, tmp_path):
    def start(on_progress=lambda report: None):
        state = WorkerState()
        state.run_dir = tmp_path / "run"
        return Context.offline(state, on_progress)

    context, seen = start(), []
    report = fit(params, context)
    logits = logits_of(report, context)
    again = start(seen.append)
    assert fit(params, again) == report
    assert seen == []
    assert np.array_equal(logits_of(report, start()), logits)


def test_the_shared_model_is_left_as_it_was(fitted):
    def digest(network):
        return hashlib.sha256(b"".join(p.detach().numpy().tobytes() for _, p in sorted(network.named_parameters())))

    context, report, _logits = fitted
    network = next(iter(context.state.stores[key] for key in context.state.stores if key.startswith("backbone"))).model.network
    before = digest(network).hexdigest()
    logits_of(report, context)
    assert digest(network).hexdigest() == before
    assert not any("lora" in name for name, _ in network.named_parameters())


def test_a_fresh_adapter_changes_nothing(params, llama):
    from transformers import AutoModel

    network = AutoModel.from_pretrained(llama).eval()
    ids = torch.tensor([[5, 6, 7]])
    with torch.no_grad():
        plain = network(input_ids=ids).last_hidden_state
        with adapted(network, params.kind) as whole:
            assert torch.equal(whole(input_ids=ids).last_hidden_state, plain)


def test_another_architecture_and_named_modules_work(params, tmp_path):
    gpt2 = save_gpt2(tmp_path / "gpt2", TEXTS)
    context = Context.offline()
    short = replace(params, training=replace(params.training, epochs=1))
    report = fit(changed(short, model=str(gpt2), target_modules=["c_attn"]), context)
    assert np.isfinite(logits_of(report, context)).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target_modules": ["nowhere"]}, "it has none of that name, names of its linear layers are needed"),
        ({"target_modules": ["q_proj", "norm"]}, "they are of type LlamaRMSNorm"),
        ({"dataset_hash": "0" * 64}, "the run's dataset"),
        ({"model": "/nowhere/at/all"}, "there is no such directory"),
        ({"max_tokens": 1000}, "at most 64 (the model's limit) is needed"),
        ({"response_template": "{prompt}"}, "its fields are others"),
    ],
)
def test_what_cannot_be_fine_tuned_is_refused(params, changes, message):
    with pytest.raises(WorkerError, match=".*") as caught:
        fit(changed(params, **changes), Context.offline())
    assert message in str(caught.value)


def test_a_refused_fit_leaves_the_shared_model_as_it_was(params, fitted):
    context = Context.offline()
    for targets in (["q_proj", "norm"], ["nowhere"]):
        with pytest.raises(WorkerError, match="Cannot adapt modules"):
            fit(changed(params, target_modules=targets), context)
    assert fit(params, context) == fitted[1]
    assert np.array_equal(logits_of(fitted[1], context), fitted[2])


def test_adapters_of_a_model_in_bfloat16_learn_in_float32(params):
    context = Context.offline()
    report = fit(changed(params, dtype="bfloat16", members=1), context)
    assert report.members[0].best_loss < 0.6
    assert (logits_of(report, context, HELD_OUT) > 0).mean() > 0.8


def test_no_labelled_pairs_are_refused(params):
    with pytest.raises(WorkerError, match="there are no labelled pairs"):
        fit(params, Context.offline(), {"labelled": ROWS[:0], "validation": ROWS[:0]})


def test_a_loss_that_is_not_finite_names_seed_round_member_step_and_rate(params):
    wild = replace(params, training=replace(params.training, lr=1e30, warmup_steps=0))
    with pytest.raises(WorkerError, match=r"seed 3, round 0: the .*loss of member 0 is not finite at step \d+ \(learning rate"):
        fit(wild, Context.offline())
