"""Says which files of weights of a model are missing, cut off or of a kind that is not read."""

from __future__ import annotations

import json
import math
import shlex
import sys
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ...base.errors import WorkerError, invalid_data
from ...base.regular_file import read_regular, require_regular

_WHOLE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
# The first that fits: other pickles lie beside the weights, such as a trainer's settings.
_PICKLES = ("pytorch_model*.bin", "adapter_model.bin", "*.bin", "*.pt", "*.pth", "*.ckpt")
_CONVERT = (
    "import sys, torch; from safetensors.torch import save_file; "
    "save_file({k: v.clone().contiguous() for f in sys.argv[2:] for k, v in "
    'torch.load(f, map_location="cpu", weights_only=True).items()}, sys.argv[1], {"format": "pt"})'
)


def check_weight_files(folder: Path, model: str) -> None:
    """Refuses a model directory whose safetensors files are not all there and whole. Raises INVALID_DATA."""
    for name in _weight_names(folder, model):
        if not (folder / name).is_file():
            raise _unusable(model, f"'{_INDEX}' names '{name}', which is not there", "every file it names is needed")
        check_whole(folder / name, f"model '{model}'")


def count_parameters(folder: Path, model: str) -> int:
    """Numbers in the weights of a model directory, by the headers of its files. Raises INVALID_DATA."""
    total = 0
    for name in _weight_names(folder, model):
        with safe_open(require_regular(folder / name), framework="numpy") as file:
            total += sum(math.prod(file.get_slice(key).get_shape()) for key in file.keys())  # noqa: SIM118
    return total


def check_whole(file: Path, what: str) -> None:
    """Refuses a safetensors file of which a part is missing. Raises INVALID_DATA."""
    try:
        with safe_open(require_regular(file), framework="numpy"):
            return
    except (SafetensorError, OSError) as error:
        raise invalid_data(
            f"Cannot load {what}: '{file.name}' is no whole safetensors file ({error}), a whole copy of it is needed"
        ) from error


def refuse_pickles(folder: Path, what: str, target: str) -> None:
    """Refuses weights that may run code when they are read, and says how `target` is made of them.

    Raises INVALID_DATA; nothing where there are none.
    """
    pattern = next((pattern for pattern in _PICKLES if any(folder.glob(pattern))), None)
    if pattern is None:
        return
    first = min(file.name for file in folder.glob(pattern))
    command = f"{shlex.join([sys.executable, '-c', _CONVERT, str(folder / target)])} {shlex.quote(str(folder))}/{pattern}"
    raise invalid_data(
        f"Cannot load {what}: its weights '{first}' are a pickle, which may run code when it is read, weights in "
        f"safetensors are needed, to be made with: {command}"
    )


def _weight_names(folder: Path, model: str) -> list[str]:
    """The files that are read: one, or those of the index."""
    if (folder / _WHOLE).is_file():
        return [_WHOLE]
    if (folder / _INDEX).is_file():
        return _indexed_names(folder, model)
    if not any(folder.glob("*.safetensors")):
        refuse_pickles(folder, f"model '{model}'", _WHOLE)
        raise _unusable(model, "it has no *.safetensors file", "weights in safetensors are needed")
    return sorted(file.name for file in folder.glob("*.safetensors"))


def _indexed_names(folder: Path, model: str) -> list[str]:
    try:
        names = sorted(set(json.loads(read_regular(folder / _INDEX))["weight_map"].values()))
        foreign = [name for name in names if Path(name).name != name]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unusable(model, f"'{_INDEX}' is no index of weights", "one with a weight_map is needed") from error
    if foreign:
        raise _unusable(model, f"'{_INDEX}' names '{foreign[0]}'", "files that lie beside it are needed")
    return names


def _unusable(model: str, found: str, needed: str) -> WorkerError:
    return invalid_data(f"Cannot load model '{model}': {found}, {needed}")
