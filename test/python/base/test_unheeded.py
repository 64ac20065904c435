"""A worker takes no notice of signals meant for its orchestrator, what it starts does."""

import json
import subprocess
import sys

PROGRAM = """
import json, os, signal, subprocess
from python_worker.base.unheeded import leave_unheeded

leave_unheeded((signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2))
signal.signal(signal.SIGHUP, lambda *_: print("heard", flush=True))  # one that is heeded after all stays so
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2):
    os.kill(os.getpid(), number)
started = subprocess.Popen(["sleep", "600"])
started.terminate()
print(json.dumps(started.wait()))
"""


def test_signals_for_the_orchestrator_do_nothing_here_and_end_what_was_started():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=True)
    heard, ends = ran.stdout.splitlines()
    assert (heard, json.loads(ends)) == ("heard", -15)
