"""Types made at run time judge as the generated ones do."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from python_worker.base.errors import WorkerError
from python_worker.protocol import messages
from python_worker.wire.codec import parse_as, parse_json
from python_worker.wire.schema_types import type_of

_TEST = Path(__file__).parents[2]
_SCHEMAS = json.loads((_TEST.parent / "python_worker/protocol/schema.json").read_text("utf-8"))["$defs"]


def built(name: str):
    return type_of({"$ref": f"#/$defs/{name}", "$defs": _SCHEMAS}, name)


def judge(text: str, kind) -> str | None:
    """The verdict on a text: None when it is valid, else what is wrong with it."""
    try:
        parse_as(parse_json(text.encode()), kind, "a message")
    except WorkerError as error:
        return error.message
    return None


def test_every_message_of_the_corpus_is_judged_with_the_same_words_as_by_the_generated_types():
    with gzip.open(_TEST / "corpus/messages.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    kinds = {name: built(name) for name in {line["schema"] for line in lines}}
    assert len(lines) >= 5000
    for line in lines:
        verdict = judge(line["text"], kinds[line["schema"]])
        assert (verdict is None) == line["valid"], line
        assert verdict == judge(line["text"], getattr(messages, line["schema"])), line


@pytest.mark.parametrize("name", sorted(_SCHEMAS))
def test_every_schema_of_the_wire_becomes_a_type_with_the_attributes_of_the_generated_one(name):
    generated = getattr(messages, name)
    if isinstance(generated, type) and issubclass(generated, msgspec.Struct):
        tag = generated.__struct_config__.tag_field
        fields = [field for field in built(name).__struct_fields__ if field != tag]
        assert fields == list(generated.__struct_fields__)
    else:
        built(name)


def an_object(**properties):
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "number", "exclusiveMinimum": 0}, [1e-9, 3], [0, -1, "1", True]),
        ({"type": "integer", "exclusiveMaximum": 2}, [1, -5], [2, 1.5]),
        ({"type": "string", "pattern": "^a$"}, ["a"], ["a\n", "ba"]),
        ({"type": "string", "pattern": r"^[$]\$|b$"}, ["$$", "ab"], ["$", "ab\n"]),
        ({"type": "string", "minLength": 1}, ["😀"], [""]),
        ({"enum": ["a", 1]}, ["a", 1], ["b", 2, True, None]),
        ({"type": ["string", "null"]}, ["a", None], [1]),
        (an_object(aB=an_object(c={"type": "boolean"})), [{"aB": {"c": True}}], [{"aB": {}}, {"a_b": {"c": True}}]),
        ({"type": "array", "items": an_object(), "minItems": 1, "maxItems": 1}, [[{}]], [[], [{}, {}], [{"a": 1}]]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, [{}, {"é": 1}], [{"a": "1"}]),
        ({}, [None, 1, [{}]], []),
    ],
)
def test_what_a_keyword_says_holds(schema, good, bad):
    kind = type_of(an_object(field=schema), "Made")
    assert [value for value in good if judge(json.dumps({"field": value}), kind)] == []
    assert [value for value in bad if not judge(json.dumps({"field": value}), kind)] == []


def test_members_of_a_union_need_their_tag_in_it_and_alone():
    member = {"$ref": "#/$defs/Circle"}
    definitions = {
        "Circle": an_object(shape={"type": "string", "const": "circle"}, r={"type": "number"}),
        "Dot": an_object(shape={"type": "string", "const": "dot"}),
    }
    union = {"oneOf": [member, {"$ref": "#/$defs/Dot"}]}
    kind = type_of({**an_object(any=union, one=member), "$defs": definitions}, "Made")
    circle = {"shape": "circle", "r": 1}
    assert judge(json.dumps({"any": {"shape": "dot"}, "one": circle}), kind) is None
    assert judge(json.dumps({"any": {"r": 1}, "one": circle}), kind)
    assert judge(json.dumps({"any": circle, "one": {"r": 1}}), kind)


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "object", "properties": {}, "required": []}, "an open object"),
        ({"anyOf": [{"type": "array"}, {"type": "array", "items": {"type": "null"}}]}, "more than one array-like"),
        ({"oneOf": [an_object(a={"type": "string"}), an_object(b={})]}, "no field that tells them apart"),
        ({"$ref": "#/$defs/Missing"}, "Missing"),
        ({"type": "bigint"}, "bigint"),
        ({"type": "string", "pattern": "("}, "unterminated"),
    ],
)
def test_a_schema_python_cannot_have_is_refused_by_name(schema, found):
    with pytest.raises(ValueError, match=f"schema 'Made': .*{found}"):
        type_of(an_object(field=schema), "Made")
