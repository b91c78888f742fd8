"""A model's answer as text -> prose and code, with patience for the ways in which small models write."""

from __future__ import annotations

import ast
import json
import re

from ..turn import Code, Language, Wants

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.S | re.I)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.S | re.M)
_LANGUAGES: dict[str, Language] = {
    "py": "python", "python": "python", "python3": "python", "ipython": "python", "sql": "sql", "duckdb": "sql",
    "python-doc": "document", "python_doc": "document",
}  # fmt: skip
_LIBRARIES = (("openpyxl", "xlsx"), ("xlsxwriter", "xlsx"), ("to_excel", "xlsx"), ("docx", "docx"),
              ("docxtpl", "docx"), ("pptx", "pptx"), ("reportlab", "pdf"))  # fmt: skip
_SQL = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with|from|pivot|summarize)\b", re.I)


def parse(text: str, wants: Wants | None = None) -> tuple[str, Code | None]:
    """Take an answer apart.

    Args:
        text: The answer.
        wants: The form of the answer that was asked for; it gives a document its format.

    Returns:
        The prose without the code, and the code, or None where there is none.
    """
    text = _THOUGHT.sub("", text).strip()
    fences = [(_language(tag, body), body.strip("\n")) for _, tag, body in _FENCE.findall(text)]
    usable = [(language, body) for language, body in fences if language is not None and body.strip()]
    if usable:
        return _prose(text), _code(usable, wants)
    wrapped = _from_json(text) or _bare(text)
    return ("", _document(wrapped, wants)) if wrapped is not None else (text, None)


def _prose(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", text)).strip()


def _language(tag: str, body: str) -> Language | None:
    if tag:
        return _LANGUAGES.get(tag.lower())
    if _SQL.match(body):
        return "sql"
    return "python" if _is_python(body) else None


def _code(fences: list[tuple[Language, str]], wants: Wants | None) -> Code:
    """All Python fences make one program, in their order; else the last fence is the answer."""
    languages = {language for language, _ in fences}
    if languages == {"python"}:
        parts = [body for i, (_, body) in enumerate(fences) if not any(body in later for _, later in fences[i + 1 :])]
        return _document(Code("\n\n".join(parts)), wants)
    documents = [body for language, body in fences if language == "document"]
    if documents:
        return Code(documents[-1], "document", _format(documents[-1], wants))
    language, body = fences[-1]
    return _document(Code(body, language), wants)


def _document(code: Code, wants: Wants | None) -> Code:
    """Python that writes to OUTPUT_PATH is a document, whatever its fence said."""
    if code.language == "python" and "OUTPUT_PATH" in code.text:
        return Code(code.text, "document", _format(code.text, wants))
    return code


def _format(text: str, wants: Wants | None) -> str:
    if wants not in {None, "figure", "table"}:
        return str(wants)
    return next((kind for library, kind in _LIBRARIES if re.search(rf"\b{library}\b", text)), "xlsx")


def _from_json(text: str) -> Code | None:
    """``{"code": ...}`` and ``{"sql": ...}``, as some models answer."""
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


def _bare(text: str) -> Code | None:
    """Code without a fence around it."""
    if _SQL.match(text) and re.search(r"\bfrom\b", text, re.I) and not text.rstrip().endswith((".", "?", "!")):
        return Code(text, "sql")
    return Code(text) if _is_python(text) else None


def _is_python(text: str) -> bool:
    """Whether a text is Python that does something; one word or sentence-like text is not."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        not isinstance(node, ast.Expr) or any(isinstance(part, ast.Call | ast.Subscript) for part in ast.walk(node))
        for node in body
        if not (isinstance(node, ast.AnnAssign) and node.value is None)
    )
