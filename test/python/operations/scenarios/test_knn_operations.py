"""knn.build, knn.distances and knn.shifted-counts over a real store."""

import hashlib

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations import knn_build, knn_distances, knn_shifted_counts
from python_worker.protocol.messages import KnnBuildParams, KnnDistancesParams, KnnShiftedCountsParams

PROMPTS = np.random.default_rng(5).standard_normal((80, 12)).astype(np.float32)
ROWS = np.random.default_rng(6).permutation(80).astype(np.int32)[:60]


@pytest.fixture(params=[torch.float32, torch.float16, torch.bfloat16], ids=str)
def store(make_store, tmp_path, request):
    return make_store(tmp_path / "store", PROMPTS, np.ones((2, 2)), request.param)


def build(store, out, neighbours=9, rows=ROWS):
    params = KnnBuildParams(store=store, neighbours=neighbours, out=str(out))
    return knn_build.run(params, {"rows": rows}, Context.offline()).data


def test_knn_build_writes_the_graph_over_the_given_rows(store, tmp_path):
    data = build(store, tmp_path / "graph.safetensors")
    graph = load_file(tmp_path / "graph.safetensors")
    assert {name: (array.dtype.name, array.shape) for name, array in graph.items()} == {
        "ids": ("int32", (60, 9)), "distances": ("float64", (60, 9)), "radius": ("float64", (60,)),
    }  # fmt: skip
    assert (data.rows, data.neighbours) == (60, 9)
    assert 0 < data.certified_rows <= 60
    assert data.sha256 == hashlib.sha256((tmp_path / "graph.safetensors").read_bytes()).hexdigest()
    assert graph["ids"][:, 0].tolist() == list(range(60))


def test_knn_build_writes_the_same_bytes_twice(store, tmp_path):
    assert build(store, tmp_path / "a").sha256 == build(store, tmp_path / "b").sha256


def test_knn_build_lists_all_rows_when_more_are_asked_for(store, tmp_path):
    assert build(store, tmp_path / "graph", neighbours=500).neighbours == 60
    assert np.isposinf(load_file(tmp_path / "graph")["radius"]).all()


def test_knn_distances_equal_the_graph_to_the_last_bit(store, tmp_path):
    build(store, tmp_path / "graph")
    graph, queries = load_file(tmp_path / "graph"), np.int32([7, 0, 59])
    reply = knn_distances.run(KnnDistancesParams(store=store), {"rows": ROWS, "queries": queries}, Context.offline())
    distances = reply.tensors["distances"]
    assert distances.shape == (3, 60) and distances.dtype == np.float64
    for position, query in enumerate(queries):
        assert np.array_equal(distances[position, graph["ids"][query]], graph["distances"][query])


def test_knn_build_counts_the_rows_the_first_shortlist_proved(make_store, tmp_path):
    reference = make_store(tmp_path / "alike", np.ones((60, 6)), np.ones((2, 2)))
    data = build(reference, tmp_path / "graph", neighbours=5, rows=np.arange(60, dtype=np.int32))
    assert (data.rows, data.certified_rows) == (60, 0)


@pytest.mark.parametrize("rows", [np.int32(3), np.int32([[1]]), np.int64([1])], ids=["no axis", "two axes", "int64"])
def test_knn_build_refuses_rows_that_are_no_list_of_int32(store, tmp_path, rows):
    with pytest.raises(WorkerError, match="Cannot use tensor 'rows': it is .*, int32 N is needed"):
        build(store, tmp_path / "graph", rows=np.asarray(rows))


def test_knn_build_refuses_no_rows(store, tmp_path):
    with pytest.raises(WorkerError, match="there are no rows"):
        build(store, tmp_path / "graph", rows=np.empty(0, np.int32))


def test_knn_build_leaves_nothing_where_it_cannot_write(store, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkerError, match="Cannot write .*; a writable place is needed"):
        build(store, tmp_path / "file" / "graph")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "store"]


def test_knn_shifted_counts_takes_one_number_a_row(store):
    tensors = {
        "rows": ROWS, "remaining": np.ones(60, np.int32), "acquired": np.ones(60, np.int32), "radius": np.full(60, 99.0),
    }  # fmt: skip
    params = KnnShiftedCountsParams(store=store)
    reply = knn_shifted_counts.run(params, tensors, Context.offline())
    assert reply.tensors["counts"].dtype == np.int32
    assert reply.tensors["counts"].tolist() == [60] * 60


@pytest.mark.parametrize(
    "change",
    [
        {"remaining": np.ones(59, np.int32)},
        {"acquired": np.full(60, -1, np.int32)},
        {"radius": np.full(60, np.nan)},
        {"radius": np.ones(60, np.float32)},
    ],
)
def test_knn_shifted_counts_refuses_numbers_that_do_not_fit(store, change):
    tensors = {
        "rows": ROWS, "remaining": np.ones(60, np.int32), "acquired": np.ones(60, np.int32), "radius": np.full(60, 9.0),
    }  # fmt: skip
    with pytest.raises(WorkerError, match=f"Cannot use tensor '{next(iter(change))}'"):
        knn_shifted_counts.run(KnnShiftedCountsParams(store=store), tensors | change, Context.offline())


def without_store(prompts=PROMPTS, rows=ROWS, **more):
    prompts = prompts.copy()
    prompts.flags.writeable = False  # as it comes in a message
    return {"prompts": prompts, "rows": rows} | more


@pytest.mark.parametrize("rows", [ROWS, np.arange(80, dtype=np.int32)], ids=["some rows", "all rows"])
def test_knn_operations_give_the_same_for_a_matrix_in_the_request_as_for_a_store(make_store, tmp_path, rows):
    store, context = make_store(tmp_path / "store", PROMPTS, np.ones((2, 2))), Context.offline()
    ones, radius = np.ones(len(rows), np.int32), np.linspace(0, 9, len(rows))
    more = {"queries": np.int32([7, 0]), "remaining": ones, "acquired": ones, "radius": radius}
    answers = []
    for name, reference, tensors in (("a", store, {"rows": rows}), ("b", None, without_store(rows=rows))):
        built = knn_build.run(KnnBuildParams(store=reference, neighbours=9, out=str(tmp_path / name)), tensors, context)
        distances = knn_distances.run(KnnDistancesParams(store=reference), tensors | more, context)
        counts = knn_shifted_counts.run(KnnShiftedCountsParams(store=reference), tensors | more, context)
        answers.append([built.data.sha256, distances.tensors["distances"].tolist(), counts.tensors["counts"].tolist()])
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (np.ones((80, 3)), "it is float64 80 × 3, float32 P × D is needed"),
        (np.ones(80, np.float32), "it is float32 80, float32 P × D is needed"),
        (np.ones((80, 0), np.float32), "it is float32 80 × 0, float32 P × D is needed"),
        (np.where(np.arange(80) == 71, np.inf, 1).astype(np.float32)[:, np.newaxis], "row 71 is not finite"),
    ],
)
def test_knn_build_refuses_a_matrix_it_cannot_use(tmp_path, prompts, message):
    params = KnnBuildParams(store=None, neighbours=9, out=str(tmp_path / "graph"))
    with pytest.raises(WorkerError, match=f"Cannot use tensor 'prompts': {message}"):
        knn_build.run(params, without_store(prompts), Context.offline())


def test_knn_build_refuses_a_request_with_neither_store_nor_matrix(tmp_path):
    params = KnnBuildParams(store=None, neighbours=9, out=str(tmp_path / "graph"))
    with pytest.raises(WorkerError, match="Cannot use tensor 'prompts': it is missing"):
        knn_build.run(params, {"rows": ROWS}, Context.offline())
