"""What a merge refuses: every message names what is missing or other."""

import json
import shutil

import msgspec
import pytest
from dataset_directory import write_dataset
from extract_store import make_parts, merge
from feature_fixtures import PAIRS, usual_params

from python_worker.base.errors import WorkerError
from python_worker.extraction.parts.plan_file import read_plan
from python_worker.protocol.messages import Shard

SHARDS = 3


@pytest.fixture(scope="module")
def shards(tmp_path_factory, dataset, llama):
    """Folders of the shards 1/3, 2/3 and 3/3, of five parts."""
    folder = tmp_path_factory.mktemp("shards")
    for index in range(1, SHARDS + 1):
        make_parts(shard_params(dataset, llama, folder / str(index), index))
    return folder


def shard_params(dataset, model, work, index, **changes):
    return usual_params(dataset, model, work, **{"shard": Shard(index=index, count=SHARDS), "part_tokens": 1} | changes)


@pytest.fixture
def copies(shards, tmp_path):
    """The three folders, to be changed."""
    return [shutil.copytree(shards / str(index), tmp_path / "copies" / str(index)) for index in range(1, SHARDS + 1)]


def part_of(folder, ending="safetensors"):
    return sorted(folder.glob(f"*-of-*/part-*.{ending}"))[0]


def refuse(dataset, folders, tmp_path, message):
    with pytest.raises(WorkerError, match=message) as caught:
        merge(str(dataset), folders, tmp_path / "store")
    assert caught.value.code == "INVALID_DATA"
    assert not (tmp_path / "store").exists()
    assert not list(tmp_path.glob("*partial"))


def test_merge_takes_the_shards_in_any_order_and_more_than_once(dataset, copies, tmp_path):
    one = merge(str(dataset), copies, tmp_path / "one")
    two = merge(str(dataset), [*reversed(copies), copies[0]], tmp_path / "two")
    assert (one.parts, one.stores[0].id) == (5, two.stores[0].id)


def test_merge_takes_a_whole_copy_of_a_part_where_another_is_damaged(dataset, copies, tmp_path):
    expected = merge(str(dataset), copies, tmp_path / "whole")
    spare = shutil.copytree(copies[0], tmp_path / "spare")
    part_of(copies[0]).write_bytes(b"damaged")
    assert merge(str(dataset), [*copies, spare], tmp_path / "mended").stores[0].id == expected.stores[0].id


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ([0, 1], r"Cannot merge: 2 of 5 parts are missing \(the first is part 3\), features extract --shard 3/3 is needed"),
        ([1], r"Cannot merge: 3 of 5 parts are missing \(the first is part 0\), features extract --shard 1/3, 3/3 is needed"),
    ],
)
def test_merge_names_the_shards_to_run(dataset, copies, tmp_path, kept, message):
    refuse(dataset, [copies[index] for index in kept], tmp_path, message)


def test_merge_names_five_shards_at_most(dataset, llama, tmp_path):
    make_parts(shard_params(dataset, llama, tmp_path / "work", 1, shard=Shard(index=9, count=9)))
    message = r"4 of 5 parts are missing .*--shard 2/9, 4/9, 6/9, 8/9 is needed"
    refuse(dataset, [tmp_path / "work"], tmp_path, message)


def test_merge_takes_a_part_without_digest_as_missing(dataset, copies, tmp_path):
    part_of(copies[1], "json").unlink()
    refuse(dataset, copies, tmp_path, "1 of 5 parts are missing .*, features extract --shard 2/3 is needed")


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(file.read_bytes()[:-2]), lambda file: file.unlink()])
def test_merge_names_a_part_that_is_not_what_its_digest_says(dataset, copies, tmp_path, damage):
    damage(part_of(copies[2]))
    message = "Cannot merge '.*part-0000.*safetensors': its bytes are not those of its digest, features extract with the same"
    refuse(dataset, copies, tmp_path, message)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"max_tokens": 40}, "max tokens: 48 and 40"),
        ({"store_dtype": "float16"}, "store dtype: 'float32' and 'float16'"),
        ({"shard": Shard(index=2, count=4)}, "shards: 3 and 4"),
    ],
)
def test_merge_names_what_differs_between_two_extractions(dataset, llama, copies, tmp_path, change, name):
    make_parts(shard_params(dataset, llama, tmp_path / "other", 2, **change))
    message = rf"Cannot merge '.*1' with '.*other': they are parts of different extractions \({name}\); give shards of one"
    refuse(dataset, [copies[0], tmp_path / "other", copies[2]], tmp_path, message)


def test_merge_names_what_was_frozen_where_the_same_was_asked(dataset, copies, tmp_path):
    file = copies[1] / "plan.json"
    plan = json.loads(file.read_text()) | {"way": "buckets"}
    file.write_text(json.dumps(plan))
    refuse(dataset, copies, tmp_path, r"they are parts of different extractions \(another way\)")


def test_merge_refuses_parts_copied_from_another_plan(dataset, llama, copies, tmp_path):
    make_parts(shard_params(dataset, llama, tmp_path / "other", 2, max_tokens=40))
    place = copies[1] / "00002-of-00003"
    shutil.rmtree(place)
    shutil.copytree(tmp_path / "other" / "00002-of-00003", place)
    message = "Cannot merge '.*part-.*safetensors': it belongs to another extraction than its folder's plan.json"
    refuse(dataset, copies, tmp_path, message)


def test_merge_refuses_a_part_under_the_name_of_another(dataset, copies, tmp_path):
    for ending in ("safetensors", "json"):
        shutil.copy(part_of(copies[0], ending), part_of(copies[1], ending))
    refuse(dataset, copies, tmp_path, "its bytes are not those of its digest")


@pytest.mark.parametrize("foreign", ["part-x.json", "part-1.json", "part-00001.json.host.1.abcd.tmp", "notes.txt"])
def test_merge_looks_past_files_that_are_no_parts(dataset, copies, tmp_path, foreign):
    (part_of(copies[0]).parent / foreign).write_text("something else")
    (copies[0] / foreign).write_text("something else")
    assert merge(str(dataset), copies, tmp_path / "store").parts == 5


def test_merge_names_a_folder_without_a_plan(dataset, copies, tmp_path):
    refuse(dataset, [copies[0], tmp_path / "absent"], tmp_path, "Cannot merge '.*absent': it has no plan.json, a folder of")
    (copies[1] / "plan.json").write_text("{")
    refuse(dataset, copies, tmp_path, r"Cannot read '.*plan.json': .*, the plan of an extraction is needed")


def test_merge_refuses_another_dataset(copies, tmp_path):
    other = write_dataset(tmp_path / "changed", {"train": PAIRS[:9], "test": PAIRS[9:13]})
    refuse(other, copies, tmp_path, "Cannot merge parts of dataset 'toy' for '.*changed': its texts or items are others")


def test_merge_refuses_a_dataset_whose_lines_changed(dataset, copies, tmp_path):
    changed = shutil.copytree(dataset, tmp_path / "changed")
    (changed / "prompts.jsonl").write_text((changed / "prompts.jsonl").read_text().replace("quick", "slow"))
    refuse(changed, copies, tmp_path, "Cannot use '.*prompts.jsonl': its SHA-256 is not the manifest's")


def test_extract_makes_parts_again_that_are_damaged_or_foreign(dataset, llama, copies, tmp_path):
    expected = merge(str(dataset), copies, tmp_path / "expected").stores[0].id
    part = part_of(copies[1])
    part.write_bytes(b"damaged")
    data = make_parts(shard_params(dataset, llama, copies[1], 2))
    assert (data.own_parts, data.kept_parts) == (2, 1)
    part.with_suffix(".json").unlink()
    assert make_parts(shard_params(dataset, llama, copies[1], 2)).kept_parts == 1
    digest = json.loads(part.with_suffix(".json").read_text())
    part.with_suffix(".json").write_text(json.dumps(digest | {"plan": "0" * 64}))
    assert make_parts(shard_params(dataset, llama, copies[1], 2)).kept_parts == 1
    assert make_parts(shard_params(dataset, llama, copies[1], 2)).kept_parts == 2
    assert merge(str(dataset), copies, tmp_path / "store").stores[0].id == expected


def test_the_plans_of_shards_made_apart_are_one(shards):
    plans = [read_plan(shards / str(index)) for index in range(1, SHARDS + 1)]
    assert plans[0] == plans[1] == plans[2]
    assert msgspec.json.decode((shards / "1" / "00001-of-00003" / "shard.json").read_bytes()) == {
        "kind": "balpm-shard", "plan": plans[0].sha256, "shard": 1, "shards": 3, "firstPart": 0, "parts": 1,
        "texts": 7, "device": "cpu",
    }  # fmt: skip
