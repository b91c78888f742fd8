"""Slips in the answer line of Python that are certain: a text that was to be filled in, and a share times 100 twice."""

from __future__ import annotations

import ast
import builtins
import re
import string
from collections.abc import Collection, Iterator
from dataclasses import replace

from ..language import message
from ..turn import Code, Finding
from ..turn.syntax import all_nodes, parse_python

_SHARE = re.compile(r"\{([^{}:]+):([^{}:%]*)%\}")
RULE = "answer_line"
MAX_TEXTS = 20
"""Texts of a program that are looked at."""
_UNFILLED = Finding(RULE, message("The answer line is filled in: an f was missing before its text."), stops=False)
_TWICE = Finding(RULE, message("A share in the answer line was in per cent already: not times 100 again."), stops=False)


def correct_answer_line(code: Code, known: Collection[str]) -> tuple[Code, tuple[Finding, ...]]:
    """Code whose answer line is filled in, and what was corrected.

    >>> corrected, findings = correct_answer_line(Code("n = len(sales)\\nanswer('There are {n:,} sales.')"), ["sales"])
    >>> corrected.text.splitlines()[-1]
    "answer(f'There are {n:,} sales.')"
    >>> share = "share = (sales.paid.mean() * 100).round(1)\\nanswer(f'{share:.1%} are paid.')"
    >>> correct_answer_line(Code(share), ["sales"])[0].text.splitlines()[-1]
    "answer(f'{share:.1f}% are paid.')"

    Args:
        code: The code.
        known: Names that it can use without giving them a value: frames, and variables of earlier code.
    """
    if code.language == "sql" or "answer(" not in code.text:
        return code, ()
    filled = _filled(code.text, known)
    shares = _shares(filled)
    notes = [*([_UNFILLED] if filled != code.text else []), *([_TWICE] if shares != filled else [])]
    return replace(code, text=shares), tuple(notes)


# -- a text without its f ----------------------------------------------------------------------------------------------


def _filled(text: str, known: Collection[str]) -> str:
    """A program with an f before each text of its answer line that names values in braces."""
    tree = _tree(text)
    names = {*known, *dir(builtins), *_defined(tree)}
    texts = [node for node in _said(tree) if _has_values(node.value, names)][:MAX_TEXTS]
    for node in sorted(texts, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        lines = text.split("\n")
        line = lines[node.lineno - 1].encode()  # columns count bytes
        if line[node.col_offset : node.col_offset + 1] in {b'"', b"'"}:
            lines[node.lineno - 1] = (line[: node.col_offset] + b"f" + line[node.col_offset :]).decode()
        text = "\n".join(lines) if _tree("\n".join(lines)).body else text
    return text


def _said(tree: ast.Module) -> Iterator[ast.Constant]:
    """Plain texts that are the answer line, or the value of a variable that is."""
    given = [argument for node in all_nodes(tree) if _is_answer(node) for argument in node.args]
    variables = {argument.id for argument in given if isinstance(argument, ast.Name)}
    values = [
        node.value
        for node in all_nodes(tree)
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in variables for t in node.targets)
    ]
    yield from (node for node in (*given, *values) if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_answer(node: ast.AST) -> bool:
    """Whether it says a text as it is; one with ``rows`` is a template, which is filled from those."""
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "answer"
    return named and not node.keywords  # type: ignore[attr-defined]


def _has_values(text: object, names: Collection[str]) -> bool:
    """Whether a text holds expressions in braces that are made of known names."""
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(str(text)) if field is not None]
        trees = [ast.parse(field.strip(), mode="eval") for field in fields]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    used = [{n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} for tree in trees]
    return bool(used) and all(one and one <= set(names) for one in used)


def _defined(tree: ast.Module) -> set[str]:
    nodes = list(all_nodes(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imports = [alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]
    return names | {(alias.asname or alias.name).partition(".")[0] for alias in imports}


# -- a share that is in per cent already -------------------------------------------------------------------------------


def _shares(text: str) -> str:
    """A program that writes a value which it has multiplied by 100 as it is, in place of 100 times as much."""
    tree = _tree(text)
    hundredfold = _hundredfold(tree)

    def once(match: re.Match[str]) -> str:
        try:
            value = ast.parse(match[1].strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return match[0]
        return f"{{{match[1]}:{match[2]}f}}%" if _times_hundred(value, hundredfold) else match[0]

    texts = [node for node in all_nodes(tree) if isinstance(node, ast.JoinedStr)][:MAX_TEXTS]
    for segment in [ast.get_source_segment(text, node) for node in texts]:
        if segment:
            text = text.replace(segment, _SHARE.sub(once, segment))
    return text


def _hundredfold(tree: ast.Module) -> set[str]:
    """Names and columns that code only ever gives values times 100."""
    given: dict[str, list[bool]] = {}
    for node in all_nodes(tree):
        pairs: list[tuple[str, ast.AST]] = []
        if isinstance(node, ast.Assign):
            pairs = [(_name(target), node.value) for target in node.targets]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "assign":
            pairs = [(keyword.arg or "", keyword.value) for keyword in node.keywords]
        elif isinstance(node, ast.AugAssign):
            pairs = [(_name(node.target), ast.BinOp(node.target, node.op, node.value))]
        for name, value in pairs:
            given.setdefault(name, []).append(_times_hundred(value, ()))
    return {name for name, values in given.items() if name and all(values)}


def _times_hundred(node: ast.AST, names: Collection[str]) -> bool:
    """Whether a value is something times 100, rounded or not."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return any(isinstance(side, ast.Constant) and side.value == 100 for side in (node.left, node.right))
    if isinstance(node, ast.Call):
        rounds = isinstance(node.func, ast.Name) and node.func.id in {"round", "float"} and bool(node.args)
        if rounds:
            return _times_hundred(node.args[0], names)
        method = isinstance(node.func, ast.Attribute) and node.func.attr in {"round", "item"}
        return method and _times_hundred(node.func.value, names)  # type: ignore[attr-defined]
    return _name(node) in names


def _name(node: ast.AST) -> str:
    """The name of a variable, of an attribute, or of a column in brackets."""
    if isinstance(node, ast.Subscript):
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _tree(text: str) -> ast.Module:
    try:
        return parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
