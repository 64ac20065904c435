"""Follows the texts of exceptions back to the literals they are made of, over calls, names and files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from literal_text import render

KEEPS_TEXT = {"join", "format", "strip", "replace", "get", "removeprefix", "removesuffix"}
ERROR_KEYS = {"found", "needed", "reason", "act", "advice", "message", "error", "problem"}
EXCEPTION = re.compile(r"(?:Error|Exception|Failed|Failure|Refusal|Cancelled)$")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Module:
    """One file, indexed by what an error's text may come from."""

    path: str
    source: str
    tree: ast.Module
    functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    owner: dict[ast.AST, ast.FunctionDef] = field(default_factory=dict)


class ErrorFlow:
    """Marks every expression whose text may end in an exception."""

    def __init__(self, modules: list[Module]) -> None:
        self.found: set[ast.AST] = set()
        self._seen: set[ast.AST] = set()
        self._modules = modules
        self._functions: dict[str, list[tuple[Module, ast.FunctionDef]]] = {}
        self._calls: dict[str, list[tuple[Module, ast.Call]]] = {}
        self._bases: dict[str, list[str]] = {}
        for module in modules:
            self._index(module)

    def run(self) -> None:
        """From every raise and every exception made, back to the literals."""
        for module in self._modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                    self._raised(node.exc, module)
                elif isinstance(node, ast.Call) and self._is_exception(_called(node)):
                    self._arguments(node, module)
                elif isinstance(node, ast.keyword) and node.arg in ERROR_KEYS:
                    self._flow(node.value, module)

    def _index(self, module: Module) -> None:
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTION):
                module.functions.setdefault(node.name, []).append(node)
                self._functions.setdefault(node.name, []).append((module, node))
                for below in ast.walk(node):
                    module.owner[below] = node  # the walk is from outside in, so that the innermost stays
            elif isinstance(node, ast.Call):
                self._calls.setdefault(_called(node), []).append((module, node))
            elif isinstance(node, ast.ClassDef):
                self._bases[node.name] = [_name(base) for base in node.bases]

    def _is_exception(self, name: str) -> bool:
        if EXCEPTION.search(name):
            return True
        return any(base != name and self._is_exception(base) for base in self._bases.get(name, []))

    def _raised(self, call: ast.Call, module: Module) -> None:
        callees = self._callees(call, module)
        if not callees:
            self._arguments(call, module)
        for where, function in callees:
            self._results(function, where)

    def _arguments(self, call: ast.Call, module: Module) -> None:
        for node in [*call.args, *(keyword.value for keyword in call.keywords)]:
            self._flow(node, module)

    def _results(self, function: ast.FunctionDef, module: Module) -> None:
        for node in ast.walk(function):
            is_result = isinstance(node, ast.Return | ast.Yield) and node.value is not None
            if is_result and module.owner.get(node) is function:
                self._flow(node.value, module)

    def _flow(self, node: ast.AST, module: Module) -> None:
        if node in self._seen:
            return
        self._seen.add(node)
        if render(node) is not None:
            self.found.add(node)
        for part in _parts(node):
            self._flow(part, module)
        if isinstance(node, ast.Name):
            self._name(node, module)
        elif isinstance(node, ast.Call):
            if self._is_exception(_called(node)):
                self._arguments(node, module)
            callees = self._callees(node, module)
            if not callees:
                self._flow(node.func, module)
            for where, function in callees:
                self._results(function, where)

    def _callees(self, call: ast.Call, module: Module) -> list[tuple[Module, ast.FunctionDef]]:
        name = _called(call)
        near = [(module, function) for function in module.functions.get(name, [])]
        everywhere = self._functions.get(name, [])
        is_plain = isinstance(call.func, ast.Name) or name.startswith("_")
        return near or (everywhere if is_plain or len(everywhere) == 1 else [])

    def _name(self, node: ast.Name, module: Module) -> None:
        function = module.owner.get(node)
        while function is not None:
            position = _parameter(function, node.id)
            if position is not None:
                self._parameter(function, node.id, position)
                return
            if self._assigned(function, node.id, module):
                return
            outer = module.owner.get(function)
            function = None if outer is function else outer
        if not self._assigned(module.tree, node.id, module) and node.id.strip("_").isupper():
            for other in self._modules:
                self._assigned(other.tree, node.id, other)

    def _assigned(self, scope: ast.AST, name: str, module: Module) -> bool:
        values = list(_values(scope, name))
        for value in values:
            self._flow(value, module)
        return bool(values)

    def _parameter(self, function: ast.FunctionDef, name: str, position: int) -> None:
        module = next(module for module, known in self._functions[function.name] if known is function)
        for value in _defaults(function, name):
            self._flow(value, module)
        for module, call in self._calls.get(function.name, []):
            if all(callee is not function for _, callee in self._callees(call, module)):
                continue
            shift = 1 if isinstance(call.func, ast.Attribute) and _is_method(function) else 0
            if 0 <= position - shift < len(call.args):
                self._flow(call.args[position - shift], module)
            for keyword in call.keywords:
                if keyword.arg == name:
                    self._flow(keyword.value, module)


def _is_method(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg in ("self", "cls")


def _parameter(function: ast.FunctionDef, name: str) -> int | None:
    names = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]]
    return names.index(name) if name in names else None


def _defaults(function: ast.FunctionDef, name: str) -> list[ast.AST]:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [*zip(reversed(positional), reversed(given.defaults)), *zip(given.kwonlyargs, given.kw_defaults)]
    return [value for arg, value in pairs if arg.arg == name and value is not None]


def _values(scope: ast.AST, name: str) -> Iterator[ast.AST]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_names(target, name) for target in targets):
                yield node.value
        elif isinstance(node, ast.For | ast.comprehension):
            if _names(node.target, name):
                yield node.iter


def _names(target: ast.AST, name: str) -> bool:
    return any(isinstance(below, ast.Name) and below.id == name for below in ast.walk(target))


def _parts(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.JoinedStr():
            return [value.value for value in node.values if isinstance(value, ast.FormattedValue)]
        case ast.BinOp():
            return [node.left, node.right]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp():
            return node.values
        case ast.Tuple() | ast.List() | ast.Set():
            return node.elts
        case ast.Dict():
            return node.values
        case ast.Lambda():
            return [node.body]
        case ast.Subscript() | ast.Starred():
            return [node.value]
        case ast.GeneratorExp() | ast.ListComp():
            return [node.elt]
        case ast.Call(func=ast.Attribute(attr=name)) if name in KEEPS_TEXT:
            return [node.func.value, *node.args]
        case _:
            return []


def _called(call: ast.Call) -> str:
    return _name(call.func)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
