"""A user's file as a module, for whoever calls into it: the worker, and calls by hand."""

import dataclasses
import sys

import pytest

from python_worker.custom_code.load_file import is_loaded, load_file
from python_worker.custom_code.run_file import run_file
from python_worker.python_calls.own_function import own_function

CLASS = "from dataclasses import dataclass\n\n@dataclass\nclass Two:\n    number: int = {}\n"


@pytest.fixture(autouse=True)
def same_path(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def write(tmp_path):
    def write_file(text: str, name: str = "theirs.py") -> str:
        (tmp_path / name).write_text(text, "utf-8")
        return str(tmp_path / name)

    return write_file


def test_a_file_is_run_once_whoever_loads_it_and_keeps_its_state(write):
    path = write("state = []\n\ndef add():\n    state.append(1)\n    return len(state)\n")
    assert own_function(path, "add")() == 1
    assert load_file(path).add() == 2
    assert is_loaded(path) and not is_loaded(f"{path}.other")


def test_a_file_that_failed_is_run_again_and_one_that_is_loaded_outlives_its_removal(write, tmp_path):
    path = write("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        own_function(path, "add")
    assert not is_loaded(path)
    write("def add():\n    return 7\n")
    assert own_function(path, "add")() == 7
    (tmp_path / "theirs.py").unlink()
    assert own_function(path, "add")() == 7


def test_only_calls_by_hand_find_the_neighbours_of_a_file(write, tmp_path):
    write("number = 3\n", "balpm_neighbour.py")
    path = write("import balpm_neighbour\n\ndef number():\n    return balpm_neighbour.number\n")
    with pytest.raises(ModuleNotFoundError, match="balpm_neighbour"):
        load_file(path)
    assert str(tmp_path) not in sys.path
    assert own_function(path, "number")() == 3
    assert sys.path[0] == str(tmp_path)
    del sys.modules["balpm_neighbour"]


def test_nothing_is_left_beside_a_file(write, tmp_path):
    own_function(write("def one():\n    return 1\n"), "one")
    assert [entry.name for entry in tmp_path.iterdir()] == ["theirs.py"]


def test_files_of_equal_content_are_modules_of_their_own(write):
    first, second = load_file(write(CLASS.format(1), "a.py")), load_file(write(CLASS.format(1), "b.py"))
    assert first.__name__ != second.__name__
    assert (sys.modules[first.__name__], sys.modules[second.__name__]) == (first, second)
    assert dataclasses.asdict(first.Two()) == {"number": 1}


def test_run_file_makes_a_new_module_at_every_call(write, tmp_path):
    source = CLASS.format(2).encode()
    first, second = (run_file(tmp_path / "theirs.py", source) for _ in range(2))
    assert first is not second and first.Two is not second.Two
