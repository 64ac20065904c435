"""What a worker takes from a connection file, and from its arguments instead."""

import pytest
from connection_files import PATIENCE, write

from python_worker.server.boot import Boot, read_options
from python_worker.server.boot import read_boot as boot_of
from python_worker.server.links.connection_file import read_connection_file


def read_boot(argv: list[str]) -> Boot:
    return boot_of(read_options(argv))


def test_a_worker_computes_with_what_the_file_says_unless_told_otherwise(tmp_path):
    path = write(tmp_path)
    boot = read_boot(["--connect", path])
    assert (boot.device, boot.threads, boot.token, boot.watches_stdin) == ("cpu", 3, "ab" * 16, False)
    boot = read_boot(["--connect", path, "--device", "cuda:1", "--threads", "2", "--watch-stdin"])
    assert (boot.device, boot.threads, boot.watches_stdin) == ("cuda:1", 2, True)


def test_every_start_is_a_session_of_its_own(tmp_path):
    path = write(tmp_path)
    assert read_boot(["--connect", path]).session != read_boot(["--connect", path]).session


@pytest.mark.parametrize(
    "change",
    [
        {"endpoints": []},
        {"endpoints": ["tcp://host"]},
        {"endpoints": ["inproc://x:1"]},
        {"secretKey": "short"},
        {"token": "AB" * 16},
        {"threads": 0},
        {"threads": 1.5},
        {"device": ""},
        {"patience": PATIENCE | {"joinMs": 0}},
        {"patience": {}},
        {"schemaSha": None},
    ],
)
def test_a_field_that_is_wrong_is_named(tmp_path, change):
    with pytest.raises(ValueError, match=f"`\\$.{next(iter(change))}|missing required field"):
        read_connection_file(write(tmp_path, **change))


def test_arguments_that_are_unknown_are_refused():
    with pytest.raises(ValueError, match="Cannot start: the arguments are"):
        read_options(["--conect", "x"])
