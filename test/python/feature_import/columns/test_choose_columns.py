import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from feature_columns import make_values, write_table

from python_worker.base.errors import WorkerError
from python_worker.feature_import.columns.choose_columns import choose_columns
from python_worker.feature_import.tables.open_table_file import open_table_file
from python_worker.protocol.messages import FeatureColumns

ROWS = 8
IDS = [f"t{row}" for row in range(ROWS)]
FEATURES = {f"p{place}": make_values(ROWS, 3)[:, place] for place in range(3)}
SHUFFLED = [7, 0, 3, 19, 1, 4, 12, 5]


def frame(**columns):
    return pd.DataFrame({"id": IDS, **FEATURES, **columns})


def write_frame(path, table, **options):
    """As pandas writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        table.to_csv(path, **options)
    elif path.suffix == ".parquet":
        table.to_parquet(path, **options)
    else:
        whole = pa.Table.from_pandas(table, preserve_index=options.get("index"))
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, whole.schema) as writer:
            writer.write_table(whole)
    return path


def choose(*paths, **asked):
    files = [open_table_file(path, path.parent / "scratch") for path in paths]
    left = choose_columns(files, FeatureColumns(**({"id": None, "leave_out": [], "keep": []} | asked)), "pairs")
    return files[0], left


ENDINGS = ["csv", "parquet", "arrow"]
INDEXES = {
    "shuffled": SHUFFLED,
    "filtered": [2, 3, 5, 8, 13, 21, 34, 55],
    "from 0": list(range(ROWS)),
    "float": [float(row) for row in range(ROWS)],
    "repeated": [0, 1, 2, 3, 0, 1, 2, 3],
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_an_index_of_pandas_is_left_aside(tmp_path, ending, index):
    path = write_frame(tmp_path / f"train.{ending}", frame().set_index(pd.Index(index)), index=True)
    file, left = choose(path)
    assert file.columns == ["id", "p0", "p1", "p2"]
    assert list(left) == ([""] if ending == "csv" else ["__index_level_0__"])
    (block,) = file.blocks(0, 0, 100)
    assert np.array_equal(block.values_nc, make_values(ROWS, 3))


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_level_of_an_index_without_names_is_left_aside(tmp_path, ending):
    index = pd.MultiIndex.from_arrays([SHUFFLED, range(ROWS)])
    path = write_frame(tmp_path / f"train.{ending}", frame().set_index(index), index=True)
    if ending == "csv":
        text = path.read_text()
        assert text.startswith(",,id,")
    assert choose(path)[0].columns == ["id", "p0", "p1", "p2"]


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_named_index_of_pandas_is_left_aside(tmp_path, ending):
    path = write_frame(tmp_path / f"train.{ending}", frame().set_index(pd.Index(SHUFFLED, name="idx")))
    file, left = choose(path)
    assert (file.columns, left) == (["id", "p0", "p1", "p2"], {"idx": "pandas' index"})


@pytest.mark.parametrize("ending", ENDINGS)
def test_ids_that_are_pandas_index_are_the_ids(tmp_path, ending):
    path = write_frame(tmp_path / f"train.{ending}", frame().set_index("id"))
    file, left = choose(path)
    assert (file.columns, left) == (["id", "p0", "p1", "p2"], {})


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_level_of_pandas_index_that_is_called_id_is_the_ids(tmp_path, ending, place):
    levels = ["id", "model"] if place == 0 else ["model", "id"]
    table = frame(model=[f"m{row}" for row in range(ROWS)]).set_index(levels)
    file, left = choose(write_frame(tmp_path / f"train.{ending}", table))
    assert (file.columns, left) == (["id", "p0", "p1", "p2"], {"model": "pandas' index"})


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize(("levels", "beside"), [(["a", "b"], []), ([None, None], []), (["post_id", "id"], []), (["id"], ["forum"])])
def test_ids_that_may_be_one_of_two_texts_are_refused(tmp_path, ending, levels, beside):
    texts = [[f"{name}{row}" for row in range(ROWS)] for name in levels]
    table = pd.DataFrame({**{name: IDS for name in beside}, **FEATURES}, index=pd.MultiIndex.from_arrays(texts, names=levels))
    path = write_frame(tmp_path / f"train.{ending}", table)
    with pytest.raises(WorkerError, match="may both be the id; name one: --id-column NAME"):
        choose(path)
    last = len(levels) - 1
    name = levels[last] or f"__index_level_{last}__"
    assert choose(path, id=name, leave_out=beside)[0].columns == [name, "p0", "p1", "p2"]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("ids", [IDS, SHUFFLED])
@pytest.mark.parametrize("name", ["index", "row_nr", "n"])
def test_numbers_with_a_name_before_a_column_that_is_called_id_are_not_taken_for_the_ids(tmp_path, ending, ids, name):
    table = pd.DataFrame({name: range(ROWS), "post_id": ids, **FEATURES})
    path = write_frame(tmp_path / f"train.{ending}", table, index=False)
    with pytest.raises(WorkerError, match=f"columns '{name}' and 'post_id' may both be the id; name one: --id-column NAME"):
        choose(path)
    file, _ = choose(path, id="post_id", leave_out=[name])
    assert next(file.blocks(0, 0, 100)).ids == [str(one) for one in ids]
    if ids is SHUFFLED:
        assert choose(path, keep=["post_id"])[0].columns == [name, "post_id", "p0", "p1", "p2"]


def test_row_numbers_written_twice_are_left_aside(tmp_path):
    again = pd.read_csv(io.StringIO(frame().to_csv()))
    file, left = choose(write_frame(tmp_path / "train.csv", again))
    assert file.columns == ["id", "p0", "p1", "p2"]
    assert list(left) == ["", "Unnamed: 0"]


def test_a_column_without_a_name_is_the_id_where_no_other_can_be(tmp_path):
    file, left = choose(write_frame(tmp_path / "train.csv", frame().drop(columns="id").set_index(pd.Index(IDS))))
    assert (file.columns, left) == (["", "p0", "p1", "p2"], {})
    assert next(file.blocks(0, 0, 100)).ids == IDS


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", [1, 4])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("row", range(ROWS)),
        ("c7", SHUFFLED),
        ("c7", range(1, ROWS + 1)),
        ("c7", [float(row) for row in SHUFFLED]),
        ("c7", [0, 1, 2, 3, 0, 1, 2, 3]),
        ("post_id", [11, 11, 12, 12, 12, 13, 13, 13]),
        ("c7", [2**62 + row for row in range(ROWS)]),
        ("userId", [5, 5, 5, 5, 5, 5, 5, 5]),
        ("level_0", SHUFFLED),
    ],
)
def test_a_column_that_may_be_an_index_is_refused_by_name(tmp_path, ending, place, name, values):
    table = frame()
    table.insert(place, name, list(values))
    path = write_frame(tmp_path / f"train.{ending}", table, index=False)
    with pytest.raises(WorkerError, match=f"'{path}': column '{name}' .*; say which it is: --leave-out 'pairs:{name}' or --keep 'pairs:{name}'$"):
        choose(path)
    assert choose(path, leave_out=[name])[0].columns == ["id", "p0", "p1", "p2"]
    assert name in choose(path, keep=[name])[0].columns


@pytest.mark.parametrize("ending", ENDINGS)
def test_features_that_are_whole_by_chance_are_taken(tmp_path, ending):
    dead, bits, massive = [0.0] * ROWS, [0.0, 1.0] * (ROWS // 2), [1024.0, 1032.0, 1024.0, 1040.0] * (ROWS // 4)
    path = write_frame(tmp_path / f"train.{ending}", frame(dead=dead, bits=bits, massive=massive), index=False)
    assert choose(path)[0].columns == ["id", "p0", "p1", "p2", "dead", "bits", "massive"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_features_that_are_all_whole_are_taken_and_their_index_is_not(tmp_path, ending):
    values = np.random.default_rng(0).integers(-3, 4, (200, 5))
    table = pd.DataFrame({"id": [f"t{row}" for row in range(200)]} | {f"q{place}": values[:, place] for place in range(5)})
    path = write_frame(tmp_path / f"train.{ending}", table, index=False)
    assert len(choose(path)[0].columns) == 6
    with_numbers = write_frame(tmp_path / f"odd.{ending}", table.assign(c=np.random.default_rng(1).permutation(900)[:200]), index=False)
    with pytest.raises(WorkerError, match="column 'c' holds a whole number of its own in every row"):
        choose(with_numbers)


def test_two_columns_that_may_be_the_id_are_refused(tmp_path):
    table = frame().drop(columns="id")
    table.insert(0, "post", SHUFFLED)
    path = write_frame(tmp_path / "train.csv", table)
    with pytest.raises(WorkerError, match="columns '' and 'post' may both be the id; name one: --id-column NAME"):
        choose(path)
    file, left = choose(path, id="post")
    assert (file.columns, list(left)) == (["post", "p0", "p1", "p2"], [""])


def test_the_choice_is_the_same_in_every_file(tmp_path):
    first = write_frame(tmp_path / "train.parquet", frame().set_index(pd.Index(SHUFFLED)))
    second = write_frame(tmp_path / "eval.parquet", frame())
    empty = write_frame(tmp_path / "empty.csv", frame().iloc[:0])
    assert choose(first, second)[0].columns == ["id", "p0", "p1", "p2"]
    assert choose(write_frame(tmp_path / "test.csv", frame()), empty)[0].columns == ["id", "p0", "p1", "p2"]


def test_files_with_other_columns_or_another_order_are_refused(tmp_path):
    first = write_frame(tmp_path / "train.csv", frame(), index=False)
    turned = write_frame(tmp_path / "eval.csv", frame()[["id", "p0", "p2", "p1"]], index=False)
    message = "feature 2 is column 'p2' and that of 'train.csv' is 'p1'; the same columns in the same order"
    with pytest.raises(WorkerError, match=message):
        choose(first, turned)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_column_that_is_left_out_cannot_refuse_a_file(tmp_path, ending):
    odd = [float("nan"), 1, None, 2, 3, 4, 5, float("inf")]
    path = write_frame(tmp_path / f"train.{ending}", frame(odd=odd), index=False)
    file, _ = choose(path, leave_out=["odd"])
    assert next(file.blocks(0, 0, 100)).values_nc.shape == (ROWS, 3)


def test_parquet_without_statistics_and_with_wide_row_groups_is_looked_through(tmp_path):
    table = pa.table({"id": IDS, **FEATURES, "c": SHUFFLED, "h": np.arange(ROWS, dtype=np.float16)})
    pyarrow.parquet.write_table(table, tmp_path / "train.parquet", write_statistics=False)
    with pytest.raises(WorkerError, match="column 'c' holds"):
        choose(tmp_path / "train.parquet")
    with pytest.raises(WorkerError, match="column 'h' holds"):
        choose(tmp_path / "train.parquet", leave_out=["c"])
    pyarrow.parquet.write_table(table, tmp_path / "eval.parquet")
    with pytest.raises(WorkerError, match="column 'h' holds"):
        choose(tmp_path / "eval.parquet", keep=["c"])


def test_metadata_of_pandas_that_cannot_be_read_are_refused(tmp_path):
    table = pa.table({"id": IDS, **FEATURES}).replace_schema_metadata({"pandas": "{"})
    with pytest.raises(WorkerError, match="its pandas metadata do not say which column is the index; write it without"):
        choose(write_table(tmp_path / "train.parquet", table))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (pa.array([0, 1], pa.date32()), r"dates \(date32\[day\]\)"),
        (pa.array([0, 1], pa.timestamp("us")), r"dates \(timestamp\[us\]\)"),
        (pa.array([bytes(16), bytes(range(16))], pa.uuid()), r"UUIDs \(extension<arrow.uuid>\)"),
        (pa.array([b"a", b"b"]), "binary"),
        (pa.array([True, False]), "bool"),
        (pa.array([1.0, 2.0]), "double"),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_ids_whose_spelling_would_have_to_be_made_up_are_refused(tmp_path, ending, values, words):
    path = write_table(tmp_path / f"train.{ending}", pa.table({"id": values, "x": [0.5, 0.25]}))
    with pytest.raises(WorkerError, match=f"column 'id' holds {words}; an id .text or a whole number. is needed"):
        choose(path)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_whole_numbers_of_64_bits_are_ids_to_the_last_digit(tmp_path, ending):
    ids = pa.array([2**64 - 1, 2**53 + 1], pa.uint64())
    file, _ = choose(write_table(tmp_path / f"train.{ending}", pa.table({"id": ids, "x": [0.5, 0.25]})))
    assert next(file.blocks(0, 0, 10)).ids == ["18446744073709551615", "9007199254740993"]


def test_csv_ids_keep_their_spelling(tmp_path):
    path = tmp_path / "train.csv"
    ids = ["007", "1.0", "1e3", "9007199254740993", "2024-01-01", "A0EE", "null", "TRUE"]
    path.write_text("id,x\n" + "".join(f"{name},0.{row}\n" for row, name in enumerate(ids)))
    assert next(choose(path)[0].blocks(0, 0, 10)).ids == ids


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_whole_number_that_no_float_holds_is_refused(tmp_path, ending):
    path = write_table(tmp_path / f"train.{ending}", pa.table({"id": ["a", "b"], "x": [1, 2**53 + 1], "y": [0.5, 0.25]}))
    file, _ = choose(path, keep=["x"])
    with pytest.raises(WorkerError, match="row 2, column 'x' is 9007199254740993, which no float64 holds; a finite number"):
        list(file.blocks(0, 0, 10))
