"""Where fitted posteriors are: in memory, and in the run's directory where there is one."""

from __future__ import annotations

from ..context.context import Context
from .contract.kept_posterior import KeptPosterior
from .kinds import RESTORABLE
from .posterior_file import read_posterior, write_posterior


def keep_posterior(handle: str, posterior: KeptPosterior, context: Context) -> None:
    """Keeps it under its handle, on disk too when the worker belongs to a run."""
    context.state.posteriors[handle] = posterior
    run_dir = context.state.run_dir
    snapshot = None if run_dir is None else posterior.snapshot(context)
    if run_dir is not None and snapshot is not None:
        write_posterior(run_dir, handle, snapshot)


def find_posterior(handle: str, context: Context) -> KeptPosterior | None:
    """The posterior of that handle, made again from its file where memory has lost it; None when nobody has it."""
    state = context.state
    found = state.posteriors.get(handle)
    snapshot = read_posterior(state.run_dir, handle) if found is None and state.run_dir is not None else None
    if snapshot is not None:
        found = RESTORABLE[snapshot.kind].restore(snapshot, context)
    if snapshot is not None and found is not None:
        state.posteriors[handle] = found
    return found
