"""Extraction beside the plain way: three passes a pair at batch 1 (chosen, rejected, prompt). Same model, same texts, one run.

    python bench/extract.py [--prompts 24] [--shape small|7b] [--device cpu|cuda] [--dtype float32|bfloat16]

Every prompt has 6 answers in 9 pairs. The weights are random. The plain way runs on at most 216 pairs.
"""

from __future__ import annotations

import argparse
import os
import random
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
from safetensors.torch import load_file  # noqa: E402
from tiny_models import save_causal  # noqa: E402
from transformers import AutoModel, AutoTokenizer, MistralConfig  # noqa: E402

from python_worker.context.context import Context  # noqa: E402
from python_worker.context.state import WorkerState  # noqa: E402
from python_worker.data.dataset_texts import read_dataset_texts  # noqa: E402
from python_worker.texts.templates import render_prompts, render_responses  # noqa: E402

THREADS = os.cpu_count() or 1
PROMPT, RESPONSE = "Post: {prompt}", "Post: {prompt}\nSummary: {response}"
SHAPES = {
    "small": {"hidden_size": 512, "intermediate_size": 1792, "num_hidden_layers": 8, "num_attention_heads": 8, "num_key_value_heads": 2},
    "7b": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8},
}  # fmt: skip
PLAIN_PAIRS = 216


def make_pairs(prompts: int) -> list[tuple[str, str, str]]:
    """9 pairs over 6 answers a prompt: posts of about 220 words, answers of about 25."""
    rng = random.Random(7)
    words = ["".join(rng.choice("aeioulnrst") for _ in range(rng.randint(2, 7))) for _ in range(2000)]

    def text(least: int, most: int) -> str:
        return " ".join(rng.choice(words) for _ in range(rng.randint(least, most)))

    pairs = []
    for _ in range(prompts):
        prompt, answers = text(30, 90), [text(4, 14) for _ in range(6)]
        both = [(first, second) for first in range(6) for second in range(first)]
        pairs += [(prompt, answers[first], answers[second]) for first, second in rng.sample(both, 9)]
    return pairs


@torch.inference_mode()
def run_plain(model_folder: Path, dataset: Path, arguments: argparse.Namespace) -> tuple[float, int, dict[tuple[str, int], torch.Tensor]]:
    """Seconds a pair, tokens a pair, and the features by (kind, row)."""
    texts = read_dataset_texts(dataset)
    prompts, responses = render_prompts(PROMPT, texts), render_responses(RESPONSE, texts)
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModel.from_pretrained(model_folder, dtype=getattr(torch, arguments.dtype)).to(arguments.device).eval()

    def embed(text: str) -> tuple[torch.Tensor, int]:
        ids = tokenizer(text, return_tensors="pt", truncation=True, max_length=512)["input_ids"].to(arguments.device)
        return model(input_ids=ids).last_hidden_state[0, -1].float().cpu(), ids.shape[1]

    embed(prompts[0])
    rows = texts.splits["train"][:PLAIN_PAIRS]
    features, tokens = {}, 0
    start = time.perf_counter()
    for prompt, first, second in rows.tolist():
        for kind, row, text in (("responses", first, responses[first]), ("responses", second, responses[second]), ("prompts", prompt, prompts[prompt])):  # fmt: skip
            features[kind, row], count = embed(text)
            tokens += count
    return (time.perf_counter() - start) / len(rows), tokens // len(rows), features


def run_ours(model_folder: Path, dataset: Path, folder: Path, way: str, arguments: argparse.Namespace) -> dict:
    """Seconds a pair of the embedding, tokens, padding, and the store's tensors."""
    reports = []
    params = usual_params(
        dataset, model_folder, folder / f"work-{way}", pooling="last-token", prompt_template=PROMPT, response_template=RESPONSE,
        max_tokens=512, way=way, dtype=arguments.dtype, store_dtype=arguments.dtype, device=arguments.device,
        token_budget=arguments.token_budget,
    )  # fmt: skip
    made = make_parts(params, Context.offline(WorkerState(threads=THREADS), reports.append))
    rate = [report for report in reports if report.note == "embedding"][-1].metrics["tokensPerSecond"]
    out = folder / f"store-{way}"
    merged = merge(str(dataset), [params.work], out)
    pairs = sum(len(rows) for rows in read_dataset_texts(dataset).splits.values())
    return {
        "way": made.way, "budget": made.token_budget, "secondsAPair": merged.tokens / rate / pairs, "tokensAPair": merged.tokens // pairs,
        "tokensPerSecond": rate, "paddingShare": merged.padding_share,
        "peakShare": reports[-1].metrics.get("peakShare"), "tensors": load_file(out / "features.safetensors"),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prompts", type=int, default=24)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--token-budget", type=int, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = make_pairs(arguments.prompts)
        dataset = write_dataset(folder / "dataset", {"train": pairs})
        config = MistralConfig(vocab_size=300, max_position_embeddings=4096, **SHAPES[arguments.shape])
        torch.set_default_dtype(getattr(torch, arguments.dtype))
        model = save_causal(folder / "model", config, [text for pair in pairs[:200] for text in pair])
        torch.set_default_dtype(torch.float32)
        torch.set_num_threads(THREADS)
        seconds, tokens, expected = run_plain(model, dataset, arguments)
        device = "CPU" if arguments.device == "cpu" else torch.cuda.get_device_name()
        print(f"{device}, {torch.get_num_threads()} threads, Mistral {arguments.shape}, {arguments.dtype}, {len(pairs)} pairs over {arguments.prompts} prompts")  # fmt: skip
        print(f"three passes a pair, batch 1   {1000 * seconds:8.2f} ms a pair  {tokens:6} tokens a pair")
        for way in ("buckets", "prefix-cache", "tree"):
            ours = run_ours(model, dataset, folder, way, arguments)
            differences = [
                ((ours["tensors"][kind][row].float() - value).norm() / value.norm()).item() for (kind, row), value in expected.items()
            ]  # fmt: skip
            share = "" if ours["peakShare"] is None else f"  {100 * ours['peakShare']:.0f} % of peak"
            print(
                f"{way:28} {1000 * ours['secondsAPair']:10.2f} ms a pair  {ours['tokensAPair']:6} tokens a pair  "
                f"{100 * ours['paddingShare']:4.1f} % padding  {seconds / ours['secondsAPair']:5.1f}x  "
                f"largest relative difference {max(differences):.1e}  budget {ours['budget']}{share}"
            )


if __name__ == "__main__":
    main()
