import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from python_worker.base.errors import WorkerError
from python_worker.base.publish_directory import publish_directory

REPOSITORY = Path(__file__).parents[3]
# Fills a store of 8 MB in the folder argv[1]; argv[2] limits the size of files when it is not 0.
FILL = """
import os, resource, sys, numpy as np, torch
from python_worker.base.errors import WorkerError
from python_worker.base.publish_directory import publish_directory
from python_worker.store.store_writer import FeatureFile
if int(sys.argv[2]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    with publish_directory(f"{sys.argv[1]}/store") as folder:
        file = FeatureFile(folder, "float32", {"prompts": 1, "responses": 2000}, 1000, {})
        file.write_rows("responses", np.arange(2000), torch.ones(2000, 1000))
except WorkerError as error:
    print(error.code, error.message, os.listdir(sys.argv[1]))
"""


def fill(*arguments, prefix=()):
    command = [*prefix, sys.executable, "-c", FILL, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True).stdout.strip()


def test_publish_directory_shows_the_directory_only_when_it_is_full(tmp_path):
    with publish_directory(str(tmp_path / "new" / "store")) as folder:
        (folder / "file").write_text("x")
        assert not (tmp_path / "new" / "store").exists()
    assert os.listdir(tmp_path / "new") == ["store"]


def test_publish_directory_leaves_nothing_after_a_failure(tmp_path):
    with pytest.raises(RuntimeError), publish_directory(str(tmp_path / "store")) as folder:
        (folder / "file").write_text("x")
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_publish_directory_refuses_a_path_that_appeared_meanwhile(tmp_path):
    with pytest.raises(WorkerError, match="it already exists"), publish_directory(str(tmp_path / "store")):
        (tmp_path / "store").mkdir()
    assert os.listdir(tmp_path) == ["store"]


def test_publish_directory_refuses_a_place_that_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkerError, match="Cannot write '.*/file/store': '.*/file' takes no new files; a writable place"):
        with publish_directory(str(tmp_path / "file" / "store")):
            pass


def test_publish_directory_tells_of_a_file_that_may_not_grow_so_large(tmp_path):
    assert fill(tmp_path, 1 << 20) == (
        f"UNWRITABLE Cannot write '{tmp_path}/store': File too large; make room there or choose another place, then run the same command again []"
    )


def test_publish_directory_tells_of_a_full_disk_before_a_row_is_written(tmp_path):
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    small = [*mount, f"mount -t tmpfs -o size=1m tmpfs '{tmp_path}' && exec \"$@\"", "sh"]
    try:
        subprocess.run([*small, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system mounts no tmpfs for its users")
    assert fill(tmp_path, 0, prefix=small) == (
        f"UNWRITABLE Cannot write '{tmp_path}/store': No space left on device; make room there or choose another place, then run the same command again []"
    )


def test_publish_directory_removes_what_dead_processes_of_this_host_left(tmp_path):
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    host = socket.gethostname()
    kept = {f".{host}.{os.getpid()}.00000000.partial", f".elsewhere.{dead.pid}.00000000.partial", ".11111111.partial"}
    for name in {*kept, f".{host}.{dead.pid}.00000000.partial"}:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    with publish_directory(str(tmp_path / "store")):
        pass
    assert set(os.listdir(tmp_path)) == {*kept, "store"}
