"""Extracts chats by many templates and answers, and compares texts, entropies and counts with what plain Python makes of them.

Prints a JSON object a line: name, and wrong (null where all was right). Texts are made up; models are of random weights.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "test/python/helpers")]

from chat_turns import TEMPLATES, Template  # noqa: E402
from dataset_directory import write_dataset  # noqa: E402
from extract_store import make_parts, merge  # noqa: E402
from feature_fixtures import usual_params  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from tiny_models import save_causal  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig  # noqa: E402
from transformers.utils import chat_template_utils  # noqa: E402

from python_worker.base.errors import WorkerError  # noqa: E402
from python_worker.protocol.messages import ChatTurns, FeaturesExtractParams, Shard, UncertaintyOutput  # noqa: E402
from python_worker.store.manifest import read_manifest  # noqa: E402

Pair = tuple[str, str, str]
FAMILIES: dict[str, list[Pair]] = {
    "words of the template": [("start", "end", "assistant"), ("user", "<|end|>", "|"), ("assistant", "start", "system")],
    "empty and blank": [("why", "x", " y"), ("", "\n\nz", "w \n"), ("\n", " . ", "0")],
    "the prompt again": [("the sea", "the sea", "sea"), ("Q\nassistant\n", "Q\nassistant\n", "assistant\nQ")],
    "special tokens": [("hi", "a<|end|>b", "<|start|>user\nno<|end|>"), ("<|end|>", "<|end|><|end|>", "</s>")],
    "reasoning": [("why", "<think>waves</think>gulls", "gulls"), ("sea", "<think>\n\na b\n</think>\n\nc", "</think>d")],
    "letters of many kinds": [("naïve", "模型 🙂", "e\u0301"), ("🙂", "\u202eabc", "\ue000\ue001"), ("{prompt}", "{{ m }}", "{response}")],
}
WORDS = ["the sea has waves and gulls", "system user assistant start end think why Answer Today", "why gulls and waves 0 1 2"]


class Bench:
    """A folder of models and datasets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0

    def model(self, jinja: str) -> Path:
        folder = self.new("model")
        config = LlamaConfig(
            vocab_size=300, hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=1024, initializer_range=0.3,
        )  # fmt: skip
        tokenizer = AutoTokenizer.from_pretrained(save_causal(folder, config, WORDS))
        tokenizer.chat_template = jinja
        tokenizer.save_pretrained(folder)
        return folder

    def new(self, name: str) -> Path:
        self._count += 1
        return self.folder / f"{name}-{self._count}"

    def params(self, model: Path, pairs: Sequence[Pair], **changes: Any) -> FeaturesExtractParams:
        dataset = write_dataset(self.new("data"), {"train": list(pairs)})
        usual = {"chat": ChatTurns(system="be brief", date=None), "max_tokens": 1024, "token_budget": 4096}
        return usual_params(dataset, model, self.new("work"), **{**usual, **changes})


def straight(model: Path, pieces: tuple[str, str, str], limit: int) -> tuple[np.ndarray, float | None, str | None]:
    """Last state, mean entropy of the answer's tokens (None: there are none), what a cut left of the text (None: no cut)."""
    tokenizer, network = AutoTokenizer.from_pretrained(model), AutoModelForCausalLM.from_pretrained(model)
    before, made, after = pieces
    encoded = tokenizer(before + made + after, add_special_tokens=False, return_offsets_mapping=True)
    ids, offsets = encoded["input_ids"][:limit], encoded["offset_mapping"][:limit]
    begin, end = len(before), len(before) + len(made)
    with torch.inference_mode():
        output = network(torch.tensor([ids]), output_hidden_states=True)
    log_p = output.logits[0].double().log_softmax(-1)
    bits = (-(log_p.exp() * log_p).sum(-1) / math.log(2)).numpy()
    inside = [place for place, (first, last) in enumerate(offsets) if first < end and last > begin]
    left = "".join(pieces)[: max(last for _, last in offsets)] if len(ids) < len(encoded["input_ids"]) else None
    return output.hidden_states[-1][0, -1].numpy(), float(bits[inside].mean()) if inside else None, left


def attack_answers(bench: Bench, template: Template, pairs: list[Pair], system: str | None) -> str | None:
    """Features and entropies of every answer; one whose turn is empty, or that is written twice, must be refused by name."""
    model = bench.model(template.jinja)
    params = bench.params(
        model, pairs, chat=ChatTurns(system=system, date=None), uncertainty=UncertaintyOutput(positions="response")
    )
    expected = [straight(model, template.write(system, prompt, answer), 1024) for prompt, *both in pairs for answer in both]
    columns, store = bench.new("columns"), bench.new("store")
    try:
        make_parts(params)
        merge(params.dataset, [params.work], store, columns)
    except WorkerError as error:
        is_refused = any(mean is None for _, mean, _ in expected) or template is TEMPLATES["writes twice"]
        return None if is_refused and "Cannot compute next-token entropies of answer" in error.message else f"refused: {error.message}"
    lines = [json.loads(line) for line in columns.read_text().splitlines()]
    found = [line[f"entropy_{side}_mean"] for line in lines for side in "ab"]
    return compare(found, [mean for _, mean, _ in expected], "entropies") or compare_features(store, pairs, expected)


def compare(found: Sequence[float], expected: Sequence[float | None], what: str) -> str | None:
    differ = [place for place, (one, other) in enumerate(zip(found, expected, strict=True)) if other is None or abs(one - other) > 1e-4]
    return f"{what} {differ[0]}: {found[differ[0]]} where {expected[differ[0]]} is right" if differ else None


def compare_features(store: Path, pairs: Sequence[Pair], expected: Sequence[tuple[np.ndarray, float | None, str | None]]) -> str | None:
    tensors = load_file(store / "features.safetensors")
    rows = tensors["train"].numpy()[:, 1:].ravel()
    worst = max(float(np.abs(tensors["responses"][row].numpy() - state).max()) for row, (state, _, _) in zip(rows, expected, strict=True))
    return None if worst < 1e-4 else f"features differ by {worst}"


def attack_cuts(bench: Bench, template: Template, limit: int) -> str | None:
    """How many answers lose every token in a cut: what is left is the beginning of any other answer's text."""
    pairs = [(prompt, *both) for family in ("words of the template", "the prompt again") for prompt, *both in FAMILIES[family]]
    model = bench.model(template.jinja)
    params = bench.params(model, pairs, max_tokens=limit)
    make_parts(params)
    lost = 0
    for prompt, answer in {(prompt, answer) for prompt, *both in pairs for answer in both}:
        left = straight(model, template.write("be brief", prompt, answer), limit)[2]
        others = ("".join(template.write("be brief", prompt, other)) for other in ("Mm", "3."))
        lost += left is not None and all(other.startswith(left) for other in others)
    found = merge(params.dataset, [params.work], bench.new("store")).lost_responses
    return None if found == lost else f"{found} lost where {lost} are right"


class Day(datetime):
    """The clock of a template, some days ahead."""

    ahead = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime.now(tz) + timedelta(days=cls.ahead)


def attack_days(bench: Bench, jinja: str, date: str | None) -> str | None:
    """Two shards of different days, and a resumed one, give the store of one day."""
    chat_template_utils.datetime = Day
    params = bench.params(bench.model(jinja), [pair for family in FAMILIES.values() for pair in family], part_tokens=100, max_tokens=64)
    params = msgspec.structs.replace(params, chat=ChatTurns(system=None, date=date))
    stores = []
    for days in ((0, 0), (0, 3), (400, 11)):
        shards = msgspec.structs.replace(params, work=str(bench.new("work")))
        for index, Day.ahead in enumerate(days, 1):
            make_parts(msgspec.structs.replace(shards, shard=Shard(index=index, count=2)))
        merge(params.dataset, [shards.work], store := bench.new("store"))
        stores.append((read_manifest(store).id, read_manifest(store).source.get("chatDate")))
    reads = "strftime_now" in jinja
    wanted = (date or "2024-07-26") if reads or date else None
    return None if stores == [(stores[0][0], wanted)] * 3 else f"{stores} where date {wanted} of one store is right"


def refusal(act: Callable[[], object], words: str) -> str | None:
    try:
        act()
    except WorkerError as error:
        return None if words in error.message and "; " in error.message else f"said {error.message}"
    return "not refused"


def attack_system(bench: Bench, jinja: str, system: str | None, outcome: str | None) -> str | None:
    """outcome: words of the refusal, or None where the store must have no system turn."""
    params = bench.params(bench.model(jinja), FAMILIES["reasoning"], chat=ChatTurns(system=system, date=None))
    if outcome is not None:
        return refusal(lambda: make_parts(params), outcome)
    make_parts(params)
    merge(params.dataset, [params.work], store := bench.new("store"))
    found = read_manifest(store).source["system"]
    return None if found is None else f"its system turn is {found!r}"


DATES = {
    "always": "{{ strftime_now('%A %d %b %Y %H:%M:%S') }}\n",
    "set first": "{% set today = strftime_now('%Y-%m-%d') %}{{ today }}\n",
    "by name": "{{ strftime_now(format='%d %B') }}\n",
    "as Llama's": "{% if not date_string is defined %}{% if strftime_now is defined %}{% set date_string = strftime_now('%d %b %Y') %}{% endif %}{% endif %}{{ date_string }}\n",
    "not at all": "",
}
REFUSES = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
ALTERNATES = "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}"
IGNORES = TEMPLATES["plain"].jinja.replace("{% for m in messages %}", "{% for m in messages if m['role'] != 'system' %}")
PLAIN = TEMPLATES["plain"].jinja


def attacks() -> Iterator[tuple[str, Callable[[Bench], str | None]]]:
    for name, template in TEMPLATES.items():
        for family, pairs in FAMILIES.items():
            system = {"the prompt again": "the sea", "empty and blank": ""}.get(family, None if family == "reasoning" else "be brief")
            yield f"answers, {family}: {name}", lambda bench, t=template, p=pairs, s=system: attack_answers(bench, t, p, s)
        for limit in (24, 40):
            yield f"cut at {limit}: {name}", lambda bench, t=template, n=limit: attack_cuts(bench, t, n)
    for name, text in DATES.items():
        for date in (None, "2025-01-31") if text else (None,):
            yield f"days, {name}: {date}", lambda bench, t=text, d=date: attack_days(bench, t + PLAIN, d)
    for name, jinja in (("refuses", REFUSES + PLAIN), ("alternates", ALTERNATES + PLAIN)):
        for system, outcome in ((None, None), ("", None), ("be brief", "leave the system turn out")):
            yield f"system {system!r}: {name}", lambda bench, j=jinja, s=system, o=outcome: attack_system(bench, j, s, o)
    yield "system given: ignores", lambda bench: attack_system(bench, IGNORES, "be brief", "it leaves the system turn out")
    for name, jinja in (("filter", "{{ ['a', 'b'] | random }}"), ("lipsum", "{{ lipsum() }}")):
        yield f"chance, {name}", lambda bench, j=jinja: attack_system(bench, j + PLAIN, None, "it draws at random")


def main() -> None:
    torch.set_num_threads(1)
    for name, attack in attacks():
        with tempfile.TemporaryDirectory() as folder:
            try:
                wrong = attack(Bench(Path(folder)))
            except Exception as error:  # what an attack does not expect is wrong too
                wrong = f"{type(error).__name__}: {error}"
        print(json.dumps({"name": name, "wrong": wrong}), flush=True)


if __name__ == "__main__":
    main()
