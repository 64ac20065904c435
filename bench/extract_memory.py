"""Peak memory of an extraction and its merge against the number of rows: a tiny model, so that what grows would show.

    python bench/extract_memory.py [items ...]                                              10000 100000 unless told
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "test/python/helpers")]


def measure(place: str) -> tuple[int, int, int, float]:
    """Peak resident MiB after loading torch and the model's library, after extraction, after merging; seconds."""
    from extract_store import make_parts, merge
    from feature_fixtures import usual_params
    from tiny_models import save_llama

    from python_worker.base.memory import peak_resident_mib

    folder = Path(place)
    model = save_llama(folder / "model", ["a few words of a text", "and others"])
    before = peak_resident_mib()
    params = usual_params(
        folder / "dataset", model, folder / "work", prompt_cut="paper", max_tokens=64, token_budget=None, part_tokens=5_000
    )
    start = time.perf_counter()
    make_parts(params)
    extracted = peak_resident_mib()
    merge(params.dataset, [params.work], folder / "store")
    return before, extracted, peak_resident_mib(), time.perf_counter() - start


def _write(folder: str, items: int) -> None:
    from dataset_directory import write_dataset

    def pairs():
        for item in range(items):
            prompt = f"what does number {item // 4} of these questions want to know " + "and more " * (item // 4 % 9)
            yield prompt, f"answer {item % 4} of it", f"another answer {item % 3} that is longer"

    write_dataset(Path(folder), {"train": pairs()})


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]
    for items in sizes:
        with tempfile.TemporaryDirectory() as folder:
            # Processes of their own: the peak of a process never falls.
            _apart(_write, f"{folder}/dataset", items)
            before, extracted, merged, seconds = _apart(measure, folder)
        print(f"{items:8} items: {before} MiB before, {extracted} MiB at the peak of extraction, {merged} MiB with the merge, {seconds:.0f} s")


def _apart(function, *arguments):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


if __name__ == "__main__":
    main()
