"""Requests and answers for the tests of what is kept."""

import msgspec
import numpy as np

from python_worker.protocol.messages import Request
from python_worker.server.job import Finished, Job
from python_worker.tensors.tensors import write_tensors


def request_of(key: str = "a", **changes) -> Request:
    """A request that says `keep`; `key` is repeated to the length of one."""
    given = {
        "v": 1, "id": "r", "session": "s", "re": None, "seq": 0, "sent_at": 0, "trace": None, "op": "worker.echo",
        "op_version": 1, "params": {"text": "x"}, "tensors": [], "key": key * (64 // len(key)), "attempt": 1, "keep": True,
        "deadline_ms": None, "hint": None, "resume_from": None,
    }  # fmt: skip
    return Request(**given | changes)


def job_of(key: str = "a", **changes) -> Job:
    return Job.of(request_of(key, **changes), [])


def finished_of(nbytes: int = 0, text: str = "x") -> Finished:
    """An answer with an array of so many bytes."""
    arrays = {"values": np.arange(nbytes, dtype=np.uint8)} if nbytes else {}
    specs, frames = write_tensors(arrays, "the result")
    return Finished(msgspec.Raw(msgspec.json.encode({"text": text})), specs, frames, 1.5)
