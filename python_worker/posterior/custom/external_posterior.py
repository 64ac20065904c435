"""A user's own model as a posterior."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ...base.out_of_memory import release_memory
from ...context.context import Context
from ...custom_code.as_tensor import as_float_tensor, shape_words
from ...custom_code.user_code import UserCode
from ...custom_code.user_context import UserContext
from ...protocol.messages import ExternalFitData, ExternalFitParams, StoreRef
from ...store.open_store import open_store
from ..contract.kept_posterior import Snapshot
from .user_model import UserModelClass
from .user_pairs import Pairs, Responses

# A model may be of any size: nothing else is kept beside it.
_UNKNOWN_BYTES = 1 << 62


class ExternalPosterior:
    """An instance of the user's class. Errors of its code are USER_CODE, naming file and line."""

    KIND = "external"

    def __init__(self, params: ExternalFitParams, model_class: UserModelClass, context: Context) -> None:
        """Makes the instance; the model before it is forgotten first."""
        context.state.posteriors.make_room(_UNKNOWN_BYTES)
        release_memory()
        self.params = params
        self.nbytes = _UNKNOWN_BYTES
        self._context = UserContext(context, _stream_of(params), params.options, params.round)
        self._code = user_code_of(params)
        self._class = model_class
        self._model = self._code.call("make", model_class.made_by, self._context, self._context.options)
        self._judge = self._sampled if model_class.samples else self._scored

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> ExternalPosterior | None:
        """The model a snapshot was taken of; None when its file has changed since."""
        code = user_code_of(snapshot.params)
        if not code.is_unchanged():
            return None
        posterior = cls(snapshot.params, UserModelClass.load(code), context)
        posterior.report = snapshot.report
        if "load" in posterior._class.methods:
            device = posterior._context.device
            tensors = {name: tensor.to(device) for name, tensor in snapshot.tensors.items()}
            code.call("restore", posterior._model.load, tensors)
        return posterior

    @property
    def store(self) -> StoreRef:
        """The store whose responses it judges."""
        return self.params.store

    def fit(self, labelled_n2: np.ndarray, validation_n2: np.ndarray, handle: str, context: Context) -> None:
        """Fits a model that learns on rows (chosen, rejected), int32; `handle` is its name from now on."""
        self._context.speak_for(context)
        if self._class.learns:
            pairs = (self._pairs(rows, context) for rows in (labelled_n2, validation_n2))
            self._code.call("fit with", self._model.fit, *pairs, self._context)
        self.report = ExternalFitData(posterior=handle)

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone; no pairs are no question to the user's code."""
        self._context.speak_for(context)
        return {"logits": self._judge(pairs_n2, context) if len(pairs_n2) else np.zeros((1, 0), np.float32)}

    def snapshot(self, context: Context) -> Snapshot | None:
        """What `save` gives; a model that never learns needs nothing, one that does and has no `save` has none."""
        if "save" in self._class.methods:
            return Snapshot(self.KIND, self.params, self.report, self._saved(context))
        return None if self._class.learns else Snapshot(self.KIND, self.params, self.report, {})

    def _sampled(self, pairs_n2: np.ndarray, context: Context) -> np.ndarray:
        act, function, count = "sample from", self._model.sample, len(pairs_n2)
        value = self._code.call(act, function, self._pairs(pairs_n2, context), self._context)
        wanted = f"S × {count} (S of at least 1)"
        tensor = as_float_tensor(value, self._code, act, function, wanted)
        if tensor.ndim != 2 or tensor.shape[1] != count or not len(tensor):
            raise self._code.wrong(act, function, f"sample() gave {shape_words(tensor.shape)}", f"{wanted} is")
        return self._finite(tensor, act, function, lambda pair: _pair_words(pair, pairs_n2))

    def _scored(self, pairs_n2: np.ndarray, context: Context) -> np.ndarray:
        act, function = "score with", self._model.score
        rows, positions = np.unique(pairs_n2, return_inverse=True)
        responses = Responses(open_store(self.store, context).responses_rd, self._on_device(rows))
        value = self._code.call(act, function, responses, self._context)
        wanted = f"S × {len(rows)} or {len(rows)}"
        tensor = as_float_tensor(value, self._code, act, function, wanted)
        scores = tensor[None] if tensor.ndim == 1 else tensor
        if scores.ndim != 2 or scores.shape[1] != len(rows) or not len(scores):
            raise self._code.wrong(act, function, f"score() gave {shape_words(tensor.shape)}", f"{wanted} is")
        self._finite(scores, act, function, lambda row: f"response {row} (row {rows[row]})")
        first, second = torch.from_numpy(positions.reshape(-1, 2)).T
        logits = scores.double()[:, first] - scores.double()[:, second]
        return self._finite(logits, act, function, lambda pair: f"the difference of {_pair_words(pair, pairs_n2)}")

    def _finite(
        self, values: torch.Tensor, act: str, function: Callable[..., Any], words: Callable[[int], str]
    ) -> np.ndarray:
        """The numbers as float32. Raises USER_CODE naming sample and column of the first that is not finite."""
        numbers = values.float().contiguous().numpy()
        bad = np.argwhere(~np.isfinite(numbers))
        if len(bad):
            sample, column = (int(index) for index in bad[0])
            found = f"{function.__name__}() gave {float(values[sample, column])} for sample {sample}, {words(column)}"
            raise self._code.wrong(act, function, found, "finite numbers (in float32) are")
        return numbers

    def _saved(self, context: Context) -> Mapping[str, torch.Tensor]:
        self._context.speak_for(context)
        tensors = self._code.call("save", self._model.save)
        wanted = "a dict of Tensors by name is"
        if not isinstance(tensors, Mapping):
            raise self._code.wrong("save", self._model.save, f"it gave an object of type {type(tensors).__name__}", wanted)
        for name, tensor in tensors.items():
            if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
                found = f"it gave an object of type {type(tensor).__name__} for {name!r}"
                raise self._code.wrong("save", self._model.save, found, wanted)
        return tensors

    def _pairs(self, rows_n2: np.ndarray, context: Context) -> Pairs:
        return Pairs(open_store(self.store, context).responses_rd, self._on_device(rows_n2))

    def _on_device(self, rows: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(rows.astype(np.int64)).to(self._context.device)


def user_code_of(params: ExternalFitParams) -> UserCode:
    """The class a fit names; its global seed is the one its context shows."""
    return UserCode(Path(params.module), params.name, params.module_sha256, UserContext.seed_of(_stream_of(params)))


def _stream_of(params: ExternalFitParams) -> tuple[int, str, int]:
    return params.seed, ExternalPosterior.KIND, params.round


def _pair_words(pair: int, pairs_n2: np.ndarray) -> str:
    first, second = pairs_n2[pair]
    return f"pair {pair} (response rows {first} and {second})"
