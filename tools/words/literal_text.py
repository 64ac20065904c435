"""The text of Python literals, as their author wrote it."""

from __future__ import annotations

import ast
import re

LONGEST_PLACEHOLDER = 40


def render(node: ast.AST) -> str | None:
    """The text of a literal, an f-string or a sum of such, `{…}` for values; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_part(value) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [render(side) for side in (node.left, node.right)]
        if sides == [None, None]:
            return None
        texts = zip((node.left, node.right), sides, strict=True)
        return "".join(_placeholder(side) if text is None else text for side, text in texts)
    return None


def _part(value: ast.AST) -> str:
    if isinstance(value, ast.FormattedValue):
        return render(value.value) or _placeholder(value.value)
    return render(value) or ""


def _placeholder(node: ast.AST) -> str:
    text = ast.unparse(node)
    return "{…}" if len(text) > LONGEST_PLACEHOLDER or re.search(r"[{}'\"]", text) else "{" + text + "}"


def is_prose(text: str) -> bool:
    """Two words of letters at least: names, flags and paths are left alone."""
    words = re.findall(r"(?<![\w./-])[A-Za-z][a-z'’]+(?![\w/])", re.sub(r"\{[^{}]*\}", " ", text))
    return len(words) >= 2 and " " in text.strip()
