"""posterior.fit: a posterior over reward functions, trained from scratch and kept under a handle."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from msgspec.structs import replace

from ..base.errors import invalid_argument
from ..context.context import Context, Reply
from ..posterior.contract.fit_request import FitRequest
from ..posterior.contract.kept_posterior import KeptPosterior
from ..posterior.cross_fitting.choose_exponent import fit_best_exponent
from ..posterior.cross_fitting.cross_fit import fit_cross_fitted
from ..posterior.kept_posteriors import find_posterior, keep_posterior
from ..posterior.kinds import KINDS
from ..posterior.pairs.labelled_pairs import LabelledPairs
from ..protocol.messages import PosteriorFitParams
from ..store.open_store import open_store
from ..tensors.row_tensor import row_tensor


def run(params: PosteriorFitParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Fits the kind asked for, or finds it fitted; equal requests give equal handles."""
    responses = open_store(params.store, context).responses_rd
    labelled = LabelledPairs.read(tensors, "labelled", len(responses))
    validation = LabelledPairs.read(tensors, "validation", len(responses), "validation")
    pool = row_tensor(tensors, "pool", len(responses), 2) if "pool" in tensors else None
    covariates = _read_covariates(tensors, len(responses))
    handle = _handle(params, (labelled, validation), (pool, covariates))
    kept = find_posterior(handle, context)
    if kept is None:
        request = FitRequest(params, handle, responses, labelled, validation, pool, covariates)
        kept = _fit(request, context)
        keep_posterior(handle, kept, context)
    return Reply(kept.report)


def _fit(request: FitRequest, context: Context) -> KeptPosterior:
    """The kind's own fit, or as many as it takes to choose what is left open."""
    kind, folds = KINDS[request.kind], request.params.folds
    if kind.chooses_exponent:
        return kind.fit(request, context)
    if folds is not None:
        return fit_cross_fitted(request, folds, kind.fit, context)
    return fit_best_exponent(request, kind.fit, context)


def _read_covariates(tensors: Mapping[str, np.ndarray], responses: int) -> np.ndarray | None:
    covariates = tensors.get("covariates")
    if covariates is None:
        return None
    if covariates.dtype != np.float64 or covariates.ndim != 2 or len(covariates) != responses:
        found = f"{covariates.dtype} {' × '.join(map(str, covariates.shape))}"
        raise invalid_argument(f"Cannot use tensor 'covariates': it is {found}; give float64 {responses} × C")
    if not np.isfinite(covariates).all():
        raise invalid_argument("Cannot use tensor 'covariates': it has a number that is not finite; give finite numbers")
    return covariates


def _handle(
    params: PosteriorFitParams, labels: Sequence[LabelledPairs], arrays: Sequence[np.ndarray | None]
) -> str:
    """A name by content: everything that shapes the fit, but not where the store lies."""
    anywhere = replace(params, store=replace(params.store, path="-"))
    digest = hashlib.sha256(msgspec.json.encode(anywhere))
    for pairs in labels:
        digest.update(f"{pairs.rows_n2.shape}".encode() + pairs.rows_n2.tobytes())
        for column in (pairs.targets_n, pairs.weights_n):
            digest.update(b"-" if column is None else column.numpy().tobytes())
        digest.update(b"-" if pairs.groups_n is None else pairs.groups_n.tobytes())
    for array in arrays:
        digest.update(b"-" if array is None else f"{array.shape}".encode() + array.tobytes())
    return digest.hexdigest()
