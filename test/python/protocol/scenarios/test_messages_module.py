"""The generated messages are the types made of the schema, spelled out."""

import json
from pathlib import Path

import pytest

from tools.generate.messages_module import messages_module

_PROTOCOL = Path(__file__).parents[4] / "python_worker/protocol"


def an_object(**properties):
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def module_of(**definitions) -> str:
    """The definitions' part of a module."""
    document = {"$comment": "Generated.", "$defs": {"ErrorCode": {"type": "string", "enum": ["BAD"]}, **definitions}}
    return messages_module(document).split("import ErrorCode\n\n\n")[1]


def test_messages_py_is_what_the_schema_becomes():
    schema = json.loads((_PROTOCOL / "schema.json").read_text("utf-8"))
    assert messages_module(schema) == (_PROTOCOL / "messages.py").read_text("utf-8")


def test_a_struct_comes_after_those_it_mentions_and_has_the_wire_names_of_its_attributes():
    outer = an_object(codeOf={"$ref": "#/$defs/ErrorCode"}, zMiB={"anyOf": [{"$ref": "#/$defs/Z"}, {"type": "null"}]})
    assert module_of(A=outer, Z=an_object()) == """\
class Z(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    pass


class A(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, rename={"code_of": "codeOf", "z_mib": "zMiB"}):
    code_of: ErrorCode
    z_mib: Z | None
"""


def test_members_of_a_union_have_a_tag_in_place_of_the_field():
    members = {name: an_object(kind={"type": "string", "const": name}) for name in ("B", "C")}
    text = module_of(A={"oneOf": [{"$ref": "#/$defs/C"}, {"$ref": "#/$defs/B"}]}, **members)
    assert 'class B(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="B"):' in text
    assert text.endswith("\n\nA = C | B\n")


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({}, "Any"),
        ({"type": "null"}, "None"),
        ({"enum": ["é", 1]}, 'Literal["\\u00e9", 1]'),
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "dict[str, bool]"),
        ({"type": "array", "items": {"type": "number"}, "maxItems": 2}, "Annotated[list[float], Meta(max_length=2)]"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}, "Annotated[float, Meta(le=0.5, gt=0)]"),
        ({"type": "string", "pattern": r"^[$]\d$"}, r'Annotated[str, Meta(pattern=r"^[$]\d\Z")]'),
        ({"type": "string", "pattern": '^"$'}, "Annotated[str, Meta(pattern='^\"\\\\Z')]"),
    ],
)
def test_a_field_is_typed_as_the_schema_says(schema, text):
    assert f"    a: {text}\n" in module_of(Made=an_object(a=schema))


@pytest.mark.parametrize(
    "schema",
    [
        an_object(a=an_object(b={})),
        an_object(a={"type": "array", "items": an_object()}),
        {"type": "object", "additionalProperties": an_object()},
        {"oneOf": [an_object(kind={"const": "a"}), an_object(kind={"const": "b"})]},
    ],
)
def test_an_unnamed_object_is_refused(schema):
    with pytest.raises(ValueError, match="on the wire: it is an object without an id, or"):
        module_of(Made=schema)


def test_a_struct_in_a_union_and_outside_of_it_is_refused():
    members = {name: an_object(kind={"type": "string", "const": name}) for name in ("B", "C")}
    union = {"oneOf": [{"$ref": "#/$defs/B"}, {"$ref": "#/$defs/C"}]}
    with pytest.raises(ValueError, match="Cannot put 'B' on the wire: it is .* both inside and outside of a union"):
        module_of(A=an_object(alone={"$ref": "#/$defs/B"}, one={**union}), **members)


def test_a_schema_without_error_codes_is_refused():
    with pytest.raises(ValueError, match="the schema has no ErrorCode"):
        messages_module({"$comment": "", "$defs": {}})
