"""posterior.fit: a posterior over reward functions, trained from scratch and kept under a handle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial

import msgspec
import numpy as np
import torch
from msgspec.structs import replace

from ..context import Context, Reply
from ..posterior.ensemble_posterior import EnsemblePosterior
from ..posterior.fit_ensemble import Fit, fit_ensemble
from ..posterior.initial_weights import Layer, initial_weights
from ..posterior.kept_posteriors import find_posterior, keep_posterior
from ..posterior.member_streams import MemberStreams
from ..posterior.pair_features import PairFeatures
from ..protocol.messages import PosteriorFitData, PosteriorFitParams
from ..row_tensor import row_tensor
from ..store.open_store import open_store


def run(params: PosteriorFitParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Fits all members, or finds them fitted; equal requests give equal handles."""
    responses = open_store(params.store, context).responses_rd
    labelled, validation = (row_tensor(tensors, name, len(responses), 2) for name in ("labelled", "validation"))
    handle = _handle(params, labelled, validation)
    kept = find_posterior(handle, context)
    if kept is None:
        fitted = fit_ensemble(_fit_of(params, responses, labelled, validation), context)
        report = PosteriorFitData(posterior=handle, samples=params.members, members=fitted.reports)
        kept = EnsemblePosterior(fitted.heads, params, report)
        keep_posterior(handle, kept, context)
    return Reply(kept.report)


def _fit_of(params: PosteriorFitParams, responses: torch.Tensor, labelled: np.ndarray, validation: np.ndarray) -> Fit:
    streams = MemberStreams(params.seed, params.round, shared=params.initialisation == "reference")
    return Fit(
        initial=_initial_layers(params, responses.shape[1], streams),
        activation=params.head.activation,
        labelled=PairFeatures.gather(responses, labelled),
        validation=PairFeatures.gather(responses, validation),
        training=params.training,
        order=partial(streams.order, count=len(labelled)),
        name=f"posterior of seed {params.seed}, round {params.round}",
    )


def _initial_layers(params: PosteriorFitParams, dimension: int, streams: MemberStreams) -> list[list[Layer]]:
    return [initial_weights(params.head, dimension, streams.initial(member)) for member in range(params.members)]


def _handle(params: PosteriorFitParams, labelled: np.ndarray, validation: np.ndarray) -> str:
    """A name by content: everything that shapes the fit, but not where the store lies."""
    anywhere = replace(params, store=replace(params.store, path="-"))
    digest = hashlib.sha256(msgspec.json.encode(anywhere))
    for rows in (labelled, validation):
        digest.update(f"{rows.shape}".encode() + rows.tobytes())
    return digest.hexdigest()
