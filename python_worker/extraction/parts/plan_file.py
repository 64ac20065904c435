"""`plan.json`: what all parts, shards and machines of one extraction have in common, frozen by the first of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, Literal

import msgspec

from ...base.content_hash import hash_of
from ...base.decode_json import decode_json
from ...base.errors import WorkerError, invalid_data
from ...base.left_over import temporary_name
from ...base.publish_directory import sync
from ...base.regular_file import read_regular
from ...base.safetensors_file import reason_of
from ...base.unwritable import unwritable
from ...store.manifest import DatasetOfStore

_NAME = "plan.json"
# File systems without hard links; there two first processes within an instant may see each other's plan only later.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK)
_Value = str | int | bool | None


class OutputPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, rename="camel"):
    """A kind of feature: its name, pooling and hidden layer (None: the last), and its dimension.

    before_norm: the layer is what the last block gives. Earlier releases had the state after the final norm there, and
    plans of theirs keep their hash.
    """

    name: str
    pooling: str
    layer: int | None
    dimension: int
    before_norm: bool = False


class ExtractionPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """`asked`: the settings as they were given, by name; what follows from them is frozen beside.

    `source` goes into the stores. `way_differences` are texts of numbers, so that the plan has one hash in both
    languages. `order_sha256` stands for the frozen order and the cuts of `parts` parts.
    """

    kind: Literal["balpm-extraction"]
    asked: dict[str, _Value]
    shards: int
    dataset: DatasetOfStore
    source: dict[str, _Value]
    model_files: dict[str, str]
    outputs: list[OutputPlan]
    store_dtype: str
    positions: str | None
    way: str
    way_dtype: str
    way_differences: dict[str, str]
    sees_ahead: bool
    max_tokens: int
    token_budget: int
    part_tokens: int
    part_texts: int
    parts: int
    order_sha256: str

    @property
    def sha256(self) -> str:
        """The plan's hash, which every part names."""
        return hash_of(msgspec.to_builtins(self))


def read_plan(folder: Path) -> ExtractionPlan | None:
    """The plan of a folder; None where there is none. Raises INVALID_DATA for another file."""
    file = folder / _NAME
    try:
        return decode_json(read_regular(file), ExtractionPlan)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        found = reason_of(error) if isinstance(error, OSError) else str(error)
        raise invalid_data(
            f"Cannot read '{file}': {found}, the plan of an extraction is needed", file=str(file)
        ) from error


def freeze_plan(folder: Path, plan: ExtractionPlan) -> ExtractionPlan:
    """Writes the plan where there is none; the plan that lies there now, which another process may have written."""
    content = msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"
    temporary = folder / temporary_name(f".{_NAME}", "tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, folder / _NAME)
        except FileExistsError:
            pass
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if not (folder / _NAME).exists():
                os.replace(temporary, folder / _NAME)
        finally:
            temporary.unlink(missing_ok=True)
        sync(folder)
    except OSError as error:
        raise unwritable(str(folder / _NAME), error) from error
    frozen = read_plan(folder)
    assert frozen is not None, "a plan was linked"
    return frozen


def refuse_other_settings(folder: Path, frozen: ExtractionPlan, asked: dict[str, Any]) -> None:
    """Raises INVALID_DATA naming the first of these settings that is another than in what was begun here."""
    changed = next((name for name in asked if frozen.asked.get(name) != asked[name]), None)
    if changed is not None:
        raise _other_plan(folder, changed, frozen.asked.get(changed), asked[changed])


def refuse_other_plan(folder: Path, frozen: ExtractionPlan, asked: dict[str, Any]) -> None:
    """Raises INVALID_DATA naming the first setting in which an extraction differs from what was begun here."""
    refuse_other_settings(folder, frozen, dict.fromkeys(frozen.asked) | asked)


def refuse_other_cuts(folder: Path, frozen: ExtractionPlan, order_sha256: str) -> None:
    """Raises INVALID_DATA where the frozen plan has other texts in its parts than they would hold now."""
    if frozen.order_sha256 != order_sha256:
        raise invalid_data(
            f"Cannot go on in '{folder}': its parts hold other texts than this release puts into them, the release it "
            "was begun with is needed (or another --out, or the folder removed)"
        )


def _other_plan(folder: Path, name: str, begun: _Value, now: _Value) -> WorkerError:
    return invalid_data(
        f"Cannot go on in '{folder}': it was begun with {name} {setting_in_words(begun)} and now it is {setting_in_words(now)}; "
        "give the same (or another --out, or remove the folder)"
    )


def setting_in_words(value: _Value) -> str:
    """A setting's value for messages."""
    return "unset" if value is None else f"'{value}'" if isinstance(value, str) else str(value).lower()
