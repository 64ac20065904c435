import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from feature_columns import FORMATS, make_ids, make_values, write_columns

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.feature_import.part import Part
from python_worker.operations.features_import import run
from python_worker.protocol.messages import FeatureColumns, FeaturesImportParams, FeatureSource

PAIRS, PROMPTS = make_values(40, 6), make_values(40, 2)


@pytest.fixture(params=FORMATS)
def source(request, tmp_path):
    return write_source(tmp_path, request.param)


def write_source(folder, ending="csv"):
    write_columns(folder / "pairs" / f"train.{ending}", make_ids(40), PAIRS)
    write_columns(folder / "pairs" / f"eval.{ending}", make_ids(5), make_values(5, 6))
    write_columns(folder / "prompts" / f"train.{ending}", make_ids(40), PROMPTS)
    return folder


def params_of(folder, **changes):
    def table(name):
        return FeatureSource(source=str(folder / name), revision=None, dimension=changes.pop(f"{name}_dimension", None))

    usual = {
        "pairs": table("pairs"), "prompts": table("prompts"), "work": str(folder / "work"),
        "store_dtype": "float32", "part_bytes": 8 * 6 * 16, "encoding": None,
        "columns": FeatureColumns(id=None, leave_out=[], keep=[]),
    }  # fmt: skip
    return FeaturesImportParams(**(usual | changes))


def convert(folder, context=None, **changes):
    return run(params_of(folder, **changes), {}, context or Context.offline()).data


def contents(folder):
    return {path.name: path.read_bytes() for path in (folder / "work").iterdir() if path.suffix in (".json", ".features")}


def test_import_writes_bounded_parts_that_hold_every_row(source):
    data = convert(source)
    assert [(table.table, table.split, table.rows) for table in data.tables] == [
        ("prompts", "train", 40),
        ("pairs", "train", 40),
        ("pairs", "validation", 5),
    ]
    assert (data.prompt_dimension, data.response_dimension, data.kept_parts) == (2, 3, 0)
    parts = [Part(source / "work", name) for name in data.tables[1].parts]
    assert [len(part.read_index().ids) for part in parts] == [16, 16, 8]
    stored = np.concatenate([part.read_features("float32", 6) for part in parts])
    assert np.array_equal(stored, PAIRS.astype(np.float32))
    assert data.max_absolute_error == max(np.abs(v - v.astype(np.float32)).max() for v in (PAIRS, PROMPTS, make_values(5, 6)))


def test_import_gives_the_same_parts_whatever_the_format(tmp_path):
    found = []
    for ending in FORMATS:
        folder = write_source(tmp_path / ending, ending)
        indices = [Part(folder / "work", name).read_index() for table in convert(folder).tables for name in table.parts]
        found.append([(index.ids, index.digests, index.rounding) for index in indices])
    assert found[0] == found[1] == found[2]


class StopAfter:
    """A context that is cancelled after some reports."""

    def __init__(self, reports):
        self.left = reports
        self.context = Context.offline(on_progress=self.count)

    def count(self, _report):
        self.left -= 1
        if self.left == 0:
            self.context.cancel()


@pytest.mark.parametrize("reports", [1, 3, 4, 5])
def test_import_goes_on_where_it_was_stopped_with_the_same_bytes(source, tmp_path, reports):
    with pytest.raises(Cancelled):
        convert(source, StopAfter(reports).context)
    before = {path: path.stat().st_mtime_ns for path in (source / "work").glob("*.features")}
    assert len(before) == reports
    assert convert(source).kept_parts == reports
    assert {path: path.stat().st_mtime_ns for path in before} == before
    resumed = contents(source)
    convert(source, work=str(tmp_path / "again" / "work"))
    assert resumed == contents(tmp_path / "again")


KILLED = """
import os, signal, sys
from python_worker.context.context import Context
from python_worker.operations.features_import import run
from python_worker.protocol.messages import FeaturesImportParams
import msgspec
reports = 0
def kill(_report):
    global reports
    reports += 1
    if reports == 3:
        os.kill(os.getpid(), signal.SIGKILL)
run(msgspec.json.decode(sys.argv[1], type=FeaturesImportParams), {}, Context.offline(on_progress=kill))
"""


def test_import_goes_on_after_a_kill(tmp_path):
    import msgspec

    folder = write_source(tmp_path)
    request = msgspec.json.encode(params_of(folder)).decode()
    killed = subprocess.run([sys.executable, "-c", KILLED, request], cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -9
    (folder / "work" / "pairs-train-00000-000002.features.tmp").write_bytes(b"torn")
    assert convert(folder).kept_parts == 3


def test_import_begins_anew_when_a_source_changed(tmp_path):
    folder = write_source(tmp_path)
    convert(folder)
    os.utime(folder / "pairs" / "eval.csv", ns=(1, 1))
    assert convert(folder).kept_parts == 0
    assert convert(folder, store_dtype="bfloat16").kept_parts == 0
    assert convert(folder, store_dtype="bfloat16").kept_parts == 5


def columns(**asked):
    return FeatureColumns(**({"id": None, "leave_out": [], "keep": []} | asked))


def test_import_begins_anew_when_other_columns_or_another_encoding_are_asked_for(tmp_path):
    folder = write_source(tmp_path)
    numbered = np.column_stack([PROMPTS, 3.0 * np.arange(40)])
    write_columns(folder / "prompts" / "train.csv", make_ids(40), numbered)
    with pytest.raises(WorkerError, match="column '2' holds a whole number of its own in every row"):
        convert(folder)
    kept, left = {"columns": columns(keep=["prompts:2"])}, {"columns": columns(leave_out=["prompts:2"])}
    assert [convert(folder, **kept).prompt_dimension, convert(folder, **left).prompt_dimension] == [3, 2]
    assert convert(folder, **left).kept_parts == 5
    latin = left | {"encoding": "latin-1"}
    assert [convert(folder, **latin).kept_parts, convert(folder, **latin).kept_parts] == [0, 5]
    assert [(found.table, found.column) for found in convert(folder, **latin).left_out] == [("prompts", "2")]


@pytest.mark.parametrize("reports", [1, 3])
def test_import_in_another_encoding_goes_on_where_it_was_stopped(tmp_path, reports):
    folder = write_source(tmp_path)
    for file in folder.rglob("*.csv"):
        file.write_bytes(file.read_text().replace("t", "é").encode("utf-16"))
    with pytest.raises(Cancelled):
        convert(folder, StopAfter(reports).context, encoding="utf-16")
    data = convert(folder, encoding="utf-16")
    assert data.kept_parts == reports
    assert Part(folder / "work", data.tables[1].parts[0]).read_index().ids[:2] == ["é0", "é1"]
    with pytest.raises(WorkerError, match="Cannot use --encoding 'klingon'"):
        convert(folder, encoding="klingon")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": columns(keep=["x"])}, "Cannot use --keep 'x': no file has such a column; give"),
        ({"columns": columns(leave_out=["x"])}, "Cannot use --leave-out 'x': no file has such a column; give"),
        ({"columns": columns(leave_out=["prompts:x"])}, "Cannot use --leave-out 'prompts:x': no file has such a column"),
        ({"columns": columns(leave_out=["1"])}, "'1': prompts and pairs both have such a column; give 'prompts:1', 'pairs:1' or both"),
        ({"columns": columns(id="x")}, "Cannot use --id-column 'x': no file has such a column; give"),
        ({"encoding": "cp1252"}, "Cannot use --encoding 'cp1252': no file is CSV; leave it out"),
    ],
)
def test_import_refuses_what_would_change_nothing(tmp_path, changes, message):
    folder = write_source(tmp_path, "parquet")
    with pytest.raises(WorkerError, match=message) as caught:
        convert(folder, **changes)
    assert caught.value.code == "INVALID_ARGUMENT"
    assert not (folder / "work").exists()


def test_import_refuses_a_folder_another_import_works_in(tmp_path):
    folder = write_source(tmp_path)
    inner = []

    def again(_report):
        with pytest.raises(WorkerError, match="another import works there, its end is needed") as caught:
            convert(folder)
        inner.append(caught.value.code)

    convert(folder, Context.offline(on_progress=again))
    assert set(inner) == {"INVALID_ARGUMENT"}


def test_import_leaves_nothing_of_bad_data(tmp_path):
    folder = write_source(tmp_path)
    values = PAIRS.copy()
    values[37, 4] = np.inf
    write_columns(folder / "pairs" / "train.csv", make_ids(40), values)
    with pytest.raises(WorkerError, match=r"train.csv': row 38, column '4' is inf; a finite number is needed"):
        convert(folder)
    assert not (folder / "work").exists()


def test_import_leaves_earlier_parts_alone_when_a_source_is_not_there(source):
    convert(source)
    before = contents(source)
    nowhere = FeatureSource(source=str(source / "nowhere"), revision=None, dimension=None)
    with pytest.raises(WorkerError, match="nowhere"):
        convert(source, prompts=nowhere)
    assert contents(source) == before
    assert convert(source).kept_parts > 0


def test_import_names_a_value_that_overflows_the_type(tmp_path):
    folder = write_source(tmp_path)
    values = PAIRS.copy()
    values[3, 0] = 1e300
    write_columns(folder / "pairs" / "train.csv", make_ids(40), values)
    with pytest.raises(WorkerError, match=r"row 4, column '0' is 1e\+300, too large for float32; a finite number is needed"):
        convert(folder)


def test_import_refuses_an_id_that_stands_twice_in_a_split(source):
    ending = next((source / "pairs").iterdir()).suffix
    write_columns(source / "pairs" / f"train{ending}", [*make_ids(39), "t3"], PAIRS)
    with pytest.raises(WorkerError, match=f"train{ending}': row 40, column 'id' is 't3', which its split has already"):
        convert(source)


def test_import_refuses_an_id_that_stands_in_two_shards(tmp_path):
    folder = write_source(tmp_path)
    (folder / "pairs" / "train.csv").rename(folder / "pairs" / "train-00000-of-00002.csv")
    write_columns(folder / "pairs" / "train-00001-of-00002.csv", ["new", "t5"], make_values(2, 6))
    with pytest.raises(WorkerError, match="train-00001-of-00002.csv': row 2, column 'id' is 't5', which its split has"):
        convert(folder)


@pytest.mark.parametrize(
    ("table", "columns", "changes", "message"),
    [
        ("pairs", 7, {}, "it has 8 columns; an id and as many columns for the chosen as for the rejected answer are"),
        ("pairs", 8, {"pairs_dimension": 3}, "it has 9 columns; 1 \\+ 2 × 3 for the dimension asked for are needed"),
        ("prompts", 3, {"prompts_dimension": 2}, "it has 4 columns; 1 \\+ 2 for the dimension asked for are needed"),
        ("prompts", 0, {}, "it has 1 columns; an id and features are needed"),
    ],
)
def test_import_refuses_a_wrong_number_of_columns(tmp_path, table, columns, changes, message):
    folder = write_source(tmp_path)
    for file in (folder / table).iterdir():
        write_columns(file, make_ids(40), make_values(40, columns))
    with pytest.raises(WorkerError, match=message):
        convert(folder, **changes)


def test_import_refuses_splits_of_other_dimensions_before_anything_is_written(tmp_path):
    folder = write_source(tmp_path)
    write_columns(folder / "pairs" / "ood.csv", make_ids(3), make_values(3, 8))
    with pytest.raises(WorkerError, match=r"ood.csv': it has 9 columns; 1 \+ 2 × 3 as in 'train.csv' are needed"):
        convert(folder)


def test_import_refuses_a_split_without_rows(source):
    ending = next((source / "pairs").iterdir()).suffix
    write_columns(source / "pairs" / f"test{ending}", [], make_values(0, 6))
    with pytest.raises(WorkerError, match="split 'test' has no rows; at least one is needed"):
        convert(source)


def test_import_tells_of_a_disk_that_takes_no_more(tmp_path):
    folder = write_source(tmp_path)
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))\n" + KILLED.replace("== 3", "== -1")
    import msgspec

    request = msgspec.json.encode(params_of(folder)).decode()
    failed = subprocess.run(
        [sys.executable, "-c", limited, request], cwd=Path(__file__).parents[3], check=False, capture_output=True, text=True
    )
    advice = "make room there or choose another place, then run the same command again"
    assert f"Cannot write '{folder}/work': File too large; {advice}" in failed.stderr
    assert not list((folder / "work").rglob("*.tmp"))
