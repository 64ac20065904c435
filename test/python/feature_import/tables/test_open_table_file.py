import numpy as np
import pyarrow as pa
import pytest
from feature_columns import FORMATS, make_ids, make_values, write_columns, write_table

from python_worker.base.errors import WorkerError
from python_worker.feature_import.tables.open_table_file import open_table_file
from python_worker.feature_import.tables.parquet_file import ParquetFile

VALUES = make_values(23, 5)


def read(path, tmp_path, rows=4, cursor=0, first_row=0):
    return list(open_table_file(path, tmp_path / "scratch").blocks(cursor, first_row, rows))


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("rows_a_group", [3, 10, 100])
def test_blocks_hold_every_row_once_and_in_order(tmp_path, ending, rows_a_group):
    path = write_columns(tmp_path / f"train.{ending}", make_ids(23), VALUES, rows_a_group)
    blocks = read(path, tmp_path)
    assert [name for block in blocks for name in block.ids] == make_ids(23)
    assert np.array_equal(np.concatenate([block.values_nc for block in blocks]), VALUES)
    assert [block.first_row for block in blocks] == list(np.cumsum([0] + [len(block.ids) for block in blocks])[:-1])
    assert max(len(block.ids) for block in blocks) <= 4
    assert blocks[-1].fraction == 1


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("rows_a_group", [3, 10, 100])
def test_blocks_go_on_from_every_cursor_with_the_same_blocks(tmp_path, ending, rows_a_group):
    path = write_columns(tmp_path / f"train.{ending}", make_ids(23), VALUES, rows_a_group)
    blocks = read(path, tmp_path)
    for number, block in enumerate(blocks):
        rest = read(path, tmp_path, cursor=block.cursor, first_row=block.first_row + len(block.ids))
        assert [other.ids for other in rest] == [other.ids for other in blocks[number + 1 :]]
        assert [other.cursor for other in rest] == [other.cursor for other in blocks[number + 1 :]]


def test_parquet_lays_a_large_row_group_out_on_disk(tmp_path):
    path = write_columns(tmp_path / "train.parquet", make_ids(23), VALUES, 20)
    plain = read(path, tmp_path)
    large = ParquetFile(path, tmp_path / "scratch", held_bytes=8 * 23 * 4)
    blocks = list(large.blocks(0, 0, 4))
    assert [block.ids for block in blocks] == [block.ids for block in plain]
    assert np.array_equal(np.concatenate([block.values_nc for block in blocks]), VALUES)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_parquet_keeps_what_was_laid_out_when_it_is_stopped(tmp_path):
    path = write_columns(tmp_path / "train.parquet", make_ids(23), VALUES, 23)
    large = ParquetFile(path, tmp_path / "scratch", held_bytes=8 * 23 * 4)
    first = next(large.blocks(0, 0, 4))
    laid_out = {file: file.stat().st_mtime_ns for file in (tmp_path / "scratch").rglob("columns-*")}
    assert len(laid_out) == 3
    rest = large.blocks(first.cursor, 4, 4)
    second = next(rest)
    assert {file: file.stat().st_mtime_ns for file in laid_out} == laid_out
    assert np.array_equal(np.concatenate([block.values_nc for block in [first, second, *rest]]), VALUES)


def test_parquet_never_takes_the_scratch_of_another_file(tmp_path):
    for split, seed in [("train", 0), ("test", 1)]:
        path = write_columns(tmp_path / split / "data.parquet", make_ids(23), make_values(23, 5, seed), 23)
        blocks = ParquetFile(path, tmp_path / "scratch", held_bytes=8 * 23 * 4).blocks(0, 0, 4)
        assert np.array_equal(next(blocks).values_nc, make_values(23, 5, seed)[:4])


def test_parquet_refuses_a_footer_too_large_for_memory(tmp_path):
    path = tmp_path / "train.parquet"
    with path.open("wb") as file:
        file.seek(200 << 20)
        file.write((151 << 20).to_bytes(4, "little") + b"PAR1")
    with pytest.raises(WorkerError, match=r"its footer has 151 MiB \(very many small row groups\); at most 150 MiB"):
        read(path, tmp_path)


def test_arrow_files_are_read_like_streams(tmp_path):
    table = pa.table({"id": ["a", "b"], "x": [1.0, 2.0]})
    with pa.ipc.new_file(tmp_path / "train.arrow", table.schema) as writer:
        writer.write_table(table)
    (block,) = read(tmp_path / "train.arrow", tmp_path)
    assert (block.ids, block.values_nc.tolist()) == (["a", "b"], [[1.0], [2.0]])


def test_columns_may_be_whole_numbers_float32_and_text(tmp_path):
    table = pa.table({"id": [7, 8], "x": [1, 2], "y": pa.array([0.5, 0.1], pa.float32()), "z": ["1e-3", "-2"]})
    (block,) = read(write_table(tmp_path / "train.parquet", table), tmp_path)
    assert block.ids == ["7", "8"]
    assert block.values_nc.tolist() == [[1, 0.5, 0.001], [2, float(np.float32(0.1)), -2]]


def test_csv_may_have_a_mark_crlf_quotes_and_no_last_line_end(tmp_path):
    (tmp_path / "train.csv").write_bytes(b'\xef\xbb\xbfid,"x, really"\r\n"a,1",1\r\n\r\nb, 2')
    file = open_table_file(tmp_path / "train.csv", tmp_path)
    assert file.columns == ["id", "x, really"]
    (block,) = file.blocks(0, 0, 10)
    assert (block.ids, block.values_nc.tolist()) == (["a,1", "b"], [[1.0], [2.0]])


BAD_CSV = [
    ("id,x,y\na,1,2\nb,1,two\n", r"row 2, column 'y' is 'two'; a finite number is needed"),
    ("id,x,y\na,1,2\nb,,2\n", r"row 2, column 'x' is empty; a finite number is needed"),
    ("id,x,y\na,1,2\nb,1\n", r"row 2 has 2 columns \(the file may be cut off\); the header's 3 are needed"),
    ("id,x,y\na,1,2\nb,1,2,3\n", r"row 2 has 4 columns \(the file may be cut off\); the header's 3 are needed"),
    ("id,x,y\na,1,2\n ,1,2\n", r"row 2, column 'id' is empty; an id"),
    ('id,x,y\n"a\nb",1,2\n', r"line end in quotes|has 1 columns"),
    ("", "it is empty; a header line and rows are needed"),
]


@pytest.mark.parametrize(("text", "message"), BAD_CSV)
@pytest.mark.parametrize("rows", [1, 100])
def test_csv_names_file_row_and_column_of_what_is_wrong(tmp_path, text, message, rows):
    (tmp_path / "train.csv").write_text(text)
    with pytest.raises(WorkerError, match=f"Cannot import features '.*/train.csv': .*({message})") as caught:
        read(tmp_path / "train.csv", tmp_path, rows)
    assert caught.value.code == "INVALID_DATA"


BAD_TABLES = [
    ({"id": ["a", "b"], "x": [1.0, None]}, "row 2, column 'x' is empty"),
    ({"id": ["a", "b"], "x": ["1", "one"]}, "row 2, column 'x' is 'one'"),
    ({"id": ["a", None], "x": [1.0, 2.0]}, "row 2, column 'id' is empty"),
    ({"id": ["a", "b"], "x": [[1.0], [2.0]]}, "column 'x' holds list.*; numbers are needed"),
    ({"id": [0.5, 1.5], "x": [1.0, 2.0]}, "column 'id' holds double; an id"),
]


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize(("columns", "message"), BAD_TABLES)
def test_tables_name_file_row_and_column_of_what_is_wrong(tmp_path, ending, columns, message):
    path = write_table(tmp_path / f"train.{ending}", pa.table(columns))
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': {message}"):
        read(path, tmp_path)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize("kept", [0, 3, 0.5, 0.9, 0.999])
def test_tables_that_are_cut_off_are_refused(tmp_path, ending, kept):
    path = write_columns(tmp_path / f"train.{ending}", make_ids(23), VALUES, 5)
    content = path.read_bytes()
    path.write_bytes(content[: kept if isinstance(kept, int) else int(kept * len(content))])
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': .* needed"):
        read(path, tmp_path)


@pytest.mark.parametrize("ending", FORMATS)
def test_files_of_another_format_are_refused(tmp_path, ending):
    path = tmp_path / f"train.{ending}"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': .* needed"):
        read(path, tmp_path)
