"""The fine-tuned ensemble as a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from msgspec.structs import replace

from ...base.errors import invalid_argument
from ...base.seeding import torch_generator
from ...context.context import Context
from ...protocol.messages import FineTunedKind, MemberReport, PosteriorFitData, PosteriorFitParams, StoreRef
from ...store.open_store import open_store
from ...store.pair_distances import PairDistances
from ..contract.fit_request import FitRequest, kind_of
from ..contract.kept_posterior import Snapshot
from ..heads.initial_weights import initial_weights
from ..noise.models import terms_under
from ..training.divergence import finite_advice
from ..training.member_streams import MemberStreams
from .adapter import adapted, copy_weights, draw_adapter, put_weights
from .backbone import Backbone, open_backbone
from .fit_member import MemberFit, fit_member
from .score_texts import score_rows

_HEAD = "head"


@dataclass(frozen=True)
class FineTuned:
    """The adapters and heads of all members: `weights` by "member/name", the head under "member/head" (D,)."""

    weights: Mapping[str, torch.Tensor]
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> FineTuned:
        """Trains member after member on one shared model, each from streams of its own."""
        if not len(request.labelled):
            raise invalid_argument(f"Cannot fit {request.name}: there are no labelled pairs, at least one is needed")
        kind = request.params.kind
        backbone = open_backbone(kind, context)
        weights: dict[str, torch.Tensor] = {}
        reports: list[MemberReport] = []
        for member in range(kind.members):
            own, report = _fit_one(request, member, backbone, context)
            weights |= {f"{member}/{name}": tensor for name, tensor in own.items()}
            reports.append(report)
        return cls(weights, request.params, request.answer(kind.members, reports))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> FineTuned:
        """The posterior a snapshot was taken of, equal to the last bit."""
        weights = {name: tensor.to(context.state.device) for name, tensor in snapshot.tensors.items()}
        return cls(weights, snapshot.params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose rows name the responses."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of adapters and heads; the shared model counts with the stores."""
        return sum(tensor.nbytes for tensor in self.weights.values())

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone; every response goes through the model once a member. Raises INVALID_ARGUMENT for NaN."""
        kind = self.params.kind
        backbone = open_backbone(kind, context)
        rows, positions = np.unique(pairs_n2, return_inverse=True)
        pairs = torch.from_numpy(positions.reshape(-1, 2))
        responses_rd = open_store(self.store, context).responses_rd
        distances = PairDistances(responses_rd, pairs_n2, context.check)
        terms = terms_under(self.params, distances).to("cpu", torch.float64)
        logits = []
        for member in range(kind.members):
            context.progress(member, kind.members, note="scoring with the fine-tuned members")
            rewards_n = self._rewards(member, rows, backbone, context).cpu()
            logits.append(terms.told(terms.logits(rewards_n[pairs[:, 0]] - rewards_n[pairs[:, 1]])))
        logits_sn = torch.stack(logits).float().contiguous().numpy()
        self._check_finite(logits_sn)
        return {"logits": logits_sn}

    def snapshot(self, context: Context) -> Snapshot:
        """The numbers of adapters and heads."""
        return Snapshot(kind_of(self.params), self.params, self.report, dict(self.weights))

    def _rewards(self, member: int, rows_n: np.ndarray, backbone: Backbone, context: Context) -> torch.Tensor:
        kind: FineTunedKind = self.params.kind
        prefix = f"{member}/"
        own = {name[len(prefix) :]: tensor for name, tensor in self.weights.items() if name.startswith(prefix)}
        with adapted(backbone.model.network, kind) as whole:
            put_weights(whole, own)
            return score_rows(whole, backbone, own[_HEAD], rows_n, kind.token_budget, context.check)

    def _check_finite(self, logits_sn: np.ndarray) -> None:
        bad = np.flatnonzero(~np.isfinite(logits_sn).all(axis=1))
        if len(bad):
            raise invalid_argument(
                f"Cannot predict with posterior '{self.report.posterior}': the logits of member {bad[0]} are not "
                f"finite; {finite_advice(self.params.training.lr > 0, 'choose a wider posterior.fineTuned.dtype')}"
            )


def _fit_one(
    request: FitRequest, member: int, backbone: Backbone, context: Context
) -> tuple[dict[str, torch.Tensor], MemberReport]:
    params = request.params
    streams = MemberStreams(params.seed, params.round)
    linear = replace(params.head, layers=[])
    [(weight, _bias)] = initial_weights(linear, backbone.dimension, streams.initial(member))
    head_d = weight[0].to(backbone.model.device)
    fit = MemberFit(
        kind=params.kind,
        training=params.training,
        labelled_n2=request.labelled.rows_n2,
        labelled_terms=request.terms_of(request.labelled),
        validation_n2=request.validation.rows_n2,
        validation_terms=request.terms_of(request.validation),
        order=partial(streams.order, member, count=len(request.labelled)),
        name=request.name,
        member=member,
        last_step=request.last_step,
    )
    with adapted(backbone.model.network, params.kind) as whole:
        draw_adapter(whole, torch_generator((params.seed, "fine-tuned", params.round, member)))
        report = fit_member(fit, whole, head_d, backbone, context)
        return {**copy_weights(whole), _HEAD: head_d.detach()}, report
