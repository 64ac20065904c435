"""Python types made from a JSON Schema at run time, judging as the generated ones of `protocol.messages` do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union

import msgspec

Schema = Mapping[str, Any]

_PLAIN: Mapping[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None}
_LIMITS = {
    "ge": ("minimum",),
    "le": ("maximum",),
    "gt": ("exclusiveMinimum",),
    "lt": ("exclusiveMaximum",),
    "min_length": ("minLength", "minItems"),
    "max_length": ("maxItems",),
}
_REFERENCE = "#/$defs/"
# An escape, a class, or the `$` between them.
_DOLLAR = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


def type_of(document: Schema, name: str) -> Any:
    """The type a JSON Schema document describes, for `msgspec.convert`; structs without an id are named after `name`.

    Attributes of structs are snake_case. Raises ValueError naming a schema that says what Python cannot.
    """
    try:
        kind = _Types(document.get("$defs", {})).of(document, name)
        msgspec.json.Decoder(kind)  # refuses a union whose members cannot be told apart
        return kind
    except (TypeError, KeyError, ValueError, RecursionError, re.error) as error:
        raise ValueError(f"schema '{name}': {type(error).__name__}: {error}") from error


class _Types:
    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._structs: dict[tuple[str, str | None], type[msgspec.Struct]] = {}

    def of(self, schema: Schema, name: str) -> Any:
        if "$ref" in schema:
            return self.of(*self._resolve(schema, name))
        if "oneOf" in schema:
            return self._tagged_union(schema["oneOf"], name)
        if "anyOf" in schema:
            return Union[tuple(self.of(member, name) for member in schema["anyOf"])]
        if "const" in schema or "enum" in schema:
            return Literal[tuple(schema.get("enum", [schema.get("const")]))]
        match schema.get("type"):
            case None:
                return Any
            case "object" if "properties" in schema:
                return self._struct(schema, name)
            case "object":
                return dict[str, self.of(schema.get("additionalProperties") or {}, name)]
            case "array":
                return _limited(list[self.of(schema.get("items", {}), name)], schema)
            case str(plain):
                return _limited(_PLAIN[plain], schema)
            case several:
                return Union[tuple(_PLAIN[plain] for plain in several)]

    def _resolve(self, schema: Schema, name: str) -> tuple[Schema, str]:
        if "$ref" not in schema:
            return schema, name
        target = schema["$ref"].removeprefix(_REFERENCE)
        return self._definitions[target], target

    def _tagged_union(self, members: Sequence[Schema], name: str) -> Any:
        resolved = [self._resolve(member, f"{name}{index}") for index, member in enumerate(members)]
        tag = _tag_of([schema for schema, _name in resolved])
        return Union[tuple(self._struct(schema, member, tag) for schema, member in resolved)]

    def _struct(self, schema: Schema, name: str, tag: str | None = None) -> type[msgspec.Struct]:
        """A struct with `tag` is a member of a union; alone, msgspec would not ask for the tag."""
        if schema.get("additionalProperties") is not False:
            raise ValueError(f"'{name}' is an open object, a closed one is needed")
        known = self._structs.get((name, tag))
        return known or self._structs.setdefault((name, tag), self._new_struct(schema, name, tag))

    def _new_struct(self, schema: Schema, name: str, tag: str | None) -> type[msgspec.Struct]:
        properties = {field: inner for field, inner in schema["properties"].items() if field != tag}
        fields = [(attribute_of(field), self.of(inner, f"{name}.{field}")) for field, inner in properties.items()]
        tagging = {} if tag is None else {"tag_field": tag, "tag": schema["properties"][tag]["const"]}
        return msgspec.defstruct(
            name,
            fields,
            kw_only=True,
            frozen=True,
            forbid_unknown_fields=True,
            rename={attribute_of(field): field for field in properties},
            **tagging,
        )


def attribute_of(field: str) -> str:
    """The attribute of a wire field: `gpuMemMiB` becomes `gpu_mem_mib`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", field.replace("MiB", "Mib"))


def _tag_of(members: Sequence[Schema]) -> str:
    """The field whose fixed text differs from member to member. Raises ValueError without one."""
    for field in members[0]["properties"]:
        texts = [member["properties"].get(field, {}).get("const") for member in members]
        if all(isinstance(text, str) for text in texts) and len(set(texts)) == len(texts):
            return field
    raise ValueError("the members of a union have no field that tells them apart, one is needed")


def _limited(kind: Any, schema: Schema) -> Any:
    limits = {
        limit: schema[keyword] for limit, keywords in _LIMITS.items() for keyword in keywords if keyword in schema
    }
    if "pattern" in schema:
        limits["pattern"] = _python_pattern(schema["pattern"])
    return Annotated[kind, msgspec.Meta(**limits)] if limits else kind


def _python_pattern(pattern: str) -> str:
    r"""Python's `$` also matches before a last line feed; `\Z` does not."""
    return _DOLLAR.sub(lambda part: r"\Z" if part[0] == "$" else part[0], pattern)
