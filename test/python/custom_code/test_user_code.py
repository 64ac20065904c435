"""Files of the user's: loaded from their path alone, their failures told by file and line."""

import sys

import pytest

import python_worker
from python_worker.base.errors import Cancelled
from python_worker.custom_code.load_file import load_file
from python_worker.custom_code.user_file import load_user_function, user_code


@pytest.fixture
def write(tmp_path):
    def write_file(text: str, name: str = "theirs.py") -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write_file


def failure_of(path: str, function: str = "run"):
    with pytest.raises(python_worker.WorkerError) as caught:
        load_user_function(path, function, "run 'a'")
    assert caught.value.code == "USER_CODE"
    return caught.value


def test_a_file_is_loaded_once_from_its_path_and_leaves_nothing_beside_it(write, tmp_path):
    path = write("print('loading')\nvalues = []\n")
    assert load_file(path) is load_file(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["theirs.py"]
    assert "theirs" not in sys.modules and str(tmp_path) not in sys.path


def test_a_file_that_failed_is_read_again(write):
    path = write("1 / 0\n")
    assert "ZeroDivisionError: division by zero (theirs.py line 1)" in failure_of(path).message
    write("def run():\n    return 7\n")
    assert load_user_function(path, "run", "run 'a'")() == 7


def test_the_innermost_line_of_the_users_file_is_named_where_another_raises(write):
    path = write("import json\n\ndef run():\n    helper()\n\ndef helper():\n    json.loads('{')\n")
    run = load_user_function(path, "run", "run 'a'")
    with pytest.raises(python_worker.WorkerError) as caught, user_code(path, "run 'a'"):
        run()
    assert "JSONDecodeError" in caught.value.message and "(theirs.py line 7)" in caught.value.message
    assert caught.value.details == {"file": path, "line": "7"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (\n", "SyntaxError: '(' was never closed (theirs.py line 1), a fix in that file is needed"),
        ("raise SystemExit\n", "Cannot run 'a': SystemExit (theirs.py line 1)"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt (theirs.py line 1)"),
        ("run = 3\n", "the file has no run() (theirs.py), one is needed"),
        ("\0", "SyntaxError: source code string cannot contain null bytes"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_what_is_wrong_with_it(write, text, message):
    assert message in failure_of(write(text)).message


def test_a_missing_file_and_one_that_is_not_text_are_told(write, tmp_path):
    assert "FileNotFoundError" in failure_of(str(tmp_path / "none.py")).message
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe")
    assert "Cannot run 'a': SyntaxError" in failure_of(str(tmp_path / "bytes.py")).message


@pytest.mark.parametrize(("error", "code"), [(Cancelled(), "CANCELLED"), (MemoryError(), "OOM_CPU")])
def test_a_cancel_and_exhausted_memory_keep_their_codes(error, code):
    with pytest.raises(python_worker.WorkerError) as caught, user_code("/a.py", "run 'a'"):
        raise error
    assert caught.value.code == code


@pytest.mark.parametrize("code", ["UNAVAILABLE", "PREEMPTED", "WORKER_LOST", "INTERNAL", "USER_CODE", "KEY_CONFLICT"])
def test_a_code_only_the_worker_may_give_becomes_user_code_with_file_and_line(write, code):
    path = write(
        "from python_worker import WorkerError\n\ndef run():\n"
        f"    raise WorkerError('{code}', 'Cannot score: no model server', retryable=True)\n"
    )
    run = load_user_function(path, "run", "run 'a'")
    with pytest.raises(python_worker.WorkerError) as caught, user_code(path, "run 'a'"):
        run()
    assert (caught.value.code, caught.value.retryable) == ("USER_CODE", False)
    assert caught.value.details == {"file": path, "line": "4"}
    found = "WorkerError: Cannot score: no model server (theirs.py line 4)"
    assert caught.value.message == f"Cannot run 'a': {found}, a fix in that file is needed"


@pytest.mark.parametrize(
    ("code", "is_retryable"),
    [("INVALID_DATA", False), ("INVALID_ARGUMENT", False), ("DEADLINE", False), ("OOM_CPU", True), ("OOM_GPU", True)],
)
def test_a_code_a_file_may_give_stays_and_only_exhausted_memory_is_tried_again(code, is_retryable):
    with pytest.raises(python_worker.WorkerError) as caught, user_code("/a.py", "run 'a'"):
        raise python_worker.WorkerError(code, "Cannot score: why", {"row": "7"}, retryable=True)
    assert (caught.value.code, caught.value.retryable) == (code, is_retryable)
    assert (caught.value.message, caught.value.details) == ("Cannot score: why", {"row": "7"})


def test_what_the_package_exports_is_there_and_nothing_else():
    assert python_worker.Reply({}).tensors == {}
    assert {"Cancelled", "Context", "Reply", "WorkerError", "invalid_argument", "invalid_data"} <= set(dir(python_worker))
    with pytest.raises(AttributeError, match="no attribute 'Relpy'"):
        python_worker.Relpy
