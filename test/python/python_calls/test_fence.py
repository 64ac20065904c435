"""What TypeScript learns through the fence, in a process of its own: importing it takes the process' streams over."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
FIXTURES = REPOSITORY / "test" / "python" / "fixtures"


def run(code, *args, flags=()):
    """Runs code that may use `invoke`; what it says stands on stderr."""
    code = f"import json, sys; from python_worker.python_calls.fence import invoke\n{code}"
    command = [sys.executable, *flags, "-c", code, *args]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, input="typed\n")
    assert done.stdout == ""
    return done.stderr.splitlines()


def invoke(name, payload="{}"):
    return json.loads(run("print(invoke(*sys.argv[1:]))", name, payload)[-1])


def test_probe_gives_versions_without_importing_what_it_is_asked_about():
    payload = json.dumps({"packages": ["torch", "no-such-package-anywhere"]})
    answer, imported = run("print(invoke('probe', sys.argv[1])); print('torch' in sys.modules)", payload)
    assert json.loads(answer) == {
        "answer": {
            "executable": sys.executable,
            "python": ".".join(map(str, sys.version_info[:3])),
            "packages": {"torch": version("torch"), "no-such-package-anywhere": None},
        }
    }
    assert imported == "False"


def test_fence_works_where_nothing_is_installed():
    (answer,) = run("print(invoke('probe', sys.argv[1]))", '{"packages": ["numpy"]}', flags=["-S"])
    assert json.loads(answer)["answer"]["packages"] == {"numpy": None}


@pytest.mark.parametrize(
    ("name", "payload", "code", "words"),
    [
        ("exec", "{}", "UNSUPPORTED", "there is no such function"),
        ("probe", "{", "USER_CODE", "JSONDecodeError"),
        ("probe", '{"paquets": []}', "USER_CODE", "TypeError"),
        (f"{FIXTURES / 'broken.py'}:half", "{}", "USER_CODE", "SyntaxError"),
        (f"{FIXTURES / 'own_functions.py'}:_private", "{}", "UNSUPPORTED", "has no function '_private'"),
        (f"{FIXTURES}:add", "{}", "UNSUPPORTED", "there is no file"),
    ],
)
def test_invoke_answers_an_error_for_what_it_cannot_call(name, payload, code, words):
    error = invoke(name, payload)["error"]
    assert error["code"] == code and words in error["message"]


@pytest.mark.parametrize("value", ["float('nan')", "[0.5, float('inf')]", "2**53", "-2**53", "b''", "{1: 2}", "{'a': {1}}"])
def test_encode_answer_refuses_what_json_or_javascript_cannot_hold(value):
    code = f"from python_worker.python_calls.json_answer import encode_answer; encode_answer({{'field': {value}}})"
    assert "'answer.field" in run(code)[-1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2**53 - 1", 2**53 - 1), ("1e300", 1e300), ("(1, 2)", [1, 2]), ("[True, None, '\\ud800']", [True, None, "\ud800"]), ("[]", []), ("{}", {})],
)
def test_encode_answer_takes_every_other_plain_value(value, expected):
    code = f"from python_worker.python_calls.json_answer import encode_answer; print(encode_answer({value}))"
    assert json.loads(run(code)[-1]) == {"answer": expected}


def test_an_interrupt_outside_a_call_does_nothing_and_inside_ends_the_call():
    code = (
        "import os, signal; os.kill(os.getpid(), signal.SIGUSR1); os.kill(os.getpid(), signal.SIGINT)\n"
        "from python_worker.python_calls.fence import _interruption\n"
        "try:\n"
        "    with _interruption: os.kill(os.getpid(), signal.SIGUSR1); print('not reached')\n"
        "except KeyboardInterrupt: print('interrupted')\n"
        "for name in (signal.SIGUSR1, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2): os.kill(os.getpid(), name)\n"
        "print('alive', sys.stdin.read() == '')"
    )
    assert run(code) == ["interrupted", "alive True"]
