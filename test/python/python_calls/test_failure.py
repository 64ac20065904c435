"""What calls by hand and the worker say of one and the same error in a user's file."""

import json

import pytest

import python_worker
from python_worker.custom_code.load_file import load_file
from python_worker.custom_code.user_file import load_user_function, user_code
from python_worker.python_calls.failure import Refusal, encode_failure

FILE = "import json\n\n\ndef run(what):\n    if what == 'long':\n        raise ValueError('x' * 5000)\n    json.loads(what)\n"


@pytest.fixture
def path(tmp_path):
    (tmp_path / "theirs.py").write_text(FILE, "utf-8")
    return str(tmp_path / "theirs.py")


def both(path, what):
    """The message and details of an error, as a call by hand tells it and as the worker does."""
    with pytest.raises(ValueError) as raised:
        load_file(path).run(what)
    by_hand = json.loads(encode_failure(raised.value))["error"]
    run = load_user_function(path, "run", "run 'a'")
    with pytest.raises(python_worker.WorkerError) as coded, user_code(path, "run 'a'"):
        run(what)
    return by_hand, coded.value


def test_both_tell_kind_text_file_and_innermost_line_alike(path):
    by_hand, coded = both(path, "{")
    assert by_hand["message"].startswith("JSONDecodeError: Expecting property name")
    assert by_hand["message"].endswith("(theirs.py line 7), a fix in that file is needed")
    assert coded.message == f"Cannot run 'a': {by_hand['message']}"
    assert {**coded.details, "pyType": "JSONDecodeError"} == {
        name: value for name, value in by_hand["details"].items() if name != "traceback"
    }


def test_a_call_by_hand_keeps_the_whole_traceback_of_a_text_that_is_cut(path):
    by_hand, coded = both(path, "long")
    assert len(by_hand["message"]) < 400 and "…" in by_hand["message"]
    assert coded.message == f"Cannot run 'a': {by_hand['message']}"
    assert "x" * 5000 in by_hand["details"]["traceback"]
    assert "theirs.py\", line 6, in run" in by_hand["details"]["traceback"]


def test_an_error_that_no_file_of_the_users_raised_names_none():
    failure = json.loads(encode_failure(RuntimeError("a\nb")))["error"]
    assert failure["message"] == "RuntimeError: a b, a call that returns is needed"
    assert "file" not in failure["details"]


def test_a_refusal_keeps_its_code():
    assert json.loads(encode_failure(Refusal("TOO_LARGE", "much, less is needed"))) == {
        "error": {"code": "TOO_LARGE", "message": "much, less is needed", "details": {}}
    }
