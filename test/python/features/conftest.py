"""What the feature tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from feature_fixtures import PAIRS, TEXTS, bert, dataset, llama, make_params

from python_worker.protocol.messages import FeaturesUncertaintyParams

__all__ = ["PAIRS", "TEXTS", "bert", "dataset", "llama", "make_params"]


@pytest.fixture
def make_entropy_params(make_params, tmp_path: Path) -> Callable[..., FeaturesUncertaintyParams]:
    """Parameters of next-token entropies that work, with changes."""

    def make(**changes) -> FeaturesUncertaintyParams:
        extraction, names = make_params(), FeaturesUncertaintyParams.__struct_fields__
        usual = {name: getattr(extraction, name) for name in names if hasattr(extraction, name)}
        own = {"out": str(tmp_path / "entropies.jsonl"), "splits": None, "positions": "all"}
        return FeaturesUncertaintyParams(**(usual | own | changes))

    return make
