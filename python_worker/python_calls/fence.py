"""The one function TypeScript calls through pythonia: JSON text in, JSON text out, and nothing else crosses.

Works with the standard library alone, so that a Python without any package can be examined.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

_FOLDER = os.path.dirname(os.path.abspath(__file__))
# pythonia adds the folder of this file, whose `failure` and `plotting` must not stand for modules of those names.
sys.path[:] = [path for path in sys.path if path != _FOLDER] + [os.path.dirname(os.path.dirname(_FOLDER))]

from python_worker.python_calls.failure import Refusal, encode_failure  # noqa: E402
from python_worker.python_calls.interruption import Interruption  # noqa: E402
from python_worker.python_calls.json_answer import encode_answer  # noqa: E402
from python_worker.python_calls.lifetime import end_with_parent, keep_standard_streams  # noqa: E402
from python_worker.python_calls.own_function import own_function  # noqa: E402

_FUNCTIONS = {
    "probe": "python_worker.python_calls.probe:probe",
    "draw_figures": "python_worker.python_calls.plotting.draw_figures:draw_figures",
}

keep_standard_streams()
end_with_parent()
_interruption = Interruption()


def invoke(name: str, payload: str) -> str:
    """Calls a function with the fields of a JSON object as its keyword arguments.

    `name` is one of `_FUNCTIONS`, or `path/to/file.py:function`. Gives `{"answer": …}`, or `{"error": …}` for whatever
    was raised, an answer JSON has no way to say included.
    """
    try:
        with _interruption:
            return encode_answer(_find(name)(**json.loads(payload)))
    except BaseException as error:  # SystemExit and KeyboardInterrupt too: the process goes on, with what it holds
        return encode_failure(error)


def _find(name: str) -> Callable[..., Any]:
    if name in _FUNCTIONS:
        module, function = _FUNCTIONS[name].split(":")
        return getattr(importlib.import_module(module), function)
    path, colon, function = name.rpartition(":")
    if not colon:
        raise Refusal("UNSUPPORTED", f"there is no such function, {', '.join(_FUNCTIONS)} or FILE.py:FUNCTION is needed")
    return own_function(path, function)
