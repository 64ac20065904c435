"""Real processes that are killed, that share the work, and that find no room: the bytes are always the same."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from extract_store import make_parts, merge
from extraction_process import ExtractionProcess
from feature_fixtures import usual_params

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.protocol.messages import FeatureOutput, Shard, UncertaintyOutput

ROOT = Path(__file__).parents[4]
OUTPUTS = [FeatureOutput(pooling="last-token", layer=None), FeatureOutput(pooling="mean", layer=1)]


@pytest.fixture
def params(dataset, llama, tmp_path):
    wanted = UncertaintyOutput(positions="all")
    return usual_params(dataset, llama, tmp_path / "work", part_tokens=1, token_budget=64, outputs=OUTPUTS, uncertainty=wanted)


@pytest.fixture
def expected(params, tmp_path):
    """Bytes of the stores and columns of a run that nothing disturbs."""
    undisturbed = msgspec.structs.replace(params, work=str(tmp_path / "undisturbed"))
    make_parts(undisturbed)
    return merged_bytes([undisturbed.work], params.dataset, tmp_path / "expected")


def merged_bytes(folders, dataset, out):
    """Every file that a merge makes, by its path."""
    merge(dataset, [str(folder) for folder in folders], out / "stores", out / "columns.jsonl")
    files = {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    assert len(files) == 5
    return files


def test_a_process_killed_at_any_instant_leaves_parts_that_the_next_one_goes_on_from(params, expected, tmp_path):
    """Killed after a number of progress reports that is drawn, so at planning, between batches and while parts are written."""
    draw = random.Random(11)
    found = []
    for number in range(10):
        changed = msgspec.structs.replace(params, work=str(tmp_path / f"work-{number}"))
        ExtractionProcess(changed).kill_after(draw.randint(1, 30))
        kept = make_parts(changed).kept_parts
        found.append(kept)
        shard = Path(changed.work) / "00001-of-00001"
        assert not [name for name in (*os.listdir(shard), *os.listdir(changed.work)) if name.endswith(".tmp")]
        assert merged_bytes([changed.work], params.dataset, tmp_path / f"out-{number}") == expected
    assert 0 < sum(kept > 0 for kept in found), f"a kill after some parts were made, kept {found}"
    assert any(kept < 5 for kept in found)


def test_a_process_killed_again_and_again_in_one_folder_comes_to_its_end(params, expected, tmp_path):
    for reports in (3, 6, 12, 18):
        ExtractionProcess(params).kill_after(reports)
    make_parts(params)
    assert merged_bytes([params.work], params.dataset, tmp_path / "out") == expected


def test_an_extraction_that_is_done_costs_no_model(params, tmp_path):
    first = make_parts(params)
    notes = []
    again = make_parts(params, Context.offline(on_progress=lambda report: notes.append(report.note)))
    assert (first.kept_parts, again.kept_parts, again.own_parts) == (0, 5, 5)
    assert "loading the model" not in notes


@pytest.mark.parametrize("count", [2, 3, 8])
def test_shards_give_the_bytes_of_the_single_run_but_for_the_plan(params, tmp_path, expected, count):
    """`shards` is a setting of the plan alone; it is not told in a store."""
    folders = [tmp_path / f"shard-{index}" for index in range(1, count + 1)]
    for index, folder in enumerate(folders, start=1):
        shard = Shard(index=index, count=count)
        make_parts(msgspec.structs.replace(params, work=str(folder), shard=shard))
    assert merged_bytes(folders, params.dataset, tmp_path / "out") == expected


def test_shards_may_have_a_folder_in_common(params, tmp_path, expected):
    for index in (3, 1, 2):
        make_parts(msgspec.structs.replace(params, shard=Shard(index=index, count=3)))
    assert sorted(os.listdir(params.work)) == ["00001-of-00003", "00002-of-00003", "00003-of-00003", "plan.json"]
    assert merged_bytes([params.work], params.dataset, tmp_path / "out") == expected


def test_two_processes_that_share_a_shard_give_the_bytes_of_one(params, tmp_path, expected):
    processes = [ExtractionProcess(msgspec.structs.replace(params, share=Shard(index=index, count=2))) for index in (1, 2)]
    assert [process.wait() for process in processes] == ["kept 0 of 3", "kept 0 of 2"]
    assert make_parts(params).kept_parts == 5
    assert (Path(params.work) / "00001-of-00001" / "shard.json").is_file()
    assert merged_bytes([params.work], params.dataset, tmp_path / "out") == expected


def test_two_processes_in_one_folder_with_the_same_parts_do_no_harm(params, tmp_path, expected):
    processes = [ExtractionProcess(params), ExtractionProcess(params)]
    assert [process.wait().split(" of ")[1] for process in processes] == ["5", "5"]
    assert merged_bytes([params.work], params.dataset, tmp_path / "out") == expected


def test_the_size_of_parts_and_batches_changes_no_feature_beyond_rounding(params, tmp_path, expected):
    import numpy as np
    from safetensors.numpy import load

    changed = msgspec.structs.replace(params, part_tokens=None, token_budget=500)
    make_parts(changed)
    found = merged_bytes([changed.work], params.dataset, tmp_path / "out")
    name = "stores/last-token/features.safetensors"
    one, other = load(found[name]), load(expected[name])
    assert np.abs(one["responses"] - other["responses"]).max() < 1e-5
    assert json.loads(found["stores/mean-layer-1/manifest.json"])["stats"]["way"] == "tree"


ON_SMALL_DISK = """
import os, shutil, sys, msgspec, torch
from python_worker.context.context import Context
from python_worker.base.errors import WorkerError
from python_worker.extraction.extract import extract_parts
from python_worker.protocol.messages import FeaturesExtractParams
torch.set_num_threads(1)
params = msgspec.json.decode(sys.argv[1], type=FeaturesExtractParams)
try:
    extract_parts(params, Context.offline())
except WorkerError as error:
    print(error.code, error.message)
shutil.copytree(params.work, sys.argv[2])
"""


def test_a_full_disk_is_told_and_the_parts_made_before_stay(params, tmp_path):
    disk, moved = tmp_path / "disk", tmp_path / "moved"
    disk.mkdir()
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    small = [*mount, f"mount -t tmpfs -o size=36k tmpfs '{disk}' && exec \"$@\"", "sh"]
    try:
        subprocess.run([*small, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system mounts no tmpfs for its users")
    on_disk = msgspec.json.encode(msgspec.structs.replace(params, work=str(disk / "work"))).decode()
    command = [*small, sys.executable, "-c", ON_SMALL_DISK, on_disk, str(moved)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert told.startswith("UNWRITABLE Cannot write '")
    assert told.endswith(": No space left on device; make room there or choose another place, then run the same command again\n")
    made = os.listdir(moved / "00001-of-00001")
    whole = [name for name in made if name.endswith(".json")]
    assert 0 < len(whole) < 5
    assert not [name for name in made if name.endswith(".tmp")]
    data = make_parts(msgspec.structs.replace(params, work=str(moved)))
    assert (data.kept_parts, data.own_parts) == (len(whole), 5)


def test_a_merge_that_finds_no_room_leaves_nothing(params, tmp_path):
    """The parts stay, and a merge to a place with more room works."""
    make_parts(params)
    limited = """
import resource, signal, sys
sys.path.insert(0, "test/python/helpers")
from extract_store import merge
from python_worker.base.errors import WorkerError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000,) * 2)
try:
    merge(sys.argv[1], [sys.argv[2]], sys.argv[3])
except WorkerError as error:
    print(error.code, error.message)
"""
    command = [sys.executable, "-c", limited, params.dataset, params.work, str(tmp_path / "store")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert printed == f"UNWRITABLE Cannot write '{tmp_path}/store': File too large; make room there or choose another place, then run the same command again\n"
    assert os.listdir(tmp_path) == ["work"]
    merge(params.dataset, [params.work], tmp_path / "store")


def test_extract_names_a_place_that_takes_no_folder(params, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkerError, match=r"Cannot (write|read) '.*file/work(/plan.json)?': Not a directory"):
        make_parts(msgspec.structs.replace(params, work=str(tmp_path / "file" / "work")))
