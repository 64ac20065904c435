"""Parts of a model for which memory is too small, or that gives what is no number."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import torch
from dataset_directory import write_dataset
from extract_store import merge
from safetensors.torch import load_file
from tiny_models import save_causal
from transformers import LlamaConfig

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.extraction.batching.reading_model import load_reading_model
from python_worker.extraction.batching.ways import WAYS
from python_worker.extraction.parts.embed_parts import EmbeddingWork, embed_part
from python_worker.extraction.parts.extract_progress import ExtractProgress
from python_worker.extraction.planning.extraction_request import read_request
from python_worker.extraction.planning.make_plan import make_maker, make_plan
from python_worker.protocol.messages import FeatureOutput, UncertaintyOutput

BOTH = [FeatureOutput(pooling=pooling, layer=None) for pooling in ("last-token", "mean")]


class Changed(torch.nn.Module):
    """A network whose inputs and states are seen by a function of the test's own."""

    def __init__(self, network, see_inputs=lambda ids_bt: None, see_states=lambda ids_bt, states_btd: states_btd):
        super().__init__()
        self.network, self.config = network, network.config
        self.see_inputs, self.see_states = see_inputs, see_states

    def forward(self, input_ids, **more):
        self.see_inputs(input_ids)
        output = self.network(input_ids=input_ids, **more)
        output.last_hidden_state = self.see_states(input_ids, output.last_hidden_state)
        return output


def embed(params, change=lambda network: network, dtype="float32"):
    """The values of the only part by a changed network, and the number of its batches."""
    context = Context.offline()
    request = read_request(params, context)
    model = load_reading_model(request.source, params.uncertainty is not None)
    frozen = make_plan(request, model, context)
    plan = request.part_plan(frozen)
    assert plan.parts == 1
    maker = make_maker(request, model, frozen.max_tokens, plan)
    loaded = dataclasses.replace(model.loaded, network=change(model.network))
    work = EmbeddingWork(Path(params.work), [0], frozen, maker, "own", dtype)
    part = maker.prepare(0, WAYS[frozen.way], frozen.token_budget)
    progress = ExtractProgress(request.index, plan, [0], [], context)
    return embed_part(dataclasses.replace(model, loaded=loaded), part, work, progress, context), part


def room_for(positions, sizes):
    """Memory for so many positions; `sizes` gets those of every batch that fits."""

    def refuse_more(ids_bt):
        if ids_bt.numel() > positions:
            raise torch.OutOfMemoryError(f"CUDA out of memory. Tried to allocate {ids_bt.numel()} positions")
        sizes.append(ids_bt.numel())

    return lambda network: Changed(network, see_inputs=refuse_more)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "singles"])
@pytest.mark.parametrize("room", [300, 60], ids=["half a batch fits", "single texts fit"])
def test_embed_part_halves_a_batch_that_does_not_fit_and_gives_the_same_values(make_params, way, room):
    params = make_params(way=way, outputs=BOTH, token_budget=2 * room, uncertainty=UncertaintyOutput(positions="all"))
    sizes = []
    whole, part = embed(params)
    found, _part = embed(params, room_for(room, sizes))
    assert len(sizes) > len(part.batches)
    assert found.tokens >= whole.tokens > 0
    for name in ("last-token", "mean"):
        assert torch.allclose(found.features[name], whole.features[name], atol=1e-5, rtol=1e-5)
    counted = slice(len(part.prompts), None)
    assert torch.allclose(found.entropies[counted], whole.entropies[counted], atol=1e-4, rtol=1e-6)


@pytest.mark.parametrize("way", list(WAYS))
def test_embed_part_says_which_text_is_too_long_where_nothing_is_left_to_halve(make_params, way):
    message = r"^Cannot run a single text of \d+ tokens: GPU memory ran out, smaller --max-tokens, a narrower --dtype, --load-in or"
    with pytest.raises(WorkerError, match=message) as caught:
        embed(make_params(way=way), room_for(5, []))
    assert caught.value.code == "OOM_GPU"


def test_embed_part_leaves_another_error_as_it_is(make_params):
    def fail(ids_bt):
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        embed(make_params(), lambda network: Changed(network, see_inputs=fail))


def spoil(value):
    """States of the texts' longest row become a value that is no number."""

    def see(ids_bt, states_btd):
        states_btd = states_btd.clone()
        states_btd[0, -1] = value
        return states_btd

    return lambda network: Changed(network, see_states=see)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
@pytest.mark.parametrize(
    ("dtype", "hint"),
    [
        ("float16", "--dtype bfloat16 or float32 may help"),
        ("bfloat16", "--dtype float32 may help"),
        ("float32", r"sound weights \(or --store-dtype float32\) may help"),
    ],
)
def test_embed_part_names_item_model_type_and_what_may_help(make_params, value, dtype, hint):
    message = (
        r"^Cannot embed (answer [ab] of item 't\w+-\d+'|the prompt of item 't\w+-\d+'): model 'own' in " + dtype + ", stored as float32, "
        r"gave NaN or infinity for feature 'last-token', finite values are needed: " + hint
    )
    with pytest.raises(WorkerError, match=message) as caught:
        embed(make_params(way="buckets"), spoil(value), dtype)
    assert (caught.value.code, caught.value.details["parts"]) == ("INVALID_DATA", "useless")


LIMITED = """
import resource, sys, msgspec
import torch
sys.path.insert(0, "test/python/helpers")
from extract_store import make_parts
from python_worker.base.errors import WorkerError
from python_worker.protocol.messages import FeaturesExtractParams
torch.set_num_threads(1)
params = msgspec.json.decode(sys.argv[1], type=FeaturesExtractParams)
make_parts(params)  # libraries are loaded and small batches fit
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (int(sys.argv[2]) << 20),) * 2)
try:
    data = make_parts(msgspec.structs.replace(params, work=params.work + "-large", token_budget=1 << 20))
    print("done", data.parts)
except WorkerError as error:
    print(error.code, error.message)
"""


def test_extract_goes_on_with_smaller_batches_where_the_systems_memory_ends(make_params, tmp_path):
    """Real memory: a middle layer of 24 texts of 512 tokens takes 192 MiB, and 128 MiB are left."""
    texts = [(f"number {index}", "a b " * 300, "c d " * 300) for index in range(12)]
    config = LlamaConfig(
        vocab_size=300, hidden_size=16, intermediate_size=4096, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=512,
    )  # fmt: skip
    params = make_params(
        model=str(save_causal(tmp_path / "wide", config, ["a b c d number"])), max_tokens=512, token_budget=512,
        dataset=str(write_dataset(tmp_path / "long", {"train": texts})), way="buckets",
    )  # fmt: skip
    command = [sys.executable, "-c", LIMITED, msgspec.json.encode(params).decode(), "128"]
    printed = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[4], check=True).stdout
    assert printed == "done 1\n"
    for name in ("", "-large"):
        merge(params.dataset, [f"{params.work}{name}"], tmp_path / f"store{name}")
    small, large = (load_file(tmp_path / f"store{name}" / "features.safetensors") for name in ("", "-large"))
    assert torch.allclose(small["responses"], large["responses"], atol=1e-5, rtol=1e-5)
