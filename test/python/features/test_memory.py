"""Extraction names what did not fit into memory."""

import pytest
import torch

from python_worker.context import Context
from python_worker.errors import WorkerError
from python_worker.operations.features_extract import run


def _raise(error):
    def forward(*_arguments, **_more):
        raise error

    return forward


@pytest.mark.parametrize(
    ("error", "code"),
    [(torch.cuda.OutOfMemoryError("no memory"), "OOM_GPU"), (RuntimeError("DefaultCPUAllocator: no"), "OOM_CPU")],
)
def test_extract_names_the_batch_that_does_not_fit_and_may_be_retried(make_params, monkeypatch, error, code):
    monkeypatch.setattr("transformers.LlamaModel.forward", _raise(error))
    message = r"Cannot run a batch of \d+ × \d+ tokens: .*memory ran out, a smaller token budget is needed"
    with pytest.raises(WorkerError, match=message) as caught:
        run(make_params(pooling="mean"), {}, Context.offline())
    assert (caught.value.code, caught.value.retryable) == (code, True)


def test_extract_names_the_model_that_does_not_fit(make_params, monkeypatch):
    monkeypatch.setattr("transformers.AutoModel.from_pretrained", _raise(MemoryError()))
    message = r"Cannot load model '.*tiny-llama' in float32: memory ran out, a smaller model, a smaller dtype or"
    with pytest.raises(WorkerError, match=message) as caught:
        run(make_params(), {}, Context.offline())
    assert caught.value.code == "OOM_CPU"
