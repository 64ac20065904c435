import pytest

from python_worker.errors import WorkerError
from python_worker.feature_import.source_files import find_source_files


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
    assert [(file.split, file.name) for file in find_source_files(source, None)] == [
        ("train", "data/train-00000-of-00002-0a1b.parquet"),
        ("train", "data/train-00001-of-00002-0a1b.parquet"),
        ("validation", "eval.csv"),
        ("test", "test/data-00000-of-00001.arrow"),
        ("ood", "ood/data-00000-of-00001.arrow"),
    ]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["train.json"], r"it holds no .parquet, .csv or .arrow file, files named like"),
        (["train-00000-of-00003.csv", "train-00002-of-00003.csv"], "shard 1 of 3 of split 'train' is missing"),
        (["train.csv", "data/train.csv"], "split 'train' has files data/train.csv, train.csv, one file or the shards"),
        (["eval.csv", "validation.csv"], "split 'validation' has files eval.csv, validation.csv"),
    ],
)
def test_find_source_files_refuses_what_is_no_whole_dataset(tmp_path, names, message):
    source = make(tmp_path, *names)
    with pytest.raises(WorkerError, match=f"Cannot import features of '{source}': {message}"):
        find_source_files(source, None)


def test_find_source_files_refuses_a_directory_that_is_not_there(tmp_path):
    with pytest.raises(WorkerError, match="there is no such directory, a directory or a hub id"):
        find_source_files(str(tmp_path / "absent"), None)
    (tmp_path / "train.csv").write_text("id,x\n")
    with pytest.raises(WorkerError, match="there is no such directory"):
        find_source_files(str(tmp_path / "train.csv"), None)
