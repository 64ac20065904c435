"""The output of a model's last block, which transformers' hidden states hold after the final norm alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from ...base.errors import invalid_argument


@dataclass(frozen=True)
class LastBlock:
    """The last block of a network whose `hidden_states[layer]` is not what that block gives."""

    layer: int
    module: torch.nn.Module

    @contextmanager
    def kept(self) -> Iterator[list[torch.Tensor]]:
        """A list whose last element is the block's output, (B, T, D), once the network was run inside."""
        outputs: list[torch.Tensor] = []
        hook = self.module.register_forward_hook(lambda _module, _inputs, output: _keep(outputs, output))
        try:
            yield outputs
        finally:
            hook.remove()


@torch.inference_mode()
def find_last_block(network: torch.nn.Module, device: torch.device, name: str) -> LastBlock | None:
    """None where the deepest hidden state is the last block's output already, as in models without a final norm.

    Found by running the network on three tokens. Raises INVALID_ARGUMENT naming the model where its blocks are not found.
    """
    # More than one id: the embedding of padding is all zeros, and so would be every state.
    calls, states = _run_watched(network, torch.arange(3, device=device).unsqueeze(0))
    deepest = len(states) - 1
    if calls and _same(calls[-1][1], states[-1]):
        return None
    # The outputs of the other blocks tell that these are the blocks.
    before = [output for _module, output in calls][-deepest:-1]
    if len(calls) < deepest or not all(map(_same, before, states[1:-1])):
        raise invalid_argument(
            f"Cannot pool hidden layer {deepest} of model '{name}': what its last block gives before the final norm is "
            f"not found; choose a layer from 0 to {deepest - 1}, or 'last'"
        )
    return LastBlock(deepest, calls[-1][0])


@torch.inference_mode()
def refuse_other_numbers(network: torch.nn.Module, device: torch.device, name: str, layers: Collection[int]) -> None:
    """Raises INVALID_ARGUMENT naming the model where `hidden_states[N]` of a layer N is not what its first N blocks give.

    State space models leave the embeddings out. Only told where every block is run once.
    """
    calls, states = _run_watched(network, torch.arange(3, device=device).unsqueeze(0))
    if len(calls) != len(states) - 1:
        return
    outputs = [output for _module, output in calls]
    for layer in layers:
        blocks = [number for number, output in enumerate(outputs, start=1) if _same(output, states[layer])]
        if blocks and layer not in blocks:
            raise invalid_argument(
                f"Cannot pool hidden layer {layer} of model '{name}': its hidden state {layer} is what {blocks[0]} of its "
                "blocks give; choose 'last'"
            )


def _run_watched(
    network: torch.nn.Module, ids_1t: torch.Tensor
) -> tuple[list[tuple[torch.nn.Module, torch.Tensor]], list[torch.Tensor]]:
    """What each block gave, in the order of the calls, and all hidden states."""
    calls: list[tuple[torch.nn.Module, torch.Tensor]] = []

    def watch(module: torch.nn.Module, _inputs: Any, output: Any) -> None:
        state = _state_of(output)
        if state is not None and state.shape[:2] == ids_1t.shape:
            calls.append((module, state))

    hooks = [module.register_forward_hook(watch) for module in _blocks_of(network)]
    try:
        output = network(input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t), output_hidden_states=True)
    finally:
        for hook in hooks:
            hook.remove()
    return calls, list(output.hidden_states)


def _blocks_of(module: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Members of the outermost lists of modules."""
    for child in module.children():
        yield from child if isinstance(child, torch.nn.ModuleList) else _blocks_of(child)


def _keep(outputs: list[torch.Tensor], output: Any) -> None:
    state = _state_of(output)
    if state is not None:
        outputs[:] = [state]


def _state_of(output: Any) -> torch.Tensor | None:
    """The hidden state (B, T, D) among what a block gives."""
    first = output if isinstance(output, torch.Tensor) else next(iter(output.values() if hasattr(output, "values") else output or ()), None)
    return first if isinstance(first, torch.Tensor) and first.dim() == 3 else None


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one.shape == other.shape and torch.equal(torch.nan_to_num(one), torch.nan_to_num(other.to(one.device)))
