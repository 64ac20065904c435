"""What processes that are gone were writing."""

import os
import socket
import subprocess
import sys
import time

from python_worker.base.left_over import remove_left_over, temporary_name
from python_worker.base.owner import own_mark, owner_state
from python_worker.base.safetensors_file import publish_file


def marks() -> dict[str, str]:
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    _, start, space = own_mark().split("-")
    return {"gone": f"{dead.pid:x}-{start}-{space}", "elsewhere": own_mark()[:-6] + ("111111" if space == "000000" else "000000")}


def leave(folder, name, days):
    path, then = folder / name, time.time() - days * 86_400
    if name.endswith(".partial"):
        path.mkdir()
        (path / "file").touch()
        os.utime(path / "file", (then, then))
    else:
        path.touch()
    os.utime(path, (then, then))


def test_a_mark_of_a_gone_process_is_gone():
    assert owner_state(own_mark()) == "alive"
    assert owner_state(marks()["gone"]) == "gone"
    assert owner_state(marks()["elsewhere"]) == "unknown"


def test_remove_left_over_takes_what_gone_processes_left_and_what_nobody_changed_for_a_day(tmp_path):
    mark, host = marks(), socket.gethostname()
    dead = int(mark["gone"].split("-")[0], 16)
    left = [
        (f"a.{host}.{mark['gone']}.0123abcd.tmp", 0),
        (f".{host}.{mark['gone']}.0123abcd.partial", 0),
        (f".plan.json.{host}.{dead}.0123abcd.tmp", 0),
        (f".elsewhere.{dead}.0123abcd.partial", 2),
        (f".{host}.{mark['elsewhere']}.0123abcd.partial", 2),
    ]
    kept = [
        (temporary_name("a", "tmp"), 2),
        (temporary_name("", "partial"), 2),
        (f".elsewhere.{dead}.4567abcd.partial", 0.5),
        (f"b.{host}.{mark['elsewhere']}.0123abcd.tmp", 0.5),
        (f"b.{host}.{os.getpid()}.0123abcd.tmp", 2),
        ("notes.tmp", 2),
        (".11111111.partial", 2),
    ]
    for name, days in (*left, *kept):
        leave(tmp_path, name, days)
    remove_left_over(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(name for name, _ in kept)
    remove_left_over(tmp_path / "missing")


def test_publish_file_removes_them_beside_what_it_writes(tmp_path):
    leave(tmp_path, f"columns.jsonl.{socket.gethostname()}.{marks()['gone']}.0123abcd.tmp", 0)
    publish_file(tmp_path / "columns.jsonl", b"{}\n")
    assert os.listdir(tmp_path) == ["columns.jsonl"]


def test_the_process_of_a_killed_writer_leaves_nothing_to_the_next(tmp_path):
    program = """
import os, signal, sys
from python_worker.base.publish_directory import publish_directory
with publish_directory(sys.argv[1]) as folder:
    (folder / 'half').write_text('x')
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "store")], cwd=os.getcwd())
    assert [name.endswith(".partial") for name in os.listdir(tmp_path)] == [True]
    remove_left_over(tmp_path)
    assert os.listdir(tmp_path) == []
