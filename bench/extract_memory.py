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
sys.path[:0] = [str(ROOT), str(ROOT / "test/python"), str(ROOT / "test/python/features")]


def measure(place: str) -> tuple[int, int, int, float]:
    """Peak resident MiB after loading torch and the model's library, after extraction, after merging; seconds."""
    from tiny_models import save_llama

    from python_worker.context import Context
    from python_worker.memory import peak_resident_mib
    from python_worker.operations import features_extract, features_merge
    from python_worker.protocol.messages import (
        FeatureOutput,
        FeaturesExtractParams,
        FeaturesMergeParams,
        Shard,
    )

    folder = Path(place)
    model = save_llama(folder / "model", ["a few words of a text", "and others"])
    before = peak_resident_mib()
    whole = Shard(index=1, count=1)
    params = FeaturesExtractParams(
        dataset=str(folder / "dataset"), work=str(folder / "work"), shard=whole, share=whole, model=str(model),
        revision=None, dtype="float32", device="cpu", trust_remote_code=False, adapter=None, attention=None,
        quantisation=None, device_map=None, prompt_template="{prompt}", response_template="{prompt} {response}",
        chat=None, prompt_cut="paper", special_tokens=True, max_tokens=64, prompt_texts=None, uncertainty=None,
        outputs=[FeatureOutput(pooling="last-token", layer=None)], store_dtype="float32", token_budget=None,
        part_tokens=5_000, way="auto",
    )  # fmt: skip
    start = time.perf_counter()
    features_extract.run(params, {}, Context.offline())
    extracted = peak_resident_mib()
    merge = FeaturesMergeParams(dataset=params.dataset, folders=[params.work], out=str(folder / "store"), columns=None)
    features_merge.run(merge, {}, Context.offline())
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
