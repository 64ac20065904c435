"""How a worker is called in a rendezvous directory."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ...base.owner import own_mark

_MOST_CHARACTERS = 100
_NAME = re.compile(r"[\w.-]{1,200}", re.ASCII)  # as src/worker/links/rendezvous/rendezvous-access.ts looks for


def check_worker_name(name: str) -> None:
    """Raises ValueError for a name that is not fit for a file, or that no orchestrator would look for."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"Cannot start: the worker's name is {name!r}, at most 200 of letters, digits and '_.-' are needed")


def job_id(environment: Mapping[str, str]) -> str | None:
    """Slurm's number of this job, `ARRAY_TASK` for an element of an array; None outside Slurm."""
    array, task = environment.get("SLURM_ARRAY_JOB_ID"), environment.get("SLURM_ARRAY_TASK_ID")
    return f"{array}_{task}" if array and task else environment.get("SLURM_JOB_ID")


def job_prefix(environment: Mapping[str, str]) -> str:
    """The beginning of the names of a job's task, the same in every life of the job; "" outside Slurm."""
    job = job_id(environment)
    if job is None:
        return ""
    return re.sub(r"[^\w.]", "_", f"{job}.{environment.get('SLURM_PROCID', '0')}", flags=re.ASCII)[:_MOST_CHARACTERS] + "-"


def worker_name() -> str:
    """The name of a worker that this process starts, fit for a file."""
    return f"{job_prefix(os.environ)}{own_mark()}"
