"""Finds the parts of an extraction in folders, and refuses what does not make a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..context import Context
from ..errors import WorkerError, invalid_data
from .part_file import PartDigest, part_path, read_digest, whole_part
from .plan_file import ExtractionPlan, read_plan
from .plan_parts import block

_SHARD = re.compile(r"(\d{5,})-of-(\d{5,})")
_DIGEST = re.compile(r"part-(\d{5,})\.json")
_NAMED = 5


@dataclass(frozen=True)
class FoundParts:
    """The plan, and every part of it: where it lies, and its digest."""

    plan: ExtractionPlan
    folders: Mapping[int, Path]
    digests: Mapping[int, PartDigest]

    def path(self, part: int) -> Path:
        """Tensors of a part."""
        return part_path(self.folders[part], part)


def find_parts(folders: Sequence[str], context: Context) -> FoundParts:
    """Every part of the plan that the folders have in common, each checked against its digest.

    Raises INVALID_DATA for folders of different plans, for parts of another one, and for parts that are missing or
    not what their digest says.
    """
    plan = _common_plan([Path(folder) for folder in folders])
    shards = [shard for folder in folders for shard in _shards_of(Path(folder))]
    found: dict[int, Path] = {}
    for shard in shards:
        for part in _parts_in(shard):
            _take(found, plan, shard, part)
    _refuse_gaps(plan, found)
    digests: dict[int, PartDigest] = {}
    for part in range(plan.parts):
        context.check()
        context.progress(part, plan.parts, note="checking parts")
        digest = whole_part(found[part], part, plan.sha256)
        if digest is None:
            raise _damaged(part_path(found[part], part))
        digests[part] = digest
    return FoundParts(plan, found, digests)


def _common_plan(folders: Sequence[Path]) -> ExtractionPlan:
    plans = [(folder, read_plan(folder)) for folder in folders]
    absent = next((folder for folder, plan in plans if plan is None), None)
    if absent is not None:
        raise invalid_data(f"Cannot merge '{absent}': it has no plan.json, a folder of features extract --shard is needed")
    first_folder, first = plans[0]
    assert first is not None, "absent plans were refused"
    for folder, plan in plans[1:]:
        assert plan is not None, "absent plans were refused"
        if plan.sha256 != first.sha256:
            raise _mixed(first_folder, folder, _difference(first, plan))
    return first


def _difference(first: ExtractionPlan, second: ExtractionPlan) -> str:
    names = [name for name in first.asked if second.asked.get(name) != first.asked[name]]
    frozen = [name for name in ("token_budget", "way", "part_tokens", "order_sha256") if getattr(first, name) != getattr(second, name)]
    return (names or [name.replace("_", " ") for name in frozen] or ["plan"])[0]


def _mixed(first: Path, second: Path, name: str) -> WorkerError:
    return invalid_data(
        f"Cannot merge '{first}' with '{second}': they are parts of different extractions (another {name}), "
        "shards of one extraction are needed"
    )


def _shards_of(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and _SHARD.fullmatch(entry.name))


def _parts_in(shard: Path) -> list[int]:
    matches = (_DIGEST.fullmatch(entry.name) for entry in shard.iterdir())
    return sorted(int(match[1]) for match in matches if match is not None)


def _take(found: dict[int, Path], plan: ExtractionPlan, shard: Path, part: int) -> None:
    digest = read_digest(shard, part)
    if digest is not None and digest.plan != plan.sha256:
        raise invalid_data(
            f"Cannot merge '{part_path(shard, part)}': it belongs to another extraction than its folder's plan.json, "
            "parts of one extraction are needed"
        )
    if digest is not None:
        found.setdefault(part, shard)


def _refuse_gaps(plan: ExtractionPlan, found: Mapping[int, Path]) -> None:
    missing = [part for part in range(plan.parts) if part not in found]
    if not missing:
        return
    shards = [shard for shard in range(1, plan.shards + 1) if any(part in block(plan.parts, shard, plan.shards) for part in missing)]
    named = ", ".join(f"{shard}/{plan.shards}" for shard in shards[:_NAMED]) + (", …" if len(shards) > _NAMED else "")
    raise invalid_data(
        f"Cannot merge: {len(missing)} of {plan.parts} parts are missing (the first is part {missing[0]}), "
        f"features extract --shard {named} is needed"
    )


def _damaged(path: Path) -> WorkerError:
    return invalid_data(
        f"Cannot merge '{path}': its bytes are not those of its digest, features extract with the same --shard is needed "
        "(it makes such parts again)",
        file=str(path),
    )
