"""Prints tables of features that are not what they seem, as JSON lines: files, parameters and what an import must give.

    python bench/attacks/feature_tables.py

`files` are base64 by path; `width` (features of a prompt, of an answer) and `left` tell what a right import gives,
`refused` is a regular expression of the message of one that must not go on.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

ROWS, D = 12, 3
IDS = [f"t{row}" for row in range(ROWS)]
ENDINGS = ("csv", "parquet", "arrow")
Files = dict[str, bytes]


def frame(table: str, seed: int = 0) -> pd.DataFrame:
    """Ids and normal features that float32 holds."""
    names = [f"p{place}" for place in range(D)] if table == "prompts" else [f"c{place}" for place in range(2 * D)]
    values = np.random.default_rng((seed, len(names))).standard_normal((ROWS, len(names))).astype(np.float32)
    return pd.DataFrame({"id": IDS} | {name: values[:, place].astype(float) for place, name in enumerate(names)})


def written(table: pd.DataFrame | pa.Table, ending: str, index: bool | None = None) -> bytes:
    """The bytes of a file as pandas or arrow write it."""
    if isinstance(table, pd.DataFrame):
        if ending == "csv":
            return table.to_csv(index=index is not False).encode()
        table = pa.Table.from_pandas(table, preserve_index=index)
    out = io.BytesIO()
    if ending == "parquet":
        pyarrow.parquet.write_table(table, out)
    else:
        with pa.ipc.new_stream(out, table.schema) as writer:
            writer.write_table(table)
    return out.getvalue()


def plain(ending: str = "csv") -> Files:
    """Both tables with nothing odd about them."""
    return {f"{table}/train.{ending}": written(frame(table), ending, False) for table in ("prompts", "pairs")}


def case(name: str, files: Files, **more: Any) -> dict[str, Any]:
    """One import; without `refused` it must give D features a prompt and an answer, and the values that were written."""
    return {"name": name, "files": {path: base64.b64encode(data).decode() for path, data in files.items()}} | more


INDEXES: dict[str, Any] = {
    "shuffled": np.random.default_rng(1).permutation(40)[:ROWS],
    "filtered": np.arange(0, 7 * ROWS, 7),
    "from 0": np.arange(ROWS),
    "of floats": np.arange(ROWS) * 1.0,
    "in pieces": np.arange(ROWS) % 4,
    "negative": -np.arange(ROWS),
}


def indexes() -> Iterator[dict[str, Any]]:
    for ending in ENDINGS:
        for table in ("prompts", "pairs"):
            for name, index in INDEXES.items():
                odd = frame(table).set_index(pd.Index(index))
                column = "" if ending == "csv" else "__index_level_0__"
                files = plain(ending) | {f"{table}/train.{ending}": written(odd, ending, True)}
                yield case(f"{ending}: an index {name} in {table}", files, left=[column])
            levels = frame(table).set_index([pd.Index(INDEXES["shuffled"]), pd.Index(INDEXES["from 0"])])
            left = [""] if ending == "csv" else ["__index_level_0__", "__index_level_1__"]
            yield case(f"{ending}: two levels in {table}", plain(ending) | {f"{table}/train.{ending}": written(levels, ending)}, left=left)
            twice = pd.read_csv(io.StringIO(frame(table).to_csv()))
            again = plain(ending) | {f"{table}/train.{ending}": written(twice, ending, False)}
            yield case(f"{ending}: row numbers read back in {table}", again, left=["Unnamed: 0"])


DOUBTFUL: dict[str, Any] = {
    "index": INDEXES["in pieces"],
    "row": INDEXES["from 0"],
    "user_id": [3, 3, 3, 3, 5, 5, 5, 5, 7, 7, 7, 7],
    "postId": [2**61 + row for row in range(ROWS)],
    "x9": INDEXES["shuffled"],
    "t": INDEXES["of floats"],
    "n": INDEXES["in pieces"],
}


def doubtful() -> Iterator[dict[str, Any]]:
    for ending in ENDINGS:
        for table in ("prompts", "pairs"):
            for name, values in DOUBTFUL.items():
                odd = frame(table)
                odd.insert(1 + len(name) % 3, name, values)
                files = plain(ending) | {f"{table}/train.{ending}": written(odd, ending, False)}
                asked = f"column '{name}' .*; say which it is: --leave-out '{table}:{name}' or --keep '{table}:{name}'$"
                yield case(f"{ending}: a column '{name}' in {table}", files, refused=asked)
                if table == "prompts":
                    told = {"id": None, "leaveOut": [f"prompts:{name}"], "keep": []}
                    yield case(f"{ending}: a column '{name}' left out", files, columns=told, left=[name])


def real_features() -> Iterator[dict[str, Any]]:
    odd = {"dead": [0.0] * ROWS, "bits": [0.0, 1.0] * (ROWS // 2), "massive": [1024.0, 1032.0] * (ROWS // 2)}
    for ending in ENDINGS:
        files = plain(ending) | {f"prompts/train.{ending}": written(frame("prompts").assign(**odd), ending, False)}
        yield case(f"{ending}: features that are whole by chance", files, width=[D + 3, D])


def bad_text() -> Iterator[dict[str, Any]]:
    offsets = np.arange(ROWS + 1)
    offsets[-1] += 1
    data = pa.py_buffer(b"abcdefghijkl"[: ROWS - 1] + b"\xff\xfe")
    text = pa.StringArray.from_buffers(ROWS, pa.py_buffer(offsets.astype(np.int32)), data)
    kinds = {
        "string": text,
        "large_string": pa.LargeStringArray.from_buffers(ROWS, pa.py_buffer(offsets.astype(np.int64)), data),
        "dictionary": pa.DictionaryArray.from_arrays(pa.array(range(ROWS)), text),
        "string_view": text.cast(pa.binary()).cast(pa.binary_view()).view(pa.string_view()),
    }
    for ending in ("parquet", "arrow"):
        for table in ("prompts", "pairs"):
            for kind, ids in kinds.items():
                good = pa.Table.from_pandas(frame(table), preserve_index=False)
                files = plain(ending) | {f"{table}/train.{ending}": written(good.set_column(0, "id", ids), ending)}
                yield case(f"{ending}: {kind} ids of {table} that are no UTF-8", files, refused=r"row.* 12, column 'id' is not UTF-8; ")
                cells = written(good.set_column(2, "p1", ids), ending)
                wrong = r"row.* (1|12), column 'p1' is (not UTF-8|'a')"
                yield case(f"{ending}: {kind} cells of {table}", plain(ending) | {f"{table}/train.{ending}": cells}, refused=wrong)


def encodings() -> Iterator[dict[str, Any]]:
    ids = [f"é{row}" for row in range(ROWS)]
    tables = {table: frame(table).assign(id=ids).to_csv(index=False) for table in ("prompts", "pairs")}
    for name in ("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac_roman", "cp437"):
        files = {f"{table}/train.csv": text.encode(name) for table, text in tables.items()}
        yield case(f"csv in {name}", files, encoding=name, ids=ids)
        yield case(f"csv in {name}, not said", files, refused="UTF-")
    latin = {f"{table}/train.csv": text.encode("latin-1") for table, text in tables.items()}
    for name in ("utf-8", "ascii", "utf-16", "euc_jp"):
        yield case(f"latin-1 called {name}", latin, encoding=name, refused=f"is not {name}.*; the encoding the file")
    for name in ("klingon", "rot13", "hex", "balpm-mark"):
        yield case(f"an encoding called {name}", latin, encoding=name, refused=f"Cannot use --encoding '{name}': there is no encoding")
    yield case("an encoding of Parquet", plain("parquet"), encoding="latin-1", refused="no file is CSV; leave it out")
    marked = {path: b"\xef\xbb\xbf" + data for path, data in plain().items()}
    yield case("csv with a mark of UTF-8", marked)
    yield case("a mark of UTF-8 called latin-1", marked, encoding="latin-1", refused="the mark of UTF-8, not of latin-1; leave")


def ids() -> Iterator[dict[str, Any]]:
    kinds = {
        "date32": pa.array(range(ROWS), pa.date32()),
        "timestamp": pa.array(range(ROWS), pa.timestamp("ms")),
        "uuid": pa.array([bytes([row] * 16) for row in range(ROWS)], pa.uuid()),
        "bool": pa.array([row % 2 == 0 for row in range(ROWS)]),
        "double": pa.array([float(row) for row in range(ROWS)]),
        "binary": pa.array([bytes([65 + row]) for row in range(ROWS)]),
        "decimal": pa.array(range(ROWS)).cast(pa.decimal128(20, 0)),
        "list": pa.array([[row] for row in range(ROWS)]),
    }
    for ending in ("parquet", "arrow"):
        good = pa.Table.from_pandas(frame("prompts"), preserve_index=False)
        for kind, values in kinds.items():
            files = plain(ending) | {f"prompts/train.{ending}": written(good.set_column(0, "id", values), ending)}
            yield case(f"{ending}: ids of type {kind}", files, refused=r"column 'id' holds .*; an id \(text or a whole number\) is needed")
        whole = pa.array([2**64 - 1 - row for row in range(ROWS)], pa.uint64())
        both = {
            f"{table}/train.{ending}": written(pa.Table.from_pandas(frame(table), preserve_index=False).set_column(0, "id", whole), ending)
            for table in ("prompts", "pairs")
        }
        yield case(f"{ending}: ids of 64 bits", both, ids=[str(2**64 - 1 - row) for row in range(ROWS)])
    odd = ["007", "1.0", "1e3", "9007199254740993", "2024-01-01", "A0EE", "null", "TRUE", "-0", "0x1F", "1_000", "٣"]
    files = {f"{table}/train.csv": frame(table).assign(id=odd).to_csv(index=False).encode() for table in ("prompts", "pairs")}
    yield case("csv: ids that look like numbers and dates", files, ids=odd)


SHARDS = {
    "one missing": ["train-00000-of-00003.csv", "train-00002-of-00003.csv"],
    "the last missing": ["train-00000-of-00002.csv"],
    "two totals": ["train-00000-of-00002.csv", "train-00001-of-00003.csv"],
    "two whole sets": ["train-00000-of-00001.csv", "train-00000-of-00002.csv", "train-00001-of-00002.csv"],
    "beyond the total": ["train-00000-of-00001.csv", "train-00001-of-00001.csv"],
    "numbered from 1, one missing": ["train-00001-of-00003.csv", "train-00003-of-00003.csv"],
    "a shard beside the whole": ["train-00000-of-00001.csv", "train.csv"],
    "in two folders": ["data/train-00000-of-00002.csv", "train/data-00001-of-00002.csv"],
    "twice in two folders": ["data/train-00000-of-00001.csv", "train-00000-of-00001.csv"],
    "few digits": ["train-0-of-2.csv"],
    "packed": ["train.csv", "eval.csv.gz"],
    "half fetched": ["train.csv", "eval.csv.incomplete"],
    "named oddly": ["train-00000-of-00001.snappy.csv"],
    "eval beside validation": ["eval.csv", "validation.csv"],
}


def shards() -> Iterator[dict[str, Any]]:
    for name, files in SHARDS.items():
        for table in ("prompts", "pairs"):
            data = written(frame(table), "csv", False)
            rest = {path: content for path, content in plain().items() if not path.startswith(table)}
            found = rest | {f"{table}/{file}": data for file in files}
            yield case(f"shards of {table}: {name}", found, refused="Cannot import features of '.*': .*; .*(needed|there|away)$")
    both = plain("csv") | {"prompts/train.parquet": written(frame("prompts"), "parquet", False)}
    yield case("one split in two formats", both, refused="split 'train' has files 'train.csv', 'train.parquet'; leave one")


def orders() -> Iterator[dict[str, Any]]:
    for ending in ENDINGS:
        turned = frame("pairs", 1)[["id", "c0", "c2", "c1", "c3", "c4", "c5"]]
        files = plain(ending) | {f"pairs/eval.{ending}": written(turned, ending, False)}
        yield case(f"{ending}: features in another order", files, refused="the same columns in the same order are needed in every file")
        odd = frame("prompts").assign(odd=[None, np.nan, np.inf] + [1.0] * (ROWS - 3))
        files = plain(ending) | {f"prompts/train.{ending}": written(odd, ending, False)}
        told = {"id": None, "leaveOut": ["odd"], "keep": []}
        yield case(f"{ending}: no numbers in a column that is left out", files, columns=told, left=["odd"])
        wrong = {"id": None, "leaveOut": [], "keep": ["od"]}
        yield case(f"{ending}: a column nobody has", plain(ending), columns=wrong, refused="Cannot use --keep 'od': no file has such")


if __name__ == "__main__":
    for make in (indexes, doubtful, real_features, bad_text, encodings, ids, shards, orders):
        for found in make():
            print(json.dumps(found))
