import numpy as np
import pyarrow as pa
import pytest
from feature_columns import write_table

from python_worker.base.errors import WorkerError
from python_worker.feature_import.tables.decode_csv import check_encoding
from python_worker.feature_import.tables.open_table_file import open_table_file

BAD = pa.StringArray.from_buffers(3, pa.py_buffer(np.array([0, 1, 2, 4], np.int32)), pa.py_buffer(b"0" b"1" b"\xff2"))
LARGE = pa.LargeStringArray.from_buffers(3, pa.py_buffer(np.array([0, 1, 2, 4], np.int64)), pa.py_buffer(b"0" b"1" b"\xff2"))
KINDS = {
    "string": BAD,
    "large_string": LARGE,
    "dictionary": pa.DictionaryArray.from_arrays(pa.array([0, 1, 2]), BAD),
    "string_view": BAD.cast(pa.binary()).cast(pa.binary_view()).view(pa.string_view()),
}


def read(path, tmp_path, encoding=None):
    return list(open_table_file(path, tmp_path / "scratch", encoding).blocks(0, 0, 100))


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
@pytest.mark.parametrize("kind", KINDS)
def test_text_that_is_no_utf8_is_refused_by_file_row_and_column(tmp_path, ending, kind):
    path = write_table(tmp_path / f"train.{ending}", pa.table({"id": KINDS[kind], "x": [0.5, 1.5, 2.5]}))
    # Parquet's reader looks through a dictionary whole, and names no row.
    row = "one of rows 1 to 3" if (kind, ending) == ("dictionary", "parquet") else "row 3"
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': {row}, column 'id' is not UTF-8; text in UTF-8"):
        read(path, tmp_path)
    path = write_table(tmp_path / f"eval.{ending}", pa.table({"id": ["a", "b", "c"], "x": KINDS[kind]}))
    with pytest.raises(WorkerError, match=f"{path}': {row}, column 'x' is not UTF-8"):
        read(path, tmp_path)


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_name_of_a_column_that_is_no_utf8_is_refused(tmp_path, ending):
    path = write_table(tmp_path / f"train.{ending}", pa.table({"id": ["a", "b"], "caXfe": [0.5, 1.5]}))
    path.write_bytes(path.read_bytes().replace(b"caXfe", b"ca\xfffe"))
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': .*UTF"):
        read(path, tmp_path)


CSV = "id,tête,y\nété,0.5,1\n日本,0.25,2\n"
FRENCH = "id,tête,y\nété,0.5,1\nà,0.25,2\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", FRENCH), ("cp1252", FRENCH), ("utf-16", CSV), ("utf-16-le", CSV), ("utf-16-be", CSV),
        ("utf-32", CSV), ("utf-8", CSV), ("utf-8-sig", CSV), ("utf8", CSV), ("shift_jis", CSV.replace("é", "e").replace("ê", "e")),
    ],
)  # fmt: skip
def test_csv_is_read_in_the_encoding_it_has(tmp_path, encoding, text):
    path = tmp_path / "train.csv"
    path.write_bytes(text.encode(encoding))
    file = open_table_file(path, tmp_path / "scratch", encoding)
    (block,) = file.blocks(0, 0, 100)
    lines = text.splitlines()
    assert file.columns == lines[0].split(",")
    assert block.ids == [line.split(",")[0] for line in lines[1:]]
    assert block.values_nc.tolist() == [[0.5, 1.0], [0.25, 2.0]]


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (FRENCH.encode("latin-1"), None, r"the header's column 2 is not UTF-8; CSV in UTF-8 is needed, or --encoding"),
        (b"id,x\na,1\n\xe9t\xe9,2\n", None, r"row 2, column 'id' is not UTF-8; CSV in UTF-8 is needed, or --encoding"),
        (b'id,x,y\na,1,2\n"b,c",1,\xa0\n', None, r"row 2, column 'y' is not UTF-8"),
        (CSV.encode("utf-16"), None, r"its first bytes are the mark of UTF-16, not of UTF-8; give --encoding utf-16"),
        (CSV.encode("utf-32"), None, r"its first bytes are the mark of UTF-32, not of UTF-8"),
        (CSV.encode("utf-16-le"), None, r"its first line holds zero bytes, as UTF-16 without a mark does"),
        (CSV.encode("utf-8-sig"), "latin-1", r"its first bytes are the mark of UTF-8, not of latin-1; leave --encoding out"),
        (FRENCH.encode("latin-1"), "utf-8", r"the header, column 2 is not utf-8; the encoding the file was written in"),
        (FRENCH.encode("latin-1"), "utf-16", r"it is not utf-16 \(UTF-16 stream does not start with BOM\); the encoding the file"),
        (b"id,x\na,1\nb\x81,2\n", "cp1252", r"row 2, column 1 is not cp1252; the encoding the file was written in"),
        (b"id,x\na,1\nb,2\n".decode().encode("utf-16") + b"\x00", "utf-16", r"row 3, column 1 is not utf-16|row 2|odd"),
    ],
)
def test_csv_in_another_encoding_is_refused(tmp_path, content, encoding, message):
    path = tmp_path / "train.csv"
    path.write_bytes(content)
    with pytest.raises(WorkerError, match=f"Cannot import features '{path}': ({message})"):
        read(path, tmp_path, encoding)


@pytest.mark.parametrize("name", ["klingon", "rot13", "base64", "", "\0"])
def test_what_is_no_encoding_of_text_is_wrong_usage(name):
    with pytest.raises(WorkerError, match="Cannot use --encoding .*: there is no encoding of text of this name; give") as caught:
        check_encoding(name)
    assert caught.value.code == "INVALID_ARGUMENT"
