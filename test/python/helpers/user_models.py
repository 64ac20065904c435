"""Users' models as files, and how the operations are called on them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from textwrap import dedent

import numpy as np

from python_worker.context.context import Context
from python_worker.operations import external_fit, posterior_predict
from python_worker.protocol.messages import ExternalFitParams, PosteriorPredictParams, StoreRef

RNG = np.random.default_rng(5)
RESPONSES = RNG.standard_normal((50, 6)).astype(np.float32)
DRAWN = np.stack([RNG.choice(50, 2, replace=False) for _ in range(40)]).astype(np.int32)
# The first response of a pair is better: its first feature is greater.
PAIRS = np.take_along_axis(DRAWN, np.argsort(-RESPONSES[DRAWN, 0], axis=1), axis=1)
TENSORS = {"labelled": PAIRS[:30], "validation": PAIRS[30:]}

# Two heads fitted by gradient descent; everything random comes from the global generator, as in much of the world's code.
TWO_HEADS = """
import torch

class Two:
    def __init__(self, context, options):
        self.context = context
        self.heads = torch.nn.Linear(6, options.get("heads", 2))

    def fit(self, labelled, validation, context):
        optimiser = torch.optim.Adam(self.heads.parameters(), lr=0.05)
        for step in range(20):
            noise = 0.01 * torch.randn_like(labelled.first)
            loss = -torch.nn.functional.logsigmoid(self.heads(labelled.first + noise) - self.heads(labelled.second)).mean()
            optimiser.zero_grad(); loss.backward(); optimiser.step()
            context.progress(step + 1, 20, {"loss": loss})
            context.check()

    def sample(self, pairs, context):
        return (self.heads(pairs.first) - self.heads(pairs.second)).T

    def save(self):
        return self.heads.state_dict()

    def load(self, tensors):
        self.heads.load_state_dict(tensors)
"""


def write_model(folder: Path, source: str, name: str = "model.py") -> Path:
    file = folder / name
    file.write_text(dedent(source), "utf-8")
    return file


def params_for(file: Path, store: StoreRef, name: str = "Two", **changes) -> ExternalFitParams:
    usual = {
        "store": store, "module": str(file), "module_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "name": name, "options": {}, "seed": 9, "round": 1,
    }  # fmt: skip
    return ExternalFitParams(**(usual | changes))


def fit(params: ExternalFitParams, context: Context, tensors=TENSORS) -> str:
    return external_fit.run(params, tensors, context).data.posterior


def predict(handle: str, context: Context, pairs=PAIRS) -> np.ndarray:
    reply = posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": pairs}, context)
    assert reply.data.samples == len(reply.tensors["logits"])
    return reply.tensors["logits"]
