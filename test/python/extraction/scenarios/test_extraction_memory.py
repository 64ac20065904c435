"""Extraction names what did not fit into memory."""

import pytest
import torch
from extract_store import make_parts
from transformers import LlamaModel

from python_worker.base.errors import WorkerError


def _raise(error):
    def forward(*_arguments, **_more):
        raise error

    return forward


@pytest.mark.parametrize(
    ("error", "code"),
    [(torch.cuda.OutOfMemoryError("no memory"), "OOM_GPU"), (RuntimeError("DefaultCPUAllocator: no"), "OOM_CPU")],
)
def test_extract_names_the_text_that_does_not_fit_and_is_not_retried(make_params, monkeypatch, error, code):
    forward = LlamaModel.forward

    def refuse_long(self, input_ids, **more):
        if input_ids.shape[1] > 20:
            raise error
        return forward(self, input_ids=input_ids, **more)

    monkeypatch.setattr(LlamaModel, "forward", refuse_long)
    message = r"Cannot run a single text of \d+ tokens: .*memory ran out, smaller --max-tokens, a narrower --dtype, "
    with pytest.raises(WorkerError, match=message) as caught:
        make_parts(make_params(pooling="mean"))
    assert (caught.value.code, caught.value.retryable) == (code, False)


def test_extract_names_the_model_that_does_not_fit(make_params, monkeypatch):
    monkeypatch.setattr("transformers.AutoModel.from_pretrained", _raise(MemoryError()))
    message = r"Cannot load model '.*tiny-llama' in float32: memory ran out, a smaller model, a smaller dtype or"
    with pytest.raises(WorkerError, match=message) as caught:
        make_parts(make_params())
    assert caught.value.code == "OOM_CPU"
