"""features.embed: a user's function in the place of a model."""

import hashlib
import json
from textwrap import dedent

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.features import embed_with_function
from python_worker.operations.features_embed import run
from python_worker.protocol.messages import FeaturesEmbedParams
from python_worker.python_calls.own_function import own_function
from python_worker.store.manifest import read_manifest
from python_worker.texts.templates import render_prompts, render_responses

LENGTHS = """
import torch
calls = []
def embed(texts, context):
    calls.append(len(texts))
    noise = torch.randn(1)
    return torch.tensor([[len(text), text.count("e"), noise * context.options["noise"]] for text in texts])
"""


@pytest.fixture
def make_params(dataset, tmp_path):
    """Parameters of an extraction by the function `embed` of a source."""

    def make(source, **changes):
        file = tmp_path / "mine.py"
        file.write_text(dedent(source))
        usual = {
            "dataset": str(dataset), "out": str(tmp_path / "store"), "module": str(file),
            "module_sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "name": "embed", "options": {"noise": 0},
            "prompt_template": "Q: {prompt}", "response_template": "Q: {prompt}\nA: {response}", "store_dtype": "float32",
        }  # fmt: skip
        return FeaturesEmbedParams(**(usual | changes))

    return make


def embed(params, context=None):
    """Runs the handler; its data and the tensors of the store."""
    data = run(params, {}, context or Context.offline()).data
    return data, load_file(f"{params.out}/features.safetensors")


@pytest.mark.parametrize("texts_per_call", [256, 4])
def test_features_embed_calls_the_function_on_every_unique_text_once(make_params, tmp_path, monkeypatch, texts_per_call):
    monkeypatch.setattr(embed_with_function, "_TEXTS_PER_CALL", texts_per_call)
    reports, params = [], make_params(LENGTHS)
    data, tensors = embed(params, Context.offline(on_progress=reports.append))
    dataset = read_dataset_texts(params.dataset)
    texts = render_prompts(params.prompt_template, dataset), render_responses(params.response_template, dataset)
    for name, column in zip(("prompts", "responses"), texts, strict=True):
        assert tensors[name].tolist() == [[len(text), text.count("e"), 0] for text in column]
    for name, rows in dataset.splits.items():
        assert np.array_equal(tensors[name].numpy(), rows)
    assert (data.prompts, data.responses, data.dimension) == (len(texts[0]), len(texts[1]), 3)
    assert reports[-2].metrics["textsPerSecond"] > 0 and reports[-1].done == len(texts[0]) + len(texts[1])
    manifest = read_manifest(tmp_path / "store")
    assert manifest.id == data.id
    assert manifest.source == {
        "type": "function", "file": "mine.py", "sha256": params.module_sha256, "function": "embed",
        "options": '{"noise":0}', "promptTemplate": "Q: {prompt}", "responseTemplate": "Q: {prompt}\nA: {response}",
        "storeDtype": "float32",
    }  # fmt: skip
    assert str(tmp_path) not in json.dumps(manifest.source)


def test_features_embed_gives_the_same_store_each_time_and_another_for_other_options(make_params, tmp_path):
    ids = [
        embed(make_params(LENGTHS, out=str(tmp_path / str(number)), options={"noise": noise}))[0].id
        for number, noise in enumerate((2, 2, 3))
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_features_embed_stores_the_type_it_is_told(make_params, dtype):
    _, tensors = embed(make_params(LENGTHS, store_dtype=dtype))
    assert tensors["responses"].dtype == getattr(torch, dtype)


def test_features_embed_takes_arrays_and_halves_its_batches_when_memory_is_short(make_params, monkeypatch):
    monkeypatch.setattr(embed_with_function, "_TEXTS_PER_CALL", 8)
    source = """
    import numpy as np
    def embed(texts, context):
        assert context.memory_is_short and len(texts) <= 4 and 0 <= context.seed < 2**32
        return np.ones((len(texts), 2), ">f8")
    """
    context = Context.offline()
    context.memory_is_short = True
    assert embed(make_params(source), context)[1]["prompts"].tolist()[0] == [1, 1]


ON_THE_BATCH = """
import torch
sizes, draws = [], torch.Generator()
def embed(texts, context):
    sizes.append(len(texts))
    lengths = torch.tensor([[float(len(text)), 1.0] for text in texts])
    return {line}
"""


@pytest.mark.parametrize(
    "line",
    [
        "lengths - lengths.mean(dim=0) * 0.01",
        "lengths * (2 if lengths.max() > 30 else 1)",
        "lengths + (0.5 if len(texts) > 9 else 0)",
        "lengths + torch.arange(len(texts)).unsqueeze(1) * 0.01",
    ],
    ids=["a mean of the batch", "a long text changes all", "a large batch", "the place in the batch"],
)
def test_features_embed_gives_features_of_texts_alone_where_a_batch_changes_them(make_params, tmp_path, line):
    params = make_params(ON_THE_BATCH.replace("{line}", line))
    _, tensors = embed(params)
    dataset = read_dataset_texts(params.dataset)
    texts = [*render_prompts(params.prompt_template, dataset), *render_responses(params.response_template, dataset)]
    function = own_function(str(tmp_path / "mine.py"), "embed")
    expected_bd = torch.cat([function([text], None) for text in texts])
    assert torch.equal(torch.cat([tensors["prompts"], tensors["responses"]]), expected_bd)
    stats = read_manifest(tmp_path / "store").stats
    assert stats["way"] == "singles" and float(stats["difference.batches"]) > 1e-3


@pytest.mark.parametrize(
    "line",
    ["lengths + torch.rand(1, generator=draws)", "lengths * len(sizes)"],
    ids=["random numbers", "a count of calls"],
)
def test_features_embed_refuses_features_that_change_with_every_call(make_params, tmp_path, line):
    with pytest.raises(WorkerError, match="called again with the same text alone it gave features that differ by") as caught:
        run(make_params(ON_THE_BATCH.replace("{line}", line)), {}, Context.offline())
    assert caught.value.code == "USER_CODE" and "mine.py line 4" in caught.value.message
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.py"]


FAILING = [
    ("raise KeyError('x')", "Cannot embed with 'mine.py:embed': KeyError: 'x' (mine.py line 3), a fix in that file is needed"),
    ("return torch.ones(2, 3)", "Cannot embed with 'mine.py:embed': it gave 2 × 3 for prompts 0 to 4 (mine.py line 2), 5 × D is needed"),
    ("return torch.ones(5)", "Cannot embed with 'mine.py:embed': it gave 5 for prompts 0 to 4 (mine.py line 2), 5 × D is needed"),
    ("return torch.ones(5, 0)", "Cannot embed with 'mine.py:embed': it gave 5 × 0 for prompts 0 to 4 (mine.py line 2), 5 × D is needed"),
    ("return torch.ones(len(texts), len(texts))", "Cannot embed with 'mine.py:embed': it gave 25 × 25 for responses 0 to 24 (mine.py line 2), 25 × 5 is needed"),
    ("return [1.0]", "Cannot embed with 'mine.py:embed': it gave an object of type list (mine.py line 2), a floating-point Tensor or array of 5 × D is needed"),
    ("return torch.ones(5, 2).int()", "Cannot embed with 'mine.py:embed': it gave numbers of type int32 (mine.py line 2), floating-point numbers, 5 × D, are needed"),
    ("x = torch.ones(len(texts), 2); x[2 % len(texts), 1] = float('inf'); return x",
     "Cannot embed with 'mine.py:embed': row 2 of prompts holds NaN or infinity in float32 (mine.py line 2), finite features are needed"),
    ("torch.empty(1 << 60)", "Cannot embed with 'mine.py:embed': memory is exhausted (mine.py line 3), a smaller batch is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), FAILING)
def test_features_embed_names_file_and_line_and_leaves_nothing_behind(make_params, tmp_path, line, message):
    params = make_params(f"import torch\ndef embed(texts, context):\n    {line}\n")
    counts = read_dataset_texts(params.dataset)
    message = message.replace("25", str(len(counts.responses))).replace("24", str(len(counts.responses) - 1))
    with pytest.raises(WorkerError) as caught:
        run(params, {}, Context.offline())
    assert caught.value.message == message
    assert caught.value.code == ("OOM_CPU" if "memory" in message else "USER_CODE")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.py"]


def test_features_embed_refuses_a_name_that_is_not_there(make_params):
    with pytest.raises(WorkerError, match="has no such name, one of other is needed") as caught:
        run(make_params("def other(): pass"), {}, Context.offline())
    assert caught.value.code == "INVALID_ARGUMENT"
