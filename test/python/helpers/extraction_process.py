"""Extractions in processes that start at once: copies of one that has loaded the libraries already."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import torch

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.extraction.extract import extract_parts
from python_worker.protocol.messages import FeaturesExtractParams

_COPIES = multiprocessing.get_context("forkserver")
_COPIES.set_forkserver_preload(
    ["torch", "transformers.models.llama.modeling_llama", "transformers.models.auto.modeling_auto", "safetensors.torch"]
)


class ExtractionProcess:
    """A process that extracts; to be ended with `wait` or `kill_after`."""

    def __init__(self, params: FeaturesExtractParams) -> None:
        self._reports, told = _COPIES.Pipe(duplex=False)
        self.process: BaseProcess = _COPIES.Process(target=_run, args=(params, told))
        self.process.start()
        told.close()

    def next_report(self) -> str | None:
        """`progress`, or what it says at its end; None once it is gone."""
        try:
            return self._reports.recv()
        except EOFError:
            return None

    def wait(self) -> str:
        """What it says at its end."""
        said = [report for report in iter(self.next_report, None) if report != "progress"]
        self.process.join()
        return said[0]

    def kill_after(self, reports: int) -> None:
        """Ends it by SIGKILL after so many progress reports, or at its end."""
        for _ in range(reports):
            if self.next_report() != "progress":
                break
        self.process.kill()
        self.process.join()


def _run(params: FeaturesExtractParams, told: Connection) -> None:
    torch.set_num_threads(1)
    try:
        data = extract_parts(params, Context.offline(on_progress=lambda report: told.send("progress")))
        told.send(f"kept {data.kept_parts} of {data.own_parts}")
    except WorkerError as error:
        told.send(f"{error.code} {error.message}")
