import hashlib
import json

import pytest
from dataset_directory import write_dataset, write_manifest

from python_worker.base.errors import WorkerError
from python_worker.data.dataset_texts import read_dataset_texts

PAIRS = [("p0", "a", "b"), ("p1", "a", "a"), ("p0", "b", "c")]


@pytest.fixture
def folder(tmp_path):
    return write_dataset(tmp_path / "toy", {"train": PAIRS[:2], "test": PAIRS[2:], "empty": []})


def _rewrite(folder, name, text):
    """Changes a file and makes the manifest agree with it."""
    (folder / name).write_text(text)
    files = ("items.jsonl", "prompts.jsonl", "responses.jsonl", "labels.jsonl")
    hashes = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}
    write_manifest(folder, "toy", hashes, ["train", "test", "empty"])


def test_read_dataset_texts_reads_rows_and_triples(folder):
    dataset = read_dataset_texts(folder)
    assert (dataset.prompts, dataset.responses) == (["p0", "p1"], ["a", "b", "a", "c"])
    assert dataset.response_prompts == [0, 0, 1, 0]
    assert {name: rows.tolist() for name, rows in dataset.splits.items()} == {
        "train": [[0, 0, 1], [1, 2, 2]],
        "test": [[0, 1, 3]],
        "empty": [],
    }
    assert dataset.splits["empty"].shape == (0, 3)


def test_read_dataset_texts_never_opens_the_labels(folder):
    (folder / "labels.jsonl").unlink()
    assert read_dataset_texts(folder).name == "toy"


@pytest.mark.parametrize("name", ["items.jsonl", "prompts.jsonl", "responses.jsonl"])
def test_read_dataset_texts_refuses_a_changed_file(folder, name):
    with (folder / name).open("a") as file:
        file.write("\n")
    with pytest.raises(WorkerError, match=rf"Cannot use '.*{name}': its SHA-256 is not the manifest's"):
        read_dataset_texts(folder)


def test_read_dataset_texts_refuses_a_missing_directory(tmp_path):
    with pytest.raises(WorkerError, match=r"Cannot read '.*absent/manifest.json': there is no such file") as caught:
        read_dataset_texts(tmp_path / "absent")
    assert caught.value.code == "INVALID_DATA"


def test_read_dataset_texts_refuses_a_manifest_of_another_kind(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"kind": "balpm-features"}))
    with pytest.raises(WorkerError, match=r"it is 'balpm-features' version 1, the manifest of a balpm dataset"):
        read_dataset_texts(folder)


def test_read_dataset_texts_refuses_a_hash_that_is_not_its_files(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"hash": "0" * 64}))
    with pytest.raises(WorkerError, match="its hash is not that of its files"):
        read_dataset_texts(folder)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("prompts.jsonl", '{"text":"p0"}\n{"text":1}\n', r"prompts.jsonl' line 2: Expected `str`, got `int`"),
        ("prompts.jsonl", '{"text":"p0"\n', r"prompts.jsonl' line 1: "),
        ("responses.jsonl", '{"prompt":2,"text":"a"}\n', r"line 1: field 'prompt' is row 2, a row from 0 to 1"),
        ("items.jsonl", '{"id":"x","split":"dev","prompt":0,"a":0,"b":1}\n', r"line 1: split 'dev' is not in"),
        ("items.jsonl", '{"id":"x","split":"test","prompt":0,"a":0,"b":4}\n', r"line 1: field 'b' is row 4"),
    ],
)
def test_read_dataset_texts_names_file_line_and_field(folder, name, text, message):
    _rewrite(folder, name, text)
    with pytest.raises(WorkerError, match=message):
        read_dataset_texts(folder)
