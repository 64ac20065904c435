import multiprocessing
import os
from pathlib import Path

import msgspec
import pytest
from extract_store import make_parts

from python_worker.base.errors import WorkerError
from python_worker.extraction.parts.plan_file import (
    ExtractionPlan,
    OutputPlan,
    freeze_plan,
    read_plan,
    refuse_other_plan,
)
from python_worker.protocol.messages import ChatTurns, FeatureOutput, Shard, UncertaintyOutput
from python_worker.store.manifest import DatasetOfStore


def make_plan(**changes):
    usual = {
        "kind": "balpm-extraction", "asked": {"dataset": "d", "max tokens": None, "special tokens": True}, "shards": 1,
        "dataset": DatasetOfStore(name="toy", hash="d" * 64), "source": {"type": "transformers"},
        "model_files": {"config.json": "0" * 64}, "outputs": [OutputPlan("mean", "mean", None, 8)], "store_dtype": "float32",
        "positions": None, "way": "tree", "way_dtype": "float32", "way_differences": {"tree": "1.0e-07"}, "sees_ahead": False,
        "max_tokens": 48, "token_budget": 64, "part_tokens": 9, "part_texts": 10, "parts": 3, "order_sha256": "e" * 64,
    }  # fmt: skip
    return ExtractionPlan(**(usual | changes))


def test_freeze_plan_writes_a_plan_that_reads_the_same(tmp_path):
    assert read_plan(tmp_path) is None
    plan = freeze_plan(tmp_path, make_plan())
    assert plan == make_plan() == read_plan(tmp_path)
    assert plan.sha256 == make_plan().sha256 != make_plan(token_budget=65).sha256
    assert os.listdir(tmp_path) == ["plan.json"]


def test_freeze_plan_gives_the_plan_that_another_process_wrote_first(tmp_path):
    first = freeze_plan(tmp_path, make_plan(token_budget=1))
    assert freeze_plan(tmp_path, make_plan(token_budget=2)) == first
    assert os.listdir(tmp_path) == ["plan.json"]


def freeze_one_of_many(arguments):
    folder, budget = arguments
    return freeze_plan(Path(folder), make_plan(token_budget=budget)).token_budget


def test_freeze_plan_gives_processes_at_the_same_time_one_plan(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.map(freeze_one_of_many, [(str(tmp_path), budget) for budget in range(1, 41)], chunksize=1)
    assert len(set(found)) == 1
    assert os.listdir(tmp_path) == ["plan.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"{}", b'{"kind": "another"}', b"[1]"])
def test_read_plan_refuses_another_file(tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(WorkerError, match=r"Cannot read '.*plan.json': .*, the plan of an extraction is needed") as caught:
        read_plan(tmp_path)
    assert caught.value.code == "INVALID_DATA"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dataset": "other"}, "it was begun with dataset 'd' and now it is 'other'; give the same"),
        ({"max tokens": 512}, "it was begun with max tokens unset and now it is 512"),
        ({"special tokens": False}, "it was begun with special tokens true and now it is false"),
        ({"cut": "end"}, "it was begun with cut unset and now it is 'end'"),
    ],
)
def test_refuse_other_plan_names_what_changed(tmp_path, change, message):
    with pytest.raises(WorkerError, match=message) as caught:
        refuse_other_plan(tmp_path, make_plan(), make_plan().asked | change)
    assert caught.value.code == "INVALID_DATA"
    refuse_other_plan(tmp_path, make_plan(), make_plan().asked)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"shard": Shard(index=1, count=2)}, "shards 1 and now it is 2"),
        ({"prompt_template": "P: {prompt}"}, "prompt template 'Q: {prompt}' and now it is 'P: {prompt}'"),
        ({"response_template": "{prompt} {response}"}, "response template"),
        ({"prompt_cut": "paper"}, "prompt cut 'end' and now it is 'paper'"),
        ({"special_tokens": False}, "special tokens true and now it is false"),
        ({"outputs": [FeatureOutput(pooling="mean", layer=1)]}, "outputs 'auto' and now it is 'mean of layer 1'"),
        ({"uncertainty": UncertaintyOutput(positions="all")}, "uncertainty unset and now it is 'all'"),
        ({"max_tokens": 40}, "max tokens 48 and now it is 40"),
        ({"store_dtype": "float16"}, "store dtype 'float32' and now it is 'float16'"),
        ({"token_budget": 100}, "token budget 256 and now it is 100"),
        ({"part_tokens": 7}, "part tokens unset and now it is 7"),
        ({"way": "buckets"}, "way 'auto' and now it is 'buckets'"),
        ({"attention": "eager"}, "attention unset and now it is 'eager'"),
        ({"chat": ChatTurns(system="", date=None)}, "chat unset and now it is ''"),
    ],
)
def test_extract_goes_on_in_no_folder_of_another_extraction(make_params, change, name):
    make_parts(make_params())
    with pytest.raises(WorkerError, match=f"Cannot go on in '.*work': it was begun with {name}".replace("{", r"\{")):
        make_parts(make_params(**change))


def test_extract_goes_on_in_no_folder_of_other_texts_or_weights(make_params, tmp_path, dataset, llama):
    import shutil

    from dataset_directory import write_dataset
    from feature_fixtures import PAIRS

    make_parts(make_params())
    other = write_dataset(tmp_path / "toy", {"train": PAIRS[:9], "test": PAIRS[9:13]})
    with pytest.raises(WorkerError, match="it was begun with dataset '[0-9a-f]{64}' and now it is"):
        make_parts(make_params(dataset=str(other)))
    changed = shutil.copytree(llama, tmp_path / "tiny-llama")
    (changed / "tokenizer.json").write_bytes((changed / "tokenizer.json").read_bytes() + b"\n")
    with pytest.raises(WorkerError, match="it was begun with model files '[0-9a-f]{64}' and now it is"):
        make_parts(make_params(model=str(changed)))
    moved = shutil.copytree(llama, tmp_path / "elsewhere" / "tiny-llama")
    assert make_parts(make_params(model=str(moved))).kept_parts == 1
    with pytest.raises(WorkerError, match="it was begun with model 'tiny-llama' and now it is 'tiny-llama-2'"):
        make_parts(make_params(model=str(shutil.copytree(llama, tmp_path / "tiny-llama-2"))))


def test_extract_goes_on_in_no_folder_of_parts_that_were_cut_elsewhere(make_params, tmp_path):
    """As another release may cut them."""
    params = make_params(part_tokens=1)
    make_parts(params)
    plan = read_plan(tmp_path / "work")
    changed = msgspec.structs.replace(plan, order_sha256="0" * 64)
    (tmp_path / "work" / "plan.json").unlink()
    freeze_plan(tmp_path / "work", changed)
    with pytest.raises(WorkerError, match="Cannot go on in '.*work': its parts hold other texts than this release puts into them"):
        make_parts(params)
