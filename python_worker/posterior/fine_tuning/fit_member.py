"""Trains one member: its adapter and its linear reward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ...context.context import Context
from ...protocol.messages import FineTunedKind, MemberReport, TrainingSettings
from ..pairs.pair_terms import PairTerms
from ..training.divergence import Progress, diverged
from ..training.early_stopping import EarlyStopping
from ..training.learning_rate import learning_rate
from .adapter import copy_weights, put_weights, trainable
from .backbone import Backbone
from .score_texts import rewards_of_batch, score_rows


@dataclass(frozen=True)
class MemberFit:
    """What one member learns from: rows (first, second) n × 2 and m × 2 with their terms, and `order(epoch)` of the
    labelled pairs. `last_step` ends training earlier than the last epoch."""

    kind: FineTunedKind
    training: TrainingSettings
    labelled_n2: np.ndarray
    labelled_terms: PairTerms
    validation_n2: np.ndarray
    validation_terms: PairTerms
    order: Callable[[int], torch.Tensor]
    name: str
    member: int
    last_step: int | None = None


def fit_member(fit: MemberFit, whole: Any, head_d: torch.Tensor, backbone: Backbone, context: Context) -> MemberReport:
    """Trains the adapter inside `whole` and `head_d` in place, and leaves them in their best state.

    The loss is that of the pairs' terms, mean −ln σ(r_chosen − r_rejected) where they are plain, nats. Raises INVALID_ARGUMENT when it is not finite.
    """
    return _MemberTraining(fit, whole, head_d, backbone, context).run()


class _MemberTraining:
    def __init__(self, fit: MemberFit, whole: Any, head_d: torch.Tensor, backbone: Backbone, context: Context) -> None:
        self.fit, self.whole, self.backbone, self.context = fit, whole, backbone, context
        self.head_d = head_d.requires_grad_(True)
        self.parameters = [*trainable(whole).values(), self.head_d]
        training = fit.training
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=training.lr, betas=(training.beta1, training.beta2), eps=training.eps,
            weight_decay=training.weight_decay,
        )  # fmt: skip
        self.stopping = EarlyStopping(training.patience)
        self.batches = -(-len(fit.labelled_n2) // training.batch)
        self.total_steps = self.batches * training.epochs
        self.last_step = min(self.total_steps, fit.last_step or self.total_steps)
        self.best = self._state()

    def run(self) -> MemberReport:
        for step in range(self.last_step):
            epoch, batch = divmod(step, self.batches)
            if batch == 0:
                order = self.fit.order(epoch).numpy()
            start = batch * self.fit.training.batch
            self._update(step, order[start : start + self.fit.training.batch])
            if self._is_evaluated(step + 1) and self._evaluate(step + 1):
                break
        if len(self.fit.validation_n2):
            put_weights(self.whole, self.best[0])
            self.head_d.data.copy_(self.best[1])
        self.head_d.requires_grad_(False)
        return self.stopping.report(self.last_step, self.total_steps)

    def _update(self, step: int, indices_b: np.ndarray) -> None:
        """One optimiser step; the batch goes through the model in parts of kind.microBatch pairs."""
        self.context.check()
        self.context.progress(step, self.total_steps, note=f"fine-tuning member {self.fit.member}")
        self.optimizer.zero_grad(set_to_none=True)
        loss = sum(self._backward(part, len(indices_b)) for part in self._parts(indices_b))
        if not np.isfinite(loss):
            raise self._diverged("loss", step + 1)
        if self.fit.training.clip_norm > 0:
            torch.nn.utils.clip_grad_norm_(self.parameters, self.fit.training.clip_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.fit.training, step, self.total_steps)
        self.optimizer.step()

    def _parts(self, indices_b: np.ndarray) -> list[np.ndarray]:
        size = self.fit.kind.micro_batch
        return [indices_b[start : start + size] for start in range(0, len(indices_b), size)]

    def _backward(self, indices_b: np.ndarray, whole_batch: int) -> float:
        rows = self.fit.labelled_n2[indices_b].T.flatten()
        first, second = rewards_of_batch(self.whole, self.backbone, self.head_d, rows).chunk(2)
        terms = self.fit.labelled_terms.at(torch.from_numpy(indices_b)).to(first.device, first.dtype)
        loss = terms.losses(terms.logits(first - second)).sum() / whole_batch
        loss.backward()
        return float(loss.detach())

    def _is_evaluated(self, done: int) -> bool:
        at_end = done % self.batches == 0
        return bool(len(self.fit.validation_n2)) and (at_end or done % self.fit.training.eval_every == 0)

    def _evaluate(self, done: int) -> bool:
        """Whether patience has run out."""
        rows, positions = np.unique(self.fit.validation_n2, return_inverse=True)
        scored = (self.whole, self.backbone, self.head_d.detach(), rows, self.fit.kind.token_budget, self.context.check)
        first, second = score_rows(*scored)[torch.from_numpy(positions.reshape(-1, 2))].double().T
        terms = self.fit.validation_terms.to(first.device, torch.float64)
        loss = float(terms.losses(terms.logits(first - second)).mean())
        if not np.isfinite(loss):
            raise self._diverged("validation loss", done)
        if self.stopping.record(done, loss):
            self.best = self._state()
        return self.stopping.stopped

    def _state(self) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        return copy_weights(self.whole), self.head_d.detach().clone()

    def _diverged(self, what: str, step: int) -> Exception:
        progress = Progress(self.fit.name, self.fit.member, step)
        return diverged(what, progress, learning_rate(self.fit.training, step - 1, self.total_steps))
