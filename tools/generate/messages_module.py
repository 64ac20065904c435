"""Writes the source of python_worker/protocol/messages.py to stdout; stdin is the JSON Schema document of the wire.

The source spells out the types that `schema_types` makes of the document: no rule of JSON Schema is applied here.
"""

import json
import sys
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct
from msgspec.structs import FieldInfo, fields

sys.path.insert(0, str(Path(__file__).parents[2]))

from python_worker.wire.schema_types import Schema, types_of

_HEAD = '''\
# {note}
"""Every message, parameter and result of the wire. Attributes are snake_case; the wire has camelCase."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from .error_codes import ErrorCode
'''
_ENUM = "ErrorCode"  # a module of its own
_LIMITS = ("ge", "le", "gt", "lt", "min_length", "max_length", "pattern")


def messages_module(document: Schema) -> str:
    """Source with a struct for every object of the document and an alias for every other definition.

    Raises ValueError for a document without error codes, and for an object without an id, or both inside and outside of
    a union.
    """
    definitions = types_of(document["$defs"])
    if _ENUM not in definitions:
        raise ValueError(f"Cannot write the messages: the schema has no {_ENUM}; add one")
    module = _Module(definitions)
    for name in sorted(definitions.keys() - {_ENUM}):
        module.add(name)
    return "\n\n".join([_HEAD.format(note=document["$comment"]), *module.blocks.values()])


class _Module:
    """Blocks of source by the name they define; each comes after those it mentions."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._enum = definitions[_ENUM]
        self.blocks: dict[str, str] = {}

    def add(self, name: str) -> None:
        """Adds a definition and all it mentions, unless it is there."""
        if name in self.blocks:
            return
        kind = self._definitions[name]
        block = self._class_of(kind) if _is_struct(kind) else f"{name} = {self._text_of(kind)}\n"
        self.blocks[name] = block

    def _class_of(self, struct: type[Struct]) -> str:
        parts = fields(struct)
        body = [f"    {part.name}: {self._text_of(part.type)}" for part in parts] or ["    pass"]
        return "\n".join([f"class {struct.__name__}({_options_of(struct, parts)}):", *body, ""])

    def _text_of(self, kind: Any) -> str:
        if kind == self._enum:
            return _ENUM
        if _is_struct(kind):
            return self._name_of(kind)
        inner = get_args(kind)
        match get_origin(kind):
            case None:
                return "None" if kind in (None, NoneType) else kind.__name__
            case origin if origin is Annotated:
                return f"Annotated[{self._text_of(inner[0])}, {_meta_text(inner[1])}]"
            case origin if origin is Literal:
                return f"Literal[{', '.join(json.dumps(value) for value in inner)}]"
            case origin if origin is Union:
                return " | ".join(self._text_of(member) for member in inner)
            case origin:  # list or dict
                return f"{origin.__name__}[{', '.join(self._text_of(part) for part in inner)}]"

    def _name_of(self, struct: type[Struct]) -> str:
        name = struct.__name__
        if self._definitions.get(name) is not struct:
            found = "it is an object without an id, or both inside and outside of a union"
            raise ValueError(f"Cannot put '{name}' on the wire: {found}; give each use an id of its own")
        self.add(name)
        return name


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _options_of(struct: type[Struct], parts: tuple[FieldInfo, ...]) -> str:
    options = "Struct, kw_only=True, frozen=True, forbid_unknown_fields=True"
    config = struct.__struct_config__
    renamed = [f'"{part.name}": "{part.encode_name}"' for part in parts if part.name != part.encode_name]
    tag = f', tag_field="{config.tag_field}", tag="{config.tag}"' if config.tag_field else ""
    return options + tag + (f", rename={{{', '.join(renamed)}}}" if renamed else "")


def _meta_text(meta: Meta) -> str:
    limits = [(name, getattr(meta, name)) for name in _LIMITS]
    given = [f"{name}={_limit_text(value)}" for name, value in limits if value is not None]
    return f"Meta({', '.join(given)})"


def _limit_text(value: float | str) -> str:
    """A pattern with a quote is written with escapes."""
    return f'r"{value}"' if isinstance(value, str) and '"' not in value else repr(value)


if __name__ == "__main__":
    try:
        sys.stdout.write(messages_module(json.load(sys.stdin)))
    except ValueError as error:
        sys.exit(str(error))
