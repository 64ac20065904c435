"""Trains all members of a deep ensemble together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import torch

from ...base.errors import WorkerError, invalid_argument
from ...context.context import Context
from ...protocol.messages import MemberReport, TrainingSettings
from ..heads.initial_weights import Layer
from ..heads.input_dropout import InputDropout
from ..heads.reward_heads import RewardHeads
from ..pairs.pair_features import PairFeatures
from ..pairs.pair_terms import PairTerms
from .bradley_terry import BRADLEY_TERRY
from .divergence import Progress, diverged
from .early_stopping import EarlyStopping
from .learning_rate import learning_rate
from .objective import Objective
from .training_step import StepRules, TrainingStep

_STEPS_PER_CHECK = 20


@dataclass(frozen=True)
class Fit:
    """What to train: each member's initial layers, the pairs (first one chosen), the order a member sees them in.

    `order(member, epoch)` is a permutation of the labelled pairs (int64); `name` says whose fit it is in errors.
    `last_step` ends training earlier than the last epoch; rates fall as if it did not.
    Evaluations know neither dropout nor another objective: they judge pairs by the Bradley–Terry loss of the rewards.
    """

    initial: Sequence[Sequence[Layer]]
    activation: str
    labelled: PairFeatures
    validation: PairFeatures
    training: TrainingSettings
    order: Callable[[int, int], torch.Tensor]
    name: str = "posterior"
    objective: Objective = BRADLEY_TERRY
    dropout: InputDropout | None = None
    last_step: int | None = None


@dataclass(frozen=True)
class FittedEnsemble:
    """The heads in their best states, and how the learning of each went."""

    heads: RewardHeads
    reports: list[MemberReport]


def fit_ensemble(fit: Fit, context: Context) -> FittedEnsemble:
    """Trains every member from its initial state to its early stop or the last epoch.

    The last batch of an epoch may be short. Raises INVALID_DATA naming member, step and rate when a loss is not finite.
    """
    if not len(fit.labelled):
        raise invalid_argument(f"Cannot fit {fit.name}: there are no labelled pairs, at least one is needed")
    return _Training(fit, context).run()


class _Training:
    """The state of one fit. `active` lists the members still in the stack, in its order; `losses` has a row a step."""

    def __init__(self, fit: Fit, context: Context) -> None:
        members, device = len(fit.initial), fit.labelled.features_rd.device
        self.fit = fit
        self.context = context
        self.batches = -(-len(fit.labelled) // fit.training.batch)
        self.total_steps = self.batches * fit.training.epochs
        self.last_step = min(self.total_steps, fit.last_step or self.total_steps)
        self.active = torch.arange(members, device=device)
        self.stepper = TrainingStep(
            RewardHeads.stack(fit.initial, fit.activation, device), StepRules(fit.training, fit.objective, fit.dropout)
        )
        self.best = self._room_for_best()
        self.stopping = [EarlyStopping(fit.training.patience) for _ in range(members)]
        self.losses = torch.zeros((self.total_steps, members), device=device)
        self.done = 0
        self.checked = 0

    def run(self) -> FittedEnsemble:
        """Step after step until no member is left, the last step is done or the last epoch ends."""
        while self.done < self.last_step and len(self.active):
            epoch, batch = divmod(self.done, self.batches)
            if batch == 0:
                orders = self._orders(epoch)
            self._step(orders, batch * self.fit.training.batch)
            self._after_step()
        self._check_losses()
        self._check_best()
        return FittedEnsemble(self.best, [stopping.report(self.last_step, self.total_steps) for stopping in self.stopping])

    def _room_for_best(self) -> RewardHeads:
        """Every member's first evaluation fills its place; without validation the last state is the best."""
        heads = self.stepper.heads
        return heads.laid_over(torch.empty_like(heads.flat)) if len(self.fit.validation) else heads

    def _orders(self, epoch: int) -> torch.Tensor:
        members = range(len(self.stopping))
        return torch.stack([self.fit.order(member, epoch) for member in members]).to(self.active.device)

    def _step(self, orders: torch.Tensor, start: int) -> None:
        indices = orders[self.active, start : start + self.fit.training.batch]
        rows = self.fit.labelled.pairs_n2[indices].transpose(1, 2).flatten(1)
        features = self.fit.labelled.features_rd.index_select(0, rows.flatten()).float().unflatten(0, rows.shape)
        rate = learning_rate(self.fit.training, self.done, self.total_steps)
        self.losses[self.done, self.active] = self.stepper.update(features, rate, self._terms_at(indices))
        self.done += 1

    def _terms_at(self, indices: torch.Tensor) -> PairTerms:
        terms = self.fit.labelled.terms
        return terms if terms.is_plain else terms.at(indices).to(self.active.device, torch.float32).unsqueeze(1)

    def _after_step(self) -> None:
        if self.done % _STEPS_PER_CHECK == 0:
            self.context.check()
            self.context.progress(self.done, self.total_steps)
        epoch_ends = self.done % self.batches == 0
        if len(self.fit.validation) and (epoch_ends or self.done % self.fit.training.eval_every == 0):
            self._evaluate()

    def _evaluate(self) -> None:
        self._check_losses()
        losses = self.fit.validation.losses(self.stepper.heads, self.context.check).tolist()
        for position, (member, loss) in enumerate(zip(self.active.tolist(), losses, strict=True)):
            if not isfinite(loss):
                raise self._diverged("validation loss", self.done, member)
            if self.stopping[member].record(self.done, loss):
                self.best.copy_member(member, self.stepper.heads, position)
        self._drop_stopped()

    def _drop_stopped(self) -> None:
        members = self.active.tolist()
        kept = [position for position, member in enumerate(members) if not self.stopping[member].stopped]
        if len(kept) == len(members):
            return
        self.active = self.active[kept]
        if kept:
            self.stepper = self.stepper.select(kept)

    def _check_losses(self) -> None:
        """Looks at the losses since the last look; with the evaluations the only place that waits for the device."""
        bad = self.losses[self.checked : self.done].isfinite().logical_not().nonzero().tolist()
        if bad:
            raise self._diverged("loss", self.checked + bad[0][0] + 1, bad[0][1])
        self.checked = self.done

    def _check_best(self) -> None:
        """The last update may overflow after the last loss was looked at."""
        for member, finite in enumerate(self.best.finite_members()):
            if not finite:
                step = self.stopping[member].report(self.last_step, self.total_steps).best_step
                raise self._diverged("fitted head", step, member)

    def _diverged(self, what: str, step: int, member: int) -> WorkerError:
        rate = learning_rate(self.fit.training, step - 1, self.total_steps)
        return diverged(what, Progress(self.fit.name, member, step), rate)
