"""Both languages judge every message of the corpus alike."""

import gzip
import json
from pathlib import Path

from python_worker.base.errors import WorkerError
from python_worker.protocol import messages
from python_worker.wire.codec import parse_as, parse_json

_CORPUS = Path(__file__).parents[3] / "corpus" / "messages.jsonl.gz"


def _is_valid(schema: str, text: str) -> bool:
    try:
        parse_as(parse_json(text.encode()), getattr(messages, schema), "a message")
    except WorkerError:
        return False
    return True


def test_msgspec_agrees_with_zod_on_every_message_of_the_corpus():
    with gzip.open(_CORPUS, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    assert len(lines) >= 5000
    assert [line for line in lines if _is_valid(line["schema"], line["text"]) != line["valid"]] == []
