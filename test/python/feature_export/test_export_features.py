import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import torch
from dataset_directory import write_dataset
from exported import SOURCE, content_of, front_matter, make_exportable, read_export_manifest
from safetensors.torch import load_file

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.feature_import.import_tables import import_tables
from python_worker.feature_import.part import Part
from python_worker.protocol.messages import FeatureColumns, FeaturesImportParams, FeatureSource
from python_worker.store.manifest import read_manifest
from python_worker.store.store_writer import FeatureFile, write_manifest


def read_split(folder: Path, split: str):
    return pyarrow.parquet.read_table(sorted(folder.glob(f"data/{split}-*.parquet")))


def matrix(table, column: str) -> np.ndarray:
    return np.array(table.column(column).to_pylist())


@pytest.mark.parametrize(
    ("dtype", "written"), [("float32", "float"), ("float16", "halffloat"), ("bfloat16", "float")]
)
def test_export_features_writes_every_text_and_value_to_lists_of_the_stores_type(pairs, tmp_path, dtype, written):
    exportable = make_exportable(tmp_path / "store", pairs, dtype)
    told = exportable.export(tmp_path / "out", "huggingface")
    for split, published in {"train": "train", "validation": "validation", "test-2": "test_2"}.items():
        table = read_split(tmp_path / "out", published)
        assert str(table.schema.field("a_features").type) == f"fixed_size_list<element: {written}>[5]"
        assert table.column("id").to_pylist() == exportable.texts.ids[split]
        rows_n3 = exportable.texts.splits[split]
        assert table.column("prompt").to_pylist() == [exportable.texts.prompts[row] for row in rows_n3[:, 0]]
        for column, name in enumerate(("prompt", "a", "b")):
            assert np.array_equal(matrix(table, f"{name}_features"), exportable.features(split, column))
            if column:
                expected = [exportable.texts.responses[row] for row in rows_n3[:, column]]
                assert table.column(name).to_pylist() == expected
    assert told.dtype == ("float16" if dtype == "float16" else "float32")
    assert [(split.name, split.published, split.items) for split in told.splits][2] == ("test-2", "test_2", 2)
    widened = "Features were stored in bfloat16, which these files have no type for, and are widened to float32"
    assert (widened in (tmp_path / "out" / "README.md").read_text()) == (dtype == "bfloat16")


def test_export_features_puts_the_preferred_answer_first_and_leaves_out_items_without_a_label(exportable, tmp_path):
    preferred = np.array([1, 0, 2, 1, 0, 0, *[2] * 4, 1, 0], np.uint8)
    told = exportable.export(tmp_path / "out", "huggingface", preferred)
    assert told.empty_splits == ["validation"]
    assert [(split.items, split.dropped) for split in told.splits] == [(5, 1), (2, 0)]
    train = read_split(tmp_path / "out", "train")
    kept = [0, 1, 3, 4, 5]
    a_nd, b_nd = (exportable.features("train", column)[kept] for column in (1, 2))
    is_a_n1 = preferred[kept][:, None] == 1
    assert np.array_equal(matrix(train, "chosen_features"), np.where(is_a_n1, a_nd, b_nd))
    assert np.array_equal(matrix(train, "rejected_features"), np.where(is_a_n1, b_nd, a_nd))
    assert train.column_names[2:4] == ["chosen", "rejected"]
    assert read_export_manifest(tmp_path / "out")["answers"] == ["chosen", "rejected"]


@pytest.mark.parametrize("layout", ["huggingface", "npy"])
def test_export_features_gives_the_same_bytes_whatever_the_labels_are(exportable, tmp_path, layout):
    exportable.export(tmp_path / "one", layout)
    labels = exportable.dataset / "labels.jsonl"
    text = labels.read_text()
    try:
        labels.write_text("no labels at all")
        exportable.export(tmp_path / "other", layout)
    finally:
        labels.write_text(text)
    assert content_of(tmp_path / "one") == content_of(tmp_path / "other")


def test_export_features_cuts_splits_into_shards_that_hold_every_row_once(pairs, tmp_path):
    many = write_dataset(
        tmp_path / "many", {"train": [(f"p{row % 50}", f"a{row}", f"b{row}") for row in range(2500)]}
    )
    exportable = make_exportable(tmp_path / "store", many)
    exportable.export(tmp_path / "out", "huggingface", shard_bytes=40_000)
    names = sorted(file.name for file in (tmp_path / "out" / "data").iterdir())
    assert names == [f"train-0000{number}-of-00003.parquet" for number in range(3)]
    assert read_split(tmp_path / "out", "train").column("id").to_pylist() == exportable.texts.ids["train"]
    files = front_matter(tmp_path / "out")["configs"][0]["data_files"]
    assert files == [{"split": "train", "path": "data/train-*-of-00003.parquet"}]


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_export_features_writes_columns_that_an_import_reads_bit_by_bit(pairs, tmp_path, file_format, dtype):
    exportable = make_exportable(tmp_path / "store", pairs, dtype)
    preferred = np.array([1, 0] * 6, np.uint8)
    exportable.export(tmp_path / "out", "reference", preferred, format=file_format)
    sources = [FeatureSource(source=str(tmp_path / "out" / name), revision=None, dimension=None) for name in ("pairs", "prompts")]
    params = FeaturesImportParams(
        pairs=sources[0], prompts=sources[1], work=str(tmp_path / "work"), store_dtype=dtype, part_bytes=1 << 20,
        columns=FeatureColumns(id=None, leave_out=[], keep=[]), encoding=None,
    )  # fmt: skip
    converted = import_tables(params, Context.offline())
    if file_format == "parquet":
        assert (converted.max_absolute_error, converted.underflows) == (0, 0)
    is_a_n1 = np.array([[True], [False]] * 6)
    prompts, a, b = (
        np.concatenate([exportable.features(name, column) for name in exportable.texts.splits]) for column in range(3)
    )
    ranked = np.stack([np.where(is_a_n1, a, b), np.where(is_a_n1, b, a)], axis=1).reshape(24, 5)
    assert np.array_equal(read_parts(tmp_path / "work", converted, "prompts", dtype), prompts)
    assert np.array_equal(read_parts(tmp_path / "work", converted, "pairs", dtype), ranked)
    found = [(table.table, table.split, table.rows) for table in converted.tables]
    sizes = [("train", 6), ("validation", 4), ("test-2", 2)]
    assert found == [(name, *size) for name in ("prompts", "pairs") for size in sizes]


def read_parts(work: Path, converted, table: str, dtype: str) -> np.ndarray:
    """Features that an import converted: of prompts, or chosen and rejected ones in turn."""
    dimension = converted.prompt_dimension if table == "prompts" else converted.response_dimension
    names = [name for found in converted.tables if found.table == table for name in found.parts]
    rows = [torch.from_numpy(Part(work, name).read_features(dtype, dimension)) for name in names]
    return torch.cat([part.view(torch.bfloat16) if dtype == "bfloat16" else part for part in rows]).double().numpy()


def test_export_features_writes_ids_without_the_split_where_all_of_it_begin_with_it(exportable, pairs, tmp_path):
    exportable.export(tmp_path / "out", "reference", np.ones(12, np.uint8))
    assert read_split(tmp_path / "out" / "pairs", "train").column("id").to_pylist() == [str(row) for row in range(6)]
    assert read_split(tmp_path / "out" / "prompts", "eval").column("id").to_pylist() == [str(row) for row in range(6, 10)]


def test_export_features_leaves_out_prompt_features_that_an_import_did_not_have(pairs, tmp_path):
    source = {"type": "imported", "pairs": "p", "prompts": "q", "promptSplits": "train=train"}
    exportable = make_exportable(tmp_path / "store", pairs, source=source)
    exportable.export(tmp_path / "lists", "huggingface")
    assert read_split(tmp_path / "lists", "train").column("prompt_features").null_count == 0
    assert read_split(tmp_path / "lists", "validation").column("prompt_features").null_count == 4
    assert "Split `validation` has no prompt features" in (tmp_path / "lists" / "README.md").read_text()
    exportable.export(tmp_path / "columns", "reference", np.ones(12, np.uint8))
    assert [file.name[:5] for file in (tmp_path / "columns" / "prompts" / "data").iterdir()] == ["train"]


NUMPY_ALONE = """
import json, sys
import numpy as np
index = json.load(open("index.json"))
prompts, responses = np.load("prompts.npy"), np.load("responses.npy")
for name, split in index["splits"].items():
    rows = np.load(split["rows"])
    print(name, len(split["ids"]), rows.dtype, prompts[rows[:, 0]].sum(dtype=float), responses[rows[:, 1:]].sum(dtype=float))
assert not [name for name in sys.modules if "balpm" in name or "worker" in name or "torch" in name]
"""


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_export_features_writes_arrays_that_numpy_reads_alone(pairs, tmp_path, dtype):
    exportable = make_exportable(tmp_path / "store", pairs, dtype)
    exportable.export(tmp_path / "out", "npy")
    command = [sys.executable, "-c", NUMPY_ALONE]
    printed = subprocess.run(command, cwd=tmp_path / "out", capture_output=True, text=True, check=True).stdout
    sums = [
        (name, len(rows), "int32", exportable.features(name, 0).sum(), (exportable.features(name, 1) + exportable.features(name, 2)).sum())
        for name, rows in exportable.texts.splits.items()
    ]  # fmt: skip
    for line, expected in zip(printed.splitlines(), sums, strict=True):
        name, count, rows, *values = line.split(" ")
        assert (name, int(count), rows) == expected[:3]
        assert np.allclose([float(value) for value in values], expected[3:], rtol=1e-9)
    stored = np.load(tmp_path / "out" / "responses.npy")
    assert np.array_equal(stored, exportable.responses_rd) and stored.dtype == ("float16" if dtype == "float16" else "float32")


def test_export_features_says_in_the_card_and_the_manifest_where_features_come_from(exportable, tmp_path):
    exportable.export(tmp_path / "out", "huggingface", license="unknown")
    card = (tmp_path / "out" / "README.md").read_text()
    for line in (
        "| model | `tiny\\|model` |",
        "| revision of the model | none |",
        "| template of an answer | `` Q: {prompt}\\nA: `{response}` `` |",
        f"| SHA-256 of the model's files | `{'a' * 64}` |",
        f"| hash of the dataset | `{exportable.texts.hash}` |",
        "- The licence is unknown",
    ):
        assert line in card, line
    front = front_matter(tmp_path / "out")
    assert (front["license"], front["size_categories"]) == ("unknown", ["n<1K"])
    manifest = read_export_manifest(tmp_path / "out")
    assert manifest["store"]["source"] == SOURCE and manifest["store"]["dataset"]["hash"] == exportable.texts.hash
    assert set(manifest["files"]) == {name for name in content_of(tmp_path / "out") if name.startswith("data/")}


def refused(call) -> str:
    with pytest.raises(WorkerError) as caught:
        call()
    return f"{caught.value.code.value} {caught.value.message}"


def test_export_features_refuses_what_does_not_fit_and_leaves_nothing(exportable, tmp_path):
    other = make_exportable(tmp_path / "store", write_dataset(tmp_path / "other", {"train": [("p", "a", "b")]}, "other"))
    out = tmp_path / "out"
    foreign = refused(lambda: exportable.export(out, "npy", store=str(other.store)))
    assert foreign.startswith("INVALID_DATA Cannot export feature store") and "made for dataset 'other'" in foreign
    assert refused(lambda: exportable.export(out, "reference")) == (
        "INVALID_ARGUMENT Cannot export to reference: its columns are chosen and rejected, labels are needed"
    )
    assert "it is uint8 3, uint8 12 is needed" in refused(lambda: exportable.export(out, "npy", np.ones(3, np.uint8)))
    assert "no item is left" in refused(lambda: exportable.export(out, "npy", np.full(12, 2, np.uint8)))
    out.mkdir()
    assert "it already exists, a new path is needed" in refused(lambda: exportable.export(out, "npy"))
    assert sorted(os.listdir(tmp_path)) == ["other", "out", "store"]


def test_export_features_refuses_splits_of_one_name(tmp_path):
    dataset = write_dataset(tmp_path / "data", {"a-b": [("p", "a", "b")], "a.b": [("p", "a", "c")]})
    exportable = make_exportable(tmp_path / "store", dataset)
    assert refused(lambda: exportable.export(tmp_path / "out", "huggingface")) == (
        "INVALID_DATA Cannot export splits 'a-b' and 'a.b': both would be called 'a_b', names that differ in letters and digits are needed"
    )


@pytest.mark.parametrize("layout", ["huggingface", "reference", "npy"])
def test_export_features_names_the_row_that_is_not_finite(pairs, tmp_path, layout):
    exportable = make_exportable(tmp_path / "store", pairs)
    file = exportable.store / "features.safetensors"
    spoil(exportable.store, row=3)
    message = refused(lambda: exportable.export(tmp_path / "out", layout, np.ones(12, np.uint8)))
    assert message == (
        f"INVALID_DATA Cannot read features '{file}': row 3 of tensor 'responses' holds a value that is not finite, a number is needed"
    )
    assert not (tmp_path / "out").exists()


def spoil(store: Path, row: int) -> None:
    """Puts NaN into a row of the responses, and hashes that fit."""
    manifest, tensors = read_manifest(store), load_file(store / "features.safetensors")
    tensors["responses"][row, 1] = float("nan")
    for file in store.iterdir():
        file.unlink()
    matrices = {name: tensors.pop(name) for name in ("prompts", "responses")}
    widths = {name: matrix.shape[1] for name, matrix in matrices.items()}
    rows = {name: len(matrix) for name, matrix in matrices.items()}
    file = FeatureFile(store, "float32", rows, widths, {name: split.numpy() for name, split in tensors.items()})
    for name, matrix in matrices.items():
        file.write_rows(name, np.arange(len(matrix)), torch.as_tensor(matrix))
    write_manifest(store, file, manifest.dataset, manifest.source, {})


@pytest.mark.parametrize("name", ["features.safetensors", "../pairs/prompts.jsonl"])
def test_export_features_refuses_a_changed_file(pairs, tmp_path, name):
    texts = read_dataset_texts(pairs)
    dataset = write_dataset(tmp_path / "pairs", {"train": [("p", "a", "b")]}, texts.name)
    exportable = make_exportable(tmp_path / "store", dataset)
    file = exportable.store / name
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)
    message = refused(lambda: exportable.export(tmp_path / "out", "huggingface"))
    assert message.startswith("INVALID_DATA Cannot ") and "its SHA-256 is" in message


FULL_DISK = """
import sys, numpy as np
from pathlib import Path
from exported import Exportable
from python_worker.base.errors import WorkerError
from python_worker.data.dataset_texts import read_dataset_texts
dataset, store, out, layout = sys.argv[1:]
exportable = Exportable(Path(dataset), Path(store), read_dataset_texts(dataset), None, None)
try:
    exportable.export(Path(out), layout, np.ones(3000, np.uint8))
except WorkerError as error:
    print(error.code.value, error.message, [file.name for file in Path(out).parent.iterdir()])
"""


@pytest.mark.parametrize("layout", ["huggingface", "reference", "npy"])
def test_export_features_tells_of_a_full_disk_and_leaves_nothing(tmp_path, layout):
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    disk = tmp_path / "disk"
    disk.mkdir()
    small = [*mount, f"mount -t tmpfs -o size=64k tmpfs '{disk}' && exec \"$@\"", "sh"]
    try:
        subprocess.run([*small, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system mounts no tmpfs for its users")
    dataset = write_dataset(tmp_path / "data", {"train": [(f"p{row}", f"a{row}", f"b{row}") for row in range(3000)]})
    exportable = make_exportable(tmp_path / "store", dataset)
    command = [sys.executable, "-c", FULL_DISK, str(dataset), str(exportable.store), str(disk / "out"), layout]
    tests = Path(__file__).parents[1]
    path = os.pathsep.join(map(str, (tests / "feature_export", tests / "helpers", tests.parents[1])))
    called = subprocess.run([*small, *command], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True)
    assert called.stdout == (
        f"UNWRITABLE Cannot write '{disk}/out': No space left on device; make room there or choose another place, then run the same command again []\n"
    ), called.stderr
