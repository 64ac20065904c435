import json

import pytest

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.feature_import.sources.source_files import find_source_files


def make(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("id,x\n")
    return str(folder)


def test_find_source_files_knows_the_layouts_of_datasets(tmp_path):
    source = make(
        tmp_path, "data/train-00001-of-00002-0a1b.parquet", "data/train-00000-of-00002-0a1b.parquet", "eval.csv",
        "ood/data-00000-of-00001.arrow", "test/data-00000-of-00001.arrow", "ood/cache-12.arrow", ".hidden/train.csv", "README.md",
    )  # fmt: skip
    assert [(file.split, file.name) for file in find_source_files(source, None, Context.offline()).files] == [
        ("train", "data/train-00000-of-00002-0a1b.parquet"),
        ("train", "data/train-00001-of-00002-0a1b.parquet"),
        ("validation", "eval.csv"),
        ("test", "test/data-00000-of-00001.arrow"),
        ("ood", "ood/data-00000-of-00001.arrow"),
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["train.json"], r"it holds no .parquet, .csv or .arrow file; files named like"),
        (["train-00000-of-00003.csv", "train-00002-of-00003.csv"], "1 of 3 shards is missing in split 'train': 'train-00001-of-00003'"),
        (["train-00004-of-00006.csv"], "5 of 6 shards are missing in split 'train': 'train-00000-of-00006', 'train-00001-of-00006'"),
        (["train-00000-of-00002.csv", "train-00001-of-00003.csv"], "split 'train' has files 'train-00000-of-00002.csv', 'train-"),
        (["train-00000-of-00001.csv", "train-00000-of-00001.parquet"], "split 'train' has one shard twice, 'train-00000-of-00001.csv'"),
        (["train-00000-of-00001.csv", "train-00001-of-00001.csv"], "'train-00001-of-00001.csv' is none of 1 shards, which are"),
        (["train-00000-of-00000.csv"], "'train-00000-of-00000.csv' is none of 0 shards"),
        (["train-0-of-2.csv"], "1 of 2 shards is missing in split 'train': 'train-1-of-2'"),
        (["train-00000-of-00002.csv", "train.csv"], "split 'train' has files 'train-00000-of-00002.csv', 'train.csv'; leave one"),
        (["data/train-00000-of-00002.csv", "train/data-00001-of-00002.csv"], "split 'train' has files 'data/train-00000"),
        (["train.csv", "eval.csv.gz"], r"'eval.csv.gz' is no file that can be read \('.gz'\); unpack it"),
        (["train.csv", "eval.parquet.incomplete"], "'eval.parquet.incomplete' is no file that can be read"),
        (["train-00000-of-00001.snappy.parquet"], "'train-00000-of-00001.snappy.parquet' is named like a shard, but not as one is"),
        (["train.csv", "data/train.csv"], "split 'train' has files 'data/train.csv', 'train.csv'; leave one file"),
        (["eval.csv", "validation.csv"], "split 'validation' has files 'eval.csv', 'validation.csv'"),
    ],
)
def test_find_source_files_refuses_what_is_no_whole_dataset(tmp_path, names, message):
    source = make(tmp_path, *names)
    with pytest.raises(WorkerError, match=f"Cannot import features of '{source}': {message}"):
        find_source_files(source, None, Context.offline())


@pytest.mark.parametrize(
    ("name", "target", "message"),
    [
        ("test", "elsewhere", r"'test' is a link to a directory with tables; put the directory itself there, or take"),
        ("test.csv", "nowhere", r"'test.csv' leads to no file; put the file there, or take it away"),
        ("test.parquet", "/dev/null", r"'test.parquet' leads to no file; put the file there, or take it away"),
    ],
)
def test_find_source_files_passes_over_no_link_that_leads_to_a_split(tmp_path, name, target, message):
    make(tmp_path / "elsewhere", "data.csv")
    source = make(tmp_path / "source", "train.csv")
    (tmp_path / "source" / name).symlink_to(tmp_path / target)
    with pytest.raises(WorkerError, match=message):
        find_source_files(source, None, Context.offline())


def test_find_source_files_reads_linked_files_and_leaves_other_links_alone(tmp_path):
    make(tmp_path / "elsewhere", "data.csv")
    source = make(tmp_path / "source", "train.csv")
    (tmp_path / "source" / "test.csv").symlink_to(tmp_path / "elsewhere" / "data.csv")
    (tmp_path / "source" / "itself").symlink_to(tmp_path / "elsewhere" / "nothing")
    (tmp_path / "source" / "README.md").symlink_to(tmp_path / "nowhere")
    assert [file.split for file in find_source_files(source, None, Context.offline()).files] == ["train", "test"]


def test_find_source_files_refuses_a_directory_that_is_not_there(tmp_path):
    with pytest.raises(WorkerError, match="there is no such directory; a directory or a hub id"):
        find_source_files(str(tmp_path / "absent"), None, Context.offline())
    (tmp_path / "train.csv").write_text("id,x\n")
    with pytest.raises(WorkerError, match="there is no such directory"):
        find_source_files(str(tmp_path / "train.csv"), None, Context.offline())


def test_find_source_files_puts_shards_in_the_order_of_their_numbers(tmp_path):
    source = make(tmp_path, *(f"train-{index}-of-12.csv" for index in range(12)))
    names = [file.name for file in find_source_files(source, None, Context.offline()).files]
    assert names == [f"train-{index}-of-12.csv" for index in range(12)]


def test_find_source_files_calls_splits_as_the_export_did_that_renamed_them(tmp_path):
    source = make(tmp_path, "data/eval-00000-of-00001.csv", "data/all_-00000-of-00001.csv", "data/b_c-00000-of-00001.csv")
    manifest = {
        "kind": "balpm-export", "layout": "reference-pairs", "license": "unknown",
        "splits": [{"name": "all", "published": "all_", "items": 1}, {"name": "b.c", "published": "b_c", "items": 1}],
    }  # fmt: skip
    (tmp_path / "balpm-export.json").write_text(json.dumps(manifest))
    found = find_source_files(source, None, Context.offline())
    assert [file.split for file in found.files] == ["validation", "all", "b.c"]
    assert found.is_export


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "it is no manifest of an export"),
        ('{"kind": "balpm-export", "layout": "reference-x", "splits": [{"name": "../a", "published": "a"}]}', "'../a' is no name"),
        ('{"kind": "balpm-export", "layout": "huggingface", "splits": []}', "its layout is 'huggingface' and not one"),
    ],
)
def test_find_source_files_refuses_a_manifest_that_is_none(tmp_path, content, message):
    source = make(tmp_path, "train.csv")
    (tmp_path / "balpm-export.json").write_text(content)
    with pytest.raises(WorkerError, match=f"Cannot read '{tmp_path}/balpm-export.json': {message}.*; "):
        find_source_files(source, None, Context.offline())
