"""Splits a model's answer into prose and code, and tolerates the formats that small models use."""

from __future__ import annotations

import ast
import json
import re
import textwrap

from ..turn import Code, Language, Wants

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.S | re.I)
_THOUGHT_END = re.compile(r"\A.*^\s*</(?:think|thinking|reasoning)>", re.S | re.M | re.I)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*\{?([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.S | re.M)
_LANGUAGES: dict[str, Language] = {
    "py": "python", "python": "python", "python3": "python", "ipython": "python", "sql": "sql", "duckdb": "sql",
    "python-doc": "document", "python_doc": "document",
}  # fmt: skip
_LIBRARIES = (("openpyxl", "xlsx"), ("xlsxwriter", "xlsx"), ("to_excel", "xlsx"), ("docx", "docx"),
              ("docxtpl", "docx"), ("pptx", "pptx"), ("reportlab", "pdf"))  # fmt: skip
_SURELY_PYTHON = re.compile(r"^(?:import \w|from \w[\w.]* import |def \w+\(|\w+ = )", re.M)
"""Surely Python, even if its syntax is newer than the interpreter that parses it here."""
_SQL = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with|from|pivot|summarize)\b", re.I)


def find_step(text: str) -> tuple[str, Code] | None:
    """The first step that an answer asks to run before it can be complete, with the prose around it.

    >>> find_step("Let me look.\\n```sql-step\\nSELECT 1\\n```")
    ('Let me look.', Code(text='SELECT 1', language='sql', format=''))
    """
    text = _without_thoughts(text)
    for _, tag, body in _FENCE.findall(text):
        kind = tag.lower().removesuffix("-step")
        if tag.lower().endswith("-step") and body.strip() and (kind in _LANGUAGES or kind == "describe"):
            source = textwrap.dedent(body).strip("\n")
            step = Code(source, "python", "describe") if kind == "describe" else Code(source, _LANGUAGES[kind])
            return _prose(text), step
    return None


def parse(text: str, wants: Wants | None = None) -> tuple[str, Code | None]:
    """Split an answer into its prose and its code.

    >>> prose, code = parse("By region:\\n```sql\\nSELECT region FROM sales\\n```")
    >>> prose, code.language, code.text
    ('By region:', 'sql', 'SELECT region FROM sales')
    >>> parse("I do not know.")
    ('I do not know.', None)

    Args:
        text: The answer.
        wants: The kind of answer that was asked for; gives a document its format.

    Returns:
        The prose without the code, and the code, or None if there is none.
    """
    text = _without_thoughts(text)
    fences = [(tag, textwrap.dedent(body).strip("\n")) for _, tag, body in _FENCE.findall(text)]
    usable = [
        (language, body) for tag, body in fences if body.strip() and (language := _language(tag, body)) is not None
    ]
    if usable:
        return _prose(text), _merge(usable, wants)
    for source in (text, *(body for _, body in fences)):
        from_json = _from_json(source)
        if from_json is not None:
            return "" if source is text else _prose(text), _with_format(from_json, wants)
    unfenced = None if fences else _unfenced(text)
    return ("", _with_format(unfenced, wants)) if unfenced is not None else (text, None)


def _without_thoughts(text: str) -> str:
    """The answer without its reasoning. Some servers send the end tag of a reasoning block without its start."""
    return _THOUGHT_END.sub("", _THOUGHT.sub("", text)).strip()


def _prose(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", text)).strip()


def _language(tag: str, body: str) -> Language | None:
    if tag:
        return _LANGUAGES.get(tag.lower())
    if _SQL.match(body):
        return "sql"
    return "python" if _is_python(body) or _SURELY_PYTHON.search(body) else None


def _merge(fences: list[tuple[Language, str]], wants: Wants | None) -> Code:
    """Python blocks are joined to one program in their order; with SQL among them, the last block is the answer."""
    if any(language == "sql" for language, _ in fences):
        language, body = fences[-1]
        return _with_format(Code(body, language), wants)
    parts = [body for i, (_, body) in enumerate(fences) if not any(body in later for _, later in fences[i + 1 :])]
    document = any(language == "document" for language, _ in fences)
    return _with_format(Code("\n\n".join(parts), "document" if document else "python"), wants)


def _with_format(code: Code, wants: Wants | None) -> Code:
    """Python that writes to ``OUTPUT_PATH`` is a document, whatever its block is tagged; a document gets its format."""
    if code.language == "document" or (code.language == "python" and "OUTPUT_PATH" in code.text):
        return Code(code.text, "document", _format(code.text, wants))
    return code


def _format(text: str, wants: Wants | None) -> str:
    if wants not in {None, "figure", "table", "dashboard"}:
        return str(wants)
    return next((kind for library, kind in _LIBRARIES if re.search(rf"\b{library}\b", text)), "xlsx")


def _from_json(text: str) -> Code | None:
    """The code of an answer like ``{"code": ...}`` or ``{"sql": ...}``, as some models write it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    for key in ("code", "python", "sql", "query"):
        source = value.get(key)
        if isinstance(source, str) and source.strip():
            sql = key in {"sql", "query"} or _LANGUAGES.get(str(value.get("language", "")).lower()) == "sql"
            return Code(source.strip(), "sql" if sql or _SQL.match(source) else "python")
    return None


def _unfenced(text: str) -> Code | None:
    """Code without a fenced block around it."""
    if _SQL.match(text) and re.search(r"\bfrom\b", text, re.I) and not text.rstrip().endswith((".", "?", "!")):
        return Code(text, "sql")
    return Code(text) if _is_python(text) else None


def _is_python(text: str) -> bool:
    """Whether a text is Python that does something; a single word or a sentence is not."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        not isinstance(node, ast.Expr) or any(isinstance(part, ast.Call | ast.Subscript) for part in ast.walk(node))
        for node in body
        if not (isinstance(node, ast.AnnAssign) and node.value is None)
    )
