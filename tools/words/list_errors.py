"""Prints the prose of Python files, one JSON document a line: file, line, area (errors, help, text, comments), text.

`python list_errors.py ROOT FOLDER…` reads every .py file below the folders that is not generated.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from error_flow import ErrorFlow, Module
from literal_text import is_prose, render

READS_AS_ERROR = re.compile(r"^Cannot |\b(?:is|are) needed$")
DIRECTIVE = re.compile(r"#!|#\s*(?:type:|noqa|pyright:|ruff:|fmt:|pragma)")
HELP_KEYS = ("help", "description", "epilog")


def texts(module: Module, errors: set[ast.AST]) -> Iterator[dict]:
    """Errors and other prose literals of a file; docstrings are comments."""
    docstrings = [statement.value for statement in ast.walk(module.tree) if _is_bare_text(statement)]
    areas = {id(child): "help" for node in ast.walk(module.tree) for child in _helps(node)}
    areas |= {id(node): "errors" for node in errors}
    areas |= {id(node): "comments" for node in docstrings}
    for node in _literals(module.tree):
        text = render(node)
        area = areas.get(id(node), "errors" if READS_AS_ERROR.search(text) else "text")
        if area == "comments" or is_prose(text) or text.startswith("Cannot "):
            yield {"file": module.path, "line": node.lineno, "area": area, "text": text}


def _literals(node: ast.AST) -> Iterator[ast.AST]:
    """The outermost texts below a node, and the texts in the values they are filled with."""
    for child in ast.iter_child_nodes(node):
        if render(child) is None:
            yield from _literals(child)
        else:
            yield child
            yield from _values_within(child)


def _values_within(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if render(child) is None and not isinstance(child, ast.FormattedValue):
            yield from _literals(child)
        elif isinstance(child, ast.FormattedValue) and render(child.value) is None:
            yield from _literals(child)
        else:
            yield from _values_within(child)


def _helps(node: ast.AST) -> list[ast.AST]:
    return [node.value] if isinstance(node, ast.keyword) and node.arg in HELP_KEYS else []


def _is_bare_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def comments(module: Module) -> Iterator[dict]:
    """Comments; those on following lines are one. Directives of tools are left out."""
    block: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(module.source).readline):
        if token.type != tokenize.COMMENT or DIRECTIVE.match(token.string):
            continue
        is_alone = token.line[: token.start[1]].strip() == ""
        is_next = bool(block) and token.start == (block[-1].start[0] + 1, block[-1].start[1])
        if block and not (is_alone and is_next):
            yield _comment(block, module)
            block = []
        block.append(token)
    if block:
        yield _comment(block, module)


def _comment(block: list[tokenize.TokenInfo], module: Module) -> dict:
    text = "\n".join(token.string.lstrip("#").strip() for token in block)
    return {"file": module.path, "line": block[0].start[0], "area": "comments", "text": text}


def read_modules(root: Path, folders: list[str]) -> list[Module]:
    """Every .py file below the folders but generated ones, sorted by path."""
    paths = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    sources = [(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in paths]
    return [Module(path, text, ast.parse(text, path)) for path, text in sources if not text.startswith("# Generated")]


def main(root: str, *folders: str) -> None:
    """Prints every text of the files."""
    modules = read_modules(Path(root), list(folders))
    flow = ErrorFlow(modules)
    flow.run()
    for module in modules:
        for entry in [*texts(module, flow.found), *comments(module)]:
            print(json.dumps(entry, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main(*sys.argv[1:])
