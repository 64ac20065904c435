"""Puts a PEFT adapter onto a model, all of it or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safetensors import safe_open

from ..base.error_text import first_line
from ..base.errors import WorkerError, invalid_data
from ..base.out_of_memory import memory_code
from .adapter_heads import is_head, part_of
from .device_map import input_device

if TYPE_CHECKING:
    from .pretrained import Adapter

_NAME = "default"
_PREFIX = "base_model.model."


def apply_adapter(network: Any, adapter: Adapter, merge: bool) -> None:
    """Changes the network in place. Raises INVALID_DATA for an adapter of another model, and for one of prompts.

    The head of a reward model, of a classifier or of values is left aside: features do not go through it.

    With `merge` its products are added to the weights once, and a pass costs what it costs without an adapter; what is
    quantised cannot be added to, and there the products are computed in every pass.
    """
    from peft import PeftModel

    home = _home(network, adapter)
    try:
        adapted = PeftModel(home, _read_config(adapter, home), _NAME)
        report = adapted.load_adapter(str(adapter.folder), _NAME, torch_device=str(input_device(home)))
        _refuse_leftovers(adapter, report)
        if merge:
            adapted.merge_and_unload(safe_merge=True)
    except WorkerError:
        raise
    except Exception as error:
        if memory_code(error) is not None:
            raise
        raise _unfit(adapter, _reason(error)) from error


def fits(network: Any, adapter: Adapter) -> bool:
    """Whether the network has parts of the names that the adapter's weights begin with."""
    return _first_stranger(network, adapter) is None


def unknown_home(adapter: Adapter, network: Any) -> WorkerError:
    """The error of an adapter whose weights belong to no part of the model."""
    return _unfit(adapter, f"the model has no part '{_first_stranger(network, adapter)}'")


def _home(network: Any, adapter: Adapter) -> Any:
    """The network or what its head stands on: an adapter names the parts of that which it was trained on."""
    home = next((home for home in (network, network.base_model) if fits(home, adapter)), None)
    if home is None:
        raise unknown_home(adapter, network)
    return home


def _first_stranger(network: Any, adapter: Adapter) -> str | None:
    known = dict(network.named_children())
    with safe_open(adapter.folder / "adapter_model.safetensors", framework="pt") as file:
        names = [name.removeprefix(_PREFIX) for name in file.keys() if name.startswith(_PREFIX)]  # noqa: SIM118
    return next((name for name in names if part_of(name) not in known and not is_head(part_of(name))), None)


def _read_config(adapter: Adapter, home: Any) -> Any:
    from peft import PeftConfig

    config = PeftConfig.from_pretrained(str(adapter.folder))
    if config.is_prompt_learning or config.is_adaption_prompt or getattr(config, "alora_invocation_tokens", None):
        raise invalid_data(
            f"Cannot use adapter '{adapter.name}': it is of kind {config.peft_type.value}, which changes some positions "
            "of a text alone; use one that changes weights (such as LORA)"
        )
    config.inference_mode = True
    _drop_heads(config, home)
    return config


def _drop_heads(config: Any, home: Any) -> None:
    """PEFT would look for heads that the network was loaded without."""
    known = [name for name, _module in home.named_modules()]
    saved = getattr(config, "modules_to_save", None)
    if saved is not None:
        config.modules_to_save = [name for name in saved if not is_head(name) or any(each.endswith(name) for each in known)] or None


def _refuse_leftovers(adapter: Adapter, report: Any) -> None:
    strangers = [name for name in report.unexpected_keys if not is_head(part_of(name))]
    left_over = (strangers, "of its weights find no place in the model")
    lacking = (report.missing_keys, "of the weights it needs are not in its file")
    for names, found in (left_over, lacking):
        if names:
            raise _unfit(adapter, f"{len(names)} {found}, '{min(names)}' first")


def _reason(error: Exception) -> str:
    mismatch = (line.strip(" .\t") for line in str(error).splitlines() if "size mismatch" in line)
    return next(mismatch, first_line(error))


def _unfit(adapter: Adapter, found: str) -> WorkerError:
    return invalid_data(
        f"Cannot use adapter '{adapter.name}': {found}; use a PEFT adapter that was made for this model"
    )
