"""How a worker is called in a rendezvous directory."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from .owner import own_mark


def job_id(environment: Mapping[str, str]) -> str | None:
    """Slurm's number of this job, `ARRAY_TASK` for an element of an array; None outside Slurm."""
    array, task = environment.get("SLURM_ARRAY_JOB_ID"), environment.get("SLURM_ARRAY_TASK_ID")
    return f"{array}_{task}" if array and task else environment.get("SLURM_JOB_ID")


def job_prefix(environment: Mapping[str, str]) -> str:
    """The beginning of the names of a job's task, the same in every life of the job; "" outside Slurm."""
    job = job_id(environment)
    if job is None:
        return ""
    return re.sub(r"[^\w.]", "_", f"{job}.{environment.get('SLURM_PROCID', '0')}") + "-"


def worker_name() -> str:
    """The name of a worker that this process starts, fit for a file."""
    return f"{job_prefix(os.environ)}{own_mark()}"
