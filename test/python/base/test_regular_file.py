"""Readers that take regular files only."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest

from python_worker.base.regular_file import open_regular, read_regular, require_regular


def test_reads_a_file_also_by_a_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"whole")
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link") == b"whole"
    assert require_regular(tmp_path / "link") == tmp_path / "link"
    with open_regular(tmp_path / "link", buffering=0) as file:
        assert file.read(3) == b"who"


@pytest.mark.parametrize("reader", [open_regular, read_regular, require_regular])
def test_refuses_what_may_never_end(tmp_path: Path, reader: object) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("fifo")
    for path, words in [
        (tmp_path / "fifo", "it is a FIFO"),
        (tmp_path / "link", "it is a FIFO"),
        (tmp_path, "it is a directory"),
        (Path("/dev/zero"), "it is a device"),
    ]:
        with pytest.raises(OSError, match=re.escape(words)) as raised:
            reader(path)  # type: ignore[operator]
        assert raised.value.strerror == words


def test_refuses_a_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(OSError, match="socket|No such device"):
            read_regular(tmp_path / "socket")
