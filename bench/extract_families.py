"""Which way models of each family are run, and how much each way differs from texts run one by one, in float32.

    python bench/extract_families.py

The models are small, with random weights. A difference is the largest ‖found − alone‖ / ‖alone‖ of a text.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "test/python/helpers")]

from families import CONFIGS, LAYERS, load_family, sample_texts  # noqa: E402
from transformers.utils import logging  # noqa: E402

from python_worker.extraction.batching.ways import WAYS  # noqa: E402
from python_worker.extraction.planning.choose_way import choose_way  # noqa: E402


def main() -> None:
    logging.set_verbosity_error()
    warnings.simplefilter("ignore")
    print(f"| {'family':36} | attention | {'way':12} | " + " | ".join(f"{name:12}" for name in WAYS) + " |")
    print(f"|{'-' * 38}|{'-' * 11}|{'-' * 14}|" + "|".join("-" * 14 for _ in WAYS) + "|")
    for name in [*CONFIGS, "bert"]:
        for attention in ("sdpa", "eager"):
            print(row_of(name, attention))


def row_of(name: str, attention: str) -> str:
    """A row of the table: a way that cannot be run has the difference inf, one that was not tried has none."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            model = load_family(Path(folder) / "model", name, attention)
        except Exception as error:  # a family without this kind of attention
            return f"| {name:36} | {attention:9} | {type(error).__name__}: {str(error).splitlines()[0]} |"
        check = choose_way(model, sample_texts(), LAYERS)
    cells = [f"{check.differences[way]:12.1e}" if way in check.differences else f"{'–':>12}" for way in WAYS]
    return f"| {name:36} | {attention:9} | {check.way:12} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
