"""README.md of an export: front matter that the hub reads, and prose that people read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huggingface_hub import DatasetCardData

from ..base.printable import printable
from ..base.publish_directory import sync
from .export_job import ExportJob
from .export_manifest import CARD, NAME
from .plan_splits import SplitPlan

_WORDS = {
    "type": "made by",
    "model": "model",
    "revision": "revision of the model",
    "modelHash": "SHA-256 of the model's files",
    "promptTemplate": "template of a prompt",
    "responseTemplate": "template of an answer",
    "chatDate": "date that the chat template writes",
    "pooling": "pooling",
    "layer": "hidden layer",
    "maxTokens": "tokens of a text at most",
    "dtype": "computed in",
    "storeDtype": "stored in",
}
_LONGEST_NAME = 200
_SIZES = [(10**power, label) for power, label in ((3, "1K"), (4, "10K"), (5, "100K"), (6, "1M"), (7, "10M"), (8, "100M"))]


@dataclass(frozen=True)
class CardContents:
    """What a card tells of a directory: layout, splits, lines on columns and loading; `front` goes into the front matter."""

    layout: str
    splits: list[SplitPlan]
    lines: list[str]
    front: Mapping[str, Any] = field(default_factory=dict)


def write_card(folder: Path, job: ExportJob, contents: CardContents) -> None:
    """Writes the card of a directory. Raises OSError."""
    splits = contents.splits
    head = DatasetCardData(
        license=job.params.license,
        pretty_name=_title(job),
        size_categories=[_size_category(sum(split.items for split in splits))],
        tags=["preference", "features", "balpm"],
        **contents.front,
    )
    lines = [
        f"# {prose(_title(job))}",
        "",
        *_summary(job, contents),
        "",
        *contents.lines,
        "",
        *_provenance(job),
        "",
        *_notes(job, splits),
    ]
    file = folder / CARD
    file.write_text(f"---\n{head.to_yaml()}\n---\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    sync(file)


def _title(job: ExportJob) -> str:
    source = job.source.manifest.source
    made_by = next((str(source[key]) for key in ("model", "pairs", "function") if source.get(key)), "unknown origin")
    return printable(re.sub(r"\s+", " ", f"Features of {_cut(made_by)} for {_cut(job.source.dataset.name)}"))


def _size_category(count: int) -> str:
    upper = next((number for number, (limit, _) in enumerate(_SIZES) if count < limit), len(_SIZES))
    if upper == 0:
        return "n<1K"
    return f"{_SIZES[upper - 1][1]}<n<{_SIZES[upper][1] if upper < len(_SIZES) else '1B'}"


def _summary(job: ExportJob, contents: CardContents) -> list[str]:
    rows = [f"| {code(split.published)} | {code(split.name)} | {split.items:,} |" for split in contents.splits]
    answers = job.answers_in(contents.layout)
    if answers:
        of_what = "Pairs of answers to prompts; each text"
        told = f"The answers of a pair are {' and '.join(map(code, answers))}" + (
            ", by the label of the pair." if job.has_labels else ". Which one was preferred is not in it."
        )
    else:
        of_what = "The prompt of each pair of answers; it"
        told = "Answers and labels are not in it."
    return [
        f"{of_what} is given by its features, the numbers a frozen model makes of it.",
        told,
        "",
        "| split | split of the dataset | pairs |",
        "| --- | --- | --- |",
        *rows,
    ]


def _provenance(job: ExportJob) -> list[str]:
    manifest = job.source.manifest
    hashes = {
        "dataset": f"{manifest.dataset.name}",
        "hash of the dataset": manifest.dataset.hash,
        "id of the feature store": manifest.id,
        "SHA-256 of its features": manifest.features.sha256,
    }
    told = {_WORDS.get(key, key): value for key, value in manifest.source.items()}
    return [
        "## Where it comes from",
        "",
        "| | |",
        "| --- | --- |",
        *(f"| {prose(key)} | {code(value)} |" for key, value in {**told, **hashes}.items()),
        "",
        f"{code(NAME)} holds the whole manifest of the feature store, and the SHA-256 of every file here.",
    ]


def _notes(job: ExportJob, splits: list[SplitPlan]) -> list[str]:
    notes = [
        *_type_notes(job),
        *([] if job.source.dataset.has_texts else ["Texts are unknown: the features were imported without them."]),
        *(
            f"Split {code(split.published)} has no prompt features: those it was imported from had none."
            for split in splits
            if not split.has_prompts
        ),
        *(
            f"{split.dropped:,} pairs of split {code(split.published)} have no label and were left out."
            for split in splits
            if split.dropped
        ),
        *(
            ["The licence is unknown: ask the authors of the texts and of the model before you use or pass on this."]
            if job.params.license == "unknown"
            else []
        ),
    ]
    return ["## Notes", "", *(f"- {note}" for note in notes)] if notes else []


def _type_notes(job: ExportJob) -> list[str]:
    stored = job.source.manifest.features.dtype
    if stored == job.dtype:
        return []
    why = "which these files have no type for, " if stored == "bfloat16" else ""
    return [f"Features were stored in {stored}, {why}and are widened to {job.dtype} here, without a change of value."]


def code(value: object) -> str:
    """A value as code that stays in its cell: line ends visible, pipes and backticks harmless."""
    if value is None:
        return "none"
    text = printable(json.dumps(value, ensure_ascii=False)[1:-1] if isinstance(value, str) else json.dumps(value))
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    gap = " " if text.startswith("`") or text.endswith("`") or text.strip() == "" else ""
    return f"{fence}{gap}{text}{gap}{fence}".replace("|", "\\|")


def prose(text: str) -> str:
    """A name as plain text on one line: no markup, no link, no picture, no HTML comes of it."""
    return re.sub(r"([|\\`*_<>\[\]&!#~$])", r"\\\1", printable(re.sub(r"\s+", " ", text)))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
