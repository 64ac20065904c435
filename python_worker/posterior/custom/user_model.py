"""The class of a user's own model: which of the protocol's methods it has (docs/explanation/custom-model.md)."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.errors import invalid_argument
from ...custom_code.user_code import UserCode

_METHODS = ("fit", "sample", "score", "save", "load")


@dataclass(frozen=True)
class UserModelClass:
    """A class that can be used, and its methods of the protocol."""

    made_by: type
    methods: frozenset[str]

    @classmethod
    def load(cls, code: UserCode) -> UserModelClass:
        """Runs the file. Raises INVALID_ARGUMENT when the name is no class or lacks methods, and what `code.load` does."""
        found = code.load()
        if not isinstance(found, type):
            raise invalid_argument(f"Cannot use '{code.label}': it is no class, a class is needed")
        model = cls(found, frozenset(name for name in _METHODS if callable(getattr(found, name, None))))
        model._check(code)
        return model

    @property
    def learns(self) -> bool:
        """Whether it is fitted; one that is not gives the same scores in every round."""
        return "fit" in self.methods

    @property
    def samples(self) -> bool:
        """Whether it gives logits of pairs; otherwise scores of responses."""
        return {"fit", "sample"} <= self.methods

    def _check(self, code: UserCode) -> None:
        has = " and ".join(f"'{name}'" for name in _METHODS if name in self.methods) or "no method of the protocol"
        if not (self.samples or "score" in self.methods):
            raise invalid_argument(f"Cannot use '{code.label}': it has {has}, 'fit' and 'sample', or 'score' is needed")
        if ("save" in self.methods) != ("load" in self.methods):
            raise invalid_argument(f"Cannot use '{code.label}': it has {has}, both 'save' and 'load' (or neither) is needed")
