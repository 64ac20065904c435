"""What kinds of features an extraction makes of a model's states."""

from __future__ import annotations

from collections.abc import Collection

import torch

from ...base.errors import invalid_argument, invalid_data
from ...protocol.messages import FeaturesExtractParams
from ..batching.last_block import refuse_other_numbers
from ..batching.reading_model import Layers, ReadingModel
from ..parts.plan_file import ExtractionPlan, OutputPlan


def resolve_outputs(params: FeaturesExtractParams, model: ReadingModel) -> tuple[ReadingModel, list[OutputPlan]]:
    """The model as these layers are read from it, and each kind of feature once, with the pooling that 'auto' stands for.

    Raises INVALID_ARGUMENT for a layer that the model does not have, or numbers otherwise.
    """
    asked = {output.layer for output in params.outputs}
    deepest = _deepest_layer(model)
    beyond = max((layer for layer in asked if layer is not None), default=0)
    if beyond > deepest:
        raise invalid_argument(
            f"Cannot pool hidden layer {beyond} of model '{params.model}': it has {deepest}; choose a layer from 0 to {deepest}"
        )
    model = _with_layers(model, asked, deepest)
    hidden = sorted(layer for layer in asked if layer is not None and layer < deepest)
    if hidden:
        refuse_other_numbers(model.network, model.device, model.name, hidden)
    widths = {layer: int(state.shape[-1]) for layer, state in _probe(model, asked).items()}
    outputs: dict[str, OutputPlan] = {}
    for output in params.outputs:
        pooling = output.pooling if output.pooling != "auto" else "mean" if model.sees_ahead else "last-token"
        name = pooling if output.layer is None else f"{pooling}-layer-{output.layer}"
        is_block = model.last_block is not None and output.layer == deepest
        outputs[name] = OutputPlan(name, pooling, output.layer, widths[output.layer], before_norm=is_block)
    return model, list(outputs.values())


def read_as_planned(model: ReadingModel, plan: ExtractionPlan, work: object) -> ReadingModel:
    """The model as a frozen plan reads it.

    Raises INVALID_DATA for a plan of an earlier release that would read the deepest layer after the final norm.
    """
    model = _with_layers(model, {output.layer for output in plan.outputs}, _deepest_layer(model))
    if model.last_block is None:
        return model
    old = next((output for output in plan.outputs if output.layer == model.last_block.layer and not output.before_norm), None)
    if old is not None:
        raise invalid_data(
            f"Cannot go on in '{work}': it was begun by an earlier release, whose layer {old.layer} was the state after the "
            "final norm and not what the last block gives; use another --out, or remove the folder"
        )
    return model


def _with_layers(model: ReadingModel, layers: Collection[int | None], deepest: int) -> ReadingModel:
    return model.with_last_block() if deepest in layers else model


def _deepest_layer(model: ReadingModel) -> int:
    """The number of hidden layers after the embeddings."""
    ids_1t = torch.zeros((1, 2), dtype=torch.long, device=model.device)
    with torch.inference_mode():
        output = model.network(input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t), output_hidden_states=True)
    return len(output.hidden_states) - 1


@torch.inference_mode()
def _probe(model: ReadingModel, layers: Layers) -> dict[int | None, torch.Tensor]:
    ids_1t = torch.zeros((1, 2), dtype=torch.long, device=model.device)
    return model.states(layers, input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t))
