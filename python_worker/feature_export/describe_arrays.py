"""Card and manifest of an export that is arrays."""

from __future__ import annotations

from pathlib import Path

from .dataset_card import CardContents, code, write_card
from .export_job import ExportJob
from .export_manifest import write_export_manifest


def describe_arrays(folder: Path, job: ExportJob) -> None:
    """Writes README.md and balpm-export.json. Raises OSError."""
    write_card(folder, job, CardContents("npy", job.splits, _contents(job)))
    write_export_manifest(folder, job, "npy", job.splits)


def _contents(job: ExportJob) -> list[str]:
    prompts, responses = job.source.prompts, job.source.responses
    first, second = job.answers
    name = job.splits[0].name
    return [
        "## Files",
        "",
        "| file | content |",
        "| --- | --- |",
        f"| `prompts.npy` | {prompts.count:,} × {prompts.dimension:,} {prompts.dtype}: features of each prompt once |",
        f"| `responses.npy` | {responses.count:,} × {responses.dimension:,} {responses.dtype}: features of each answer to a prompt once |",
        *(
            f"| {code(f'split-{split.published}.npy')} | {split.items:,} × 3 int32: rows of the prompt, {first} and {second} |"
            for split in job.splits
        ),
        "| `index.json` | of each split the file of rows and the ids of its pairs, in order |",
        "",
        "## How to load",
        "",
        "```python",
        "import json",
        "",
        "import numpy as np",
        "",
        'index = json.load(open("index.json"))',
        'prompts, responses = np.load("prompts.npy", mmap_mode="r"), np.load("responses.npy", mmap_mode="r")',
        f"split = index[\"splits\"][{name!r}]",
        f'prompt, {first}, {second} = np.load(split["rows"]).T',
        f"difference = responses[{first}] - responses[{second}]  # one row a pair, named by split[\"ids\"]",
        "```",
    ]
