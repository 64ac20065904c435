"""What TypeScript learns of an interpreter."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


def invoke(name, payload):
    """Calls the fence in a process of its own: importing it joins stdout to stderr. Its answer and what it imported."""
    code = (
        "import sys; from python_worker.fence import invoke; answer = invoke(*sys.argv[1:])\n"
        "print(answer, file=sys.stderr); print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, name, payload]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert done.stdout == ""
    return done


def test_probe_gives_versions_without_importing_what_it_is_asked_about():
    done = invoke("probe", json.dumps({"packages": ["torch", "no-such-package-anywhere"]}))
    answer, imported = done.stderr.splitlines()
    assert json.loads(answer) == {
        "executable": sys.executable,
        "python": ".".join(map(str, sys.version_info[:3])),
        "packages": {"torch": version("torch"), "no-such-package-anywhere": None},
    }
    assert imported == "False"


@pytest.mark.parametrize(("name", "payload", "error"), [("exec", "{}", "KeyError"), ("probe", "{", "JSONDecodeError")])
def test_invoke_refuses_other_functions_and_what_is_not_json(name, payload, error):
    done = invoke(name, payload)
    assert done.returncode == 1 and error in done.stderr
