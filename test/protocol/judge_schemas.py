"""Judges texts by JSON Schemas made into types at run time: a JSON line {schema, texts} in, a line of verdicts out."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from python_worker.base.errors import WorkerError
from python_worker.wire.codec import parse_as, parse_json
from python_worker.wire.schema_types import type_of


def is_valid(text: str, kind) -> bool:
    try:
        parse_as(parse_json(text.encode()), kind, "a value")
    except WorkerError:
        return False
    return True


for line in sys.stdin:
    asked = json.loads(line)
    kind = type_of(asked["schema"], "Asked")
    print(json.dumps([is_valid(text, kind) for text in asked["texts"]]))
