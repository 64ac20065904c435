import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from python_worker.base.errors import WorkerError
from python_worker.extraction.parts.part_file import PartDigest, part_path, read_digest, whole_part, write_part

PLAN, OTHER_PLAN = "a" * 64, "b" * 64
TENSORS = {"prompts": torch.arange(3), "features.mean": torch.ones(3, 4)}


def digest_of(part=7, plan=PLAN):
    return PartDigest(plan=plan, part=part, sha256="", bytes=0, texts=3, tokens=30, positions=40)


@pytest.fixture
def folder(tmp_path):
    write_part(tmp_path, digest_of(), TENSORS)
    return tmp_path


def test_write_part_publishes_tensors_and_their_digest(folder):
    digest = whole_part(folder, 7, PLAN)
    assert {file.name for file in folder.iterdir()} == {"part-00007.safetensors", "part-00007.json"}
    assert (digest.part, digest.texts, digest.tokens, digest.positions) == (7, 3, 30, 40)
    assert digest.bytes == part_path(folder, 7).stat().st_size
    assert torch.equal(load_file(part_path(folder, 7))["features.mean"], TENSORS["features.mean"])


def truncate(file):
    file.write_bytes(file.read_bytes()[:-1])


def flip_a_bit(file):
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def change(field, value):
    def write(file):
        digest = file.with_suffix(".json")
        digest.write_text(json.dumps(json.loads(digest.read_text()) | {field: value}))

    return write


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        flip_a_bit,
        Path.unlink,
        lambda file: file.write_bytes(b""),
        lambda file: file.with_suffix(".json").unlink(),
        lambda file: truncate(file.with_suffix(".json")) or truncate(file.with_suffix(".json")),
        lambda file: file.with_suffix(".json").write_bytes(b"\xff\xfe"),
        lambda file: file.with_suffix(".json").write_text("[]"),
        change("plan", OTHER_PLAN),
        change("part", 8),
        change("bytes", 1),
        change("sha256", "0" * 64),
        change("more", 1),
    ],
    ids=[
        "truncated", "a bit flipped", "gone", "empty", "no digest", "digest truncated", "digest no text", "digest another thing",
        "of another plan", "of another part", "of another size", "of another content", "digest with more",
    ],
)  # fmt: skip
def test_whole_part_knows_a_part_that_is_not_whole_or_of_this_plan(folder, damage):
    damage(part_path(folder, 7))
    assert whole_part(folder, 7, PLAN) is None


def test_read_digest_gives_none_for_a_part_that_is_not_there(folder):
    assert read_digest(folder, 8) is None
    assert read_digest(folder / "absent", 7) is None


LIMITED = """
import resource, signal, sys, torch
from pathlib import Path
from python_worker.base.errors import WorkerError
from python_worker.extraction.parts.part_file import PartDigest, write_part
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16,) * 2)
digest = PartDigest(plan="a" * 64, part=8, sha256="", bytes=0, texts=1, tokens=1, positions=1)
try:
    write_part(Path(sys.argv[1]), digest, {"features.mean": torch.ones(1 << 20)})
except WorkerError as error:
    print(error.code, error.message)
"""


def test_write_part_leaves_nothing_where_there_is_no_room_and_says_so(folder):
    command = [sys.executable, "-c", LIMITED, str(folder)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[4]).stdout
    assert printed == (
        f"UNWRITABLE Cannot write '{part_path(folder, 8)}': File too large; make room there or choose another place, then run the same command again\n"
    )
    assert {file.name for file in folder.iterdir()} == {"part-00007.safetensors", "part-00007.json"}


def test_write_part_names_a_place_that_takes_no_files(folder):
    with pytest.raises(WorkerError, match="Cannot write '.*part-00007.safetensors': File exists; a writable place"):
        write_part(part_path(folder, 7), digest_of(), TENSORS)
