"""Finds the parts of an extraction in folders, and refuses what does not make a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...base.errors import WorkerError, invalid_data
from ...context.context import Context
from .part_file import PartDigest, part_path, read_digest, whole_part
from .plan_file import ExtractionPlan, read_plan, setting_in_words
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
    copies: dict[int, list[Path]] = {}
    for shard in (shard for folder in folders for shard in _shards_of(Path(folder))):
        for part, digest in _digests_in(shard):
            _refuse_foreign(plan, shard, digest)
            copies.setdefault(part, []).append(shard)
    _refuse_gaps(plan, copies)
    found: dict[int, Path] = {}
    digests: dict[int, PartDigest] = {}
    for part in range(plan.parts):
        context.check()
        context.progress(part, plan.parts, note="checking parts")
        found[part], digests[part] = _first_whole(plan, copies[part], part)
    return FoundParts(plan, found, digests)


def _first_whole(plan: ExtractionPlan, copies: Sequence[Path], part: int) -> tuple[Path, PartDigest]:
    for shard in copies:
        digest = whole_part(shard, part, plan.sha256)
        if digest is not None:
            return shard, digest
    raise _damaged(part_path(copies[0], part))


def _common_plan(folders: Sequence[Path]) -> ExtractionPlan:
    first = _plan_of(folders[0])
    for folder in folders[1:]:
        plan = _plan_of(folder)
        if plan.sha256 != first.sha256:
            raise _mixed(folders[0], folder, _difference(first, plan))
    return first


def _plan_of(folder: Path) -> ExtractionPlan:
    plan = read_plan(folder)
    if plan is None:
        raise invalid_data(f"Cannot merge '{folder}': it has no plan.json, a folder of features extract --shard is needed")
    return plan


def _difference(first: ExtractionPlan, second: ExtractionPlan) -> str:
    for name in dict.fromkeys([*first.asked, *second.asked]):
        one, other = first.asked.get(name), second.asked.get(name)
        if one != other:
            return f"{name}: {setting_in_words(one)} and {setting_in_words(other)}"
    frozen = [name for name in ("token_budget", "way", "part_tokens", "order_sha256") if getattr(first, name) != getattr(second, name)]
    return f"another {[*frozen, 'plan'][0].replace('_', ' ')}"


def _mixed(first: Path, second: Path, difference: str) -> WorkerError:
    return invalid_data(
        f"Cannot merge '{first}' with '{second}': they are parts of different extractions ({difference}); "
        "give shards of one extraction"
    )


def _shards_of(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and _SHARD.fullmatch(entry.name))


def _digests_in(shard: Path) -> Iterator[tuple[int, PartDigest]]:
    """Parts by number, with their digests."""
    matches = (_DIGEST.fullmatch(entry.name) for entry in shard.iterdir())
    for part in sorted(int(match[1]) for match in matches if match is not None):
        digest = read_digest(shard, part)
        if digest is not None:
            yield part, digest


def _refuse_foreign(plan: ExtractionPlan, shard: Path, digest: PartDigest) -> None:
    if digest.plan != plan.sha256:
        raise invalid_data(
            f"Cannot merge '{part_path(shard, digest.part)}': it belongs to another extraction than its folder's "
            "plan.json, parts of one extraction are needed"
        )


def _refuse_gaps(plan: ExtractionPlan, copies: Mapping[int, Sequence[Path]]) -> None:
    missing = [part for part in range(plan.parts) if part not in copies]
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
