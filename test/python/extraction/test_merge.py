"""Stores of several kinds of features, and columns of entropies."""

import hashlib
import json
import math
import os
from pathlib import Path

import pytest
import torch
from extract_store import extract, make_parts, merge
from feature_fixtures import usual_params
from safetensors.torch import load_file

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.operations import features_uncertainty
from python_worker.protocol.messages import FeatureOutput, FeaturesUncertaintyParams, UncertaintyOutput
from python_worker.store.manifest import read_manifest
from python_worker.texts.templates import render_responses

OUTPUTS = [
    FeatureOutput(pooling="auto", layer=None),
    FeatureOutput(pooling="mean", layer=None),
    FeatureOutput(pooling="last-token", layer=1),
    FeatureOutput(pooling="last-token", layer=None),
    FeatureOutput(pooling="mean", layer=0),
]
# Bits of a token at most: states in float32 give entropies to a millionth of it.
LARGEST = math.log2(300)
NAMES = ["last-token", "mean", "last-token-layer-1", "mean-layer-0"]


def read_lines(file):
    return [json.loads(line) for line in Path(file).read_text().splitlines()]


def test_merge_makes_one_store_at_out_and_several_in_folders_of_it(make_params, tmp_path):
    params = make_params(outputs=OUTPUTS, part_tokens=1)
    make_parts(params)
    data = merge(params.dataset, [params.work], tmp_path / "stores")
    assert [store.name for store in data.stores] == NAMES
    assert [store.path for store in data.stores] == [str(tmp_path / "stores" / name) for name in NAMES]
    assert sorted(os.listdir(tmp_path / "stores")) == sorted(NAMES)
    for output, name in zip([OUTPUTS[0], *OUTPUTS[1:3], OUTPUTS[4]], NAMES, strict=True):
        manifest = read_manifest(tmp_path / "stores" / name)
        layer = "last" if output.layer is None else output.layer
        assert (manifest.source["pooling"], manifest.source["layer"]) == (name.split("-layer")[0], layer)
        single, _ = extract(make_params(outputs=[output]), tmp_path / f"single-{name}")
        found, alone = (load_file(tmp_path / place / "features.safetensors") for place in (f"stores/{name}", f"single-{name}"))
        assert all(torch.allclose(found[kind], alone[kind], atol=1e-5, rtol=1e-5) for kind in ("prompts", "responses"))
        assert single.stores[0].path == str(tmp_path / f"single-{name}")


@torch.inference_mode()
def test_hidden_layers_are_those_of_the_models_own_hidden_states(make_params, tmp_path):
    from transformers import AutoModel, AutoTokenizer

    params = make_params(outputs=[FeatureOutput(pooling="mean", layer=1)])
    _, found = extract(params)
    tokenizer, model = AutoTokenizer.from_pretrained(params.model), AutoModel.from_pretrained(params.model)
    for row, text in enumerate(render_responses(params.response_template, read_dataset_texts(params.dataset))):
        ids = tokenizer(text, truncation=True, max_length=48, return_tensors="pt")["input_ids"]
        expected = model(ids, output_hidden_states=True).hidden_states[1][0].mean(0)
        assert torch.allclose(found["responses"][row], expected, atol=1e-5)


def test_extract_refuses_a_layer_that_the_model_has_not(make_params, tmp_path):
    message = "Cannot pool hidden layer 3 of model '.*tiny-llama': it has 2; choose a layer from 0 to 2"
    with pytest.raises(WorkerError, match=message):
        make_parts(make_params(outputs=[FeatureOutput(pooling="mean", layer=3)]))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("way", ["tree", "prefix-cache", "buckets"])
@pytest.mark.parametrize("positions", ["all", "response"])
def test_columns_of_entropies_are_those_of_features_uncertainty(make_params, tmp_path, positions, way):
    wanted = UncertaintyOutput(positions=positions)
    params = make_params(uncertainty=wanted, part_tokens=1, max_tokens=64, way=way)
    make_parts(params)
    data = merge(params.dataset, [params.work], tmp_path / "store", tmp_path / "columns.jsonl")
    names = FeaturesUncertaintyParams.__struct_fields__
    same = {name: getattr(params, name) for name in names if hasattr(params, name)}
    alone = FeaturesUncertaintyParams(**same, out=str(tmp_path / "alone.jsonl"), splits=None, positions=positions)
    features_uncertainty.run(alone, {}, Context.offline())
    found, expected = read_lines(tmp_path / "columns.jsonl"), read_lines(alone.out)
    assert [list(line) for line in found] == [list(line) for line in expected]
    for one, other in zip(found, expected, strict=True):
        assert one == {name: pytest.approx(value, rel=1e-6, abs=LARGEST * 1e-6) if isinstance(value, float) else value for name, value in other.items()}
    assert data.columns_sha256 == hashlib.sha256((tmp_path / "columns.jsonl").read_bytes()).hexdigest()


def test_entropies_leave_the_features_as_they_are(make_params, tmp_path):
    _, plain = extract(make_params(), tmp_path / "plain")
    _, beside = extract(make_params(uncertainty=UncertaintyOutput(positions="all")), tmp_path / "beside")
    assert torch.allclose(plain["responses"], beside["responses"], atol=1e-5)
    assert read_manifest(tmp_path / "plain").source == read_manifest(tmp_path / "beside").source


def test_extract_names_the_answer_of_which_no_token_counts(make_params, tmp_path):
    params = make_params(uncertainty=UncertaintyOutput(positions="response"), max_tokens=18)
    message = r"Cannot compute next-token entropies of answer [ab] of item 't\w+-\d+': none of its tokens is among the first 18"
    with pytest.raises(WorkerError, match=message) as caught:
        make_parts(params)
    assert caught.value.code == "INVALID_DATA"


def test_merge_writes_no_columns_of_parts_without_entropies(make_params, tmp_path):
    params = make_params()
    make_parts(params)
    message = "Cannot write '.*columns.jsonl': the parts hold no entropies, parts extracted with --uncertainty are needed"
    with pytest.raises(WorkerError, match=message):
        merge(params.dataset, [params.work], tmp_path / "store", tmp_path / "columns.jsonl")
    assert os.listdir(tmp_path) == ["work"]


def test_merge_keeps_a_file_of_columns_that_is_there(make_params, tmp_path):
    params = make_params(uncertainty=UncertaintyOutput(positions="all"))
    make_parts(params)
    (tmp_path / "columns.jsonl").write_text("kept")
    with pytest.raises(WorkerError, match="Cannot write '.*columns.jsonl': it already exists, a new path is needed"):
        merge(params.dataset, [params.work], tmp_path / "store", tmp_path / "columns.jsonl")
    assert (tmp_path / "columns.jsonl").read_text() == "kept"
    assert sorted(os.listdir(tmp_path)) == ["columns.jsonl", "work"]


def test_merge_leaves_nothing_when_cancelled_and_can_be_run_again(make_params, tmp_path):
    from python_worker.base.errors import Cancelled
    from python_worker.operations import features_merge
    from python_worker.protocol.messages import FeaturesMergeParams

    params = make_params(part_tokens=1)
    make_parts(params)
    context = Context.offline(on_progress=lambda report: report.note == "writing the store" and context.cancel())
    wanted = FeaturesMergeParams(dataset=params.dataset, folders=[params.work], out=str(tmp_path / "store"), columns=None)
    with pytest.raises(Cancelled):
        features_merge.run(wanted, {}, context)
    assert os.listdir(tmp_path) == ["work"]
    features_merge.run(wanted, {}, Context.offline())
    assert sorted(os.listdir(tmp_path / "store")) == ["features.safetensors", "manifest.json"]


def test_texts_that_stand_in_for_prompts_are_embedded_alone_and_change_no_answer(make_params, tmp_path):
    _, usual = extract(make_params(), tmp_path / "usual")
    texts = [f"instead {row}" for row in range(len(usual["prompts"]))]
    (tmp_path / "alone.jsonl").write_text("".join(f"{json.dumps({'text': text})}\n" for text in texts))
    _, found = extract(make_params(prompt_texts=str(tmp_path / "alone.jsonl"), part_tokens=1))
    assert torch.allclose(found["responses"], usual["responses"], atol=1e-5)
    assert ((found["prompts"] - usual["prompts"]).norm(dim=1) > 1e-2).all()
    (tmp_path / "alone.jsonl").write_text('{"text": "one"}\n')
    with pytest.raises(WorkerError, match="Cannot use '.*alone.jsonl': it has 1 texts, one for each of 5 prompts is needed"):
        make_parts(make_params(prompt_texts=str(tmp_path / "alone.jsonl")))


def test_extract_refuses_a_shard_that_there_is_not(dataset, llama, tmp_path):
    from python_worker.protocol.messages import Shard

    for field in ("shard", "share"):
        params = usual_params(dataset, llama, tmp_path / "work", **{field: Shard(index=3, count=2)})
        with pytest.raises(WorkerError, match=f"Cannot extract {field} 3/2: there is no such {field}, 1/2 to 2/2 is needed"):
            make_parts(params)
