"""Texts for the model: a template with {prompt} and {response} filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from ..base.errors import invalid_argument


class Texts(Protocol):
    """Prompts, responses, and the row of each response's prompt: a dataset or some groups of one."""

    @property
    def prompts(self) -> Sequence[str]: ...

    @property
    def responses(self) -> Sequence[str]: ...

    @property
    def response_prompts(self) -> Sequence[int]: ...


_FIELD = re.compile(r"\{(prompt|response)\}")


def render_prompts(template: str, dataset: Texts) -> list[str]:
    """The template with each prompt, by row. Raises INVALID_ARGUMENT for a template with other fields."""
    _check_fields("prompt template", template, {"prompt"})
    return [_fill(template, {"prompt": prompt}) for prompt in dataset.prompts]


def render_responses(template: str, dataset: Texts) -> list[str]:
    """The template with each response and its prompt, by row. Raises INVALID_ARGUMENT when a field is missing."""
    _check_fields("response template", template, {"prompt", "response"})
    return [
        _fill(template, {"prompt": dataset.prompts[prompt], "response": response})
        for prompt, response in zip(dataset.response_prompts, dataset.responses, strict=True)
    ]


def response_starts(template: str, dataset: Texts) -> list[int]:
    """Characters before the response in each text of `render_responses`, by row."""
    before = template[: template.index("{response}")]
    return [len(_fill(before, {"prompt": dataset.prompts[prompt]})) for prompt in dataset.response_prompts]


def _check_fields(what: str, template: str, needed: set[str]) -> None:
    if set(_FIELD.findall(template)) != needed:
        fields = " and ".join(f"{{{name}}}" for name in sorted(needed))
        raise invalid_argument(f"Cannot use {what} {template!r}: its fields are others, {fields} is needed")


def _fill(template: str, values: dict[str, str]) -> str:
    # One pass, so that braces inside a text stay as they are.
    return _FIELD.sub(lambda match: values[match[1]], template)
