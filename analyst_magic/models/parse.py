"""Splits a model's answer into prose and code, and tolerates the formats that small models use."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ..turn import LOOKUPS, Code, Language, Wants
from ..turn.answer import answer_template
from ..turn.program import RESULT
from ..turn.queries import Query, joined
from .prose import is_refusal

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|$)", re.S | re.I)
_THOUGHT_END = re.compile(r"\A.*^[ \t]*</(?:think|thinking|reasoning)>", re.S | re.M | re.I)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*\{?([\w+-]*)([^\n]*)\n(.*?)(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.S | re.M)
_LANGUAGES: dict[str, Language] = {
    "py": "python", "python": "python", "python3": "python", "ipython": "python", "sql": "sql", "duckdb": "sql",
    "python-doc": "document", "python_doc": "document",
}  # fmt: skip
_LIBRARIES = (("openpyxl", "xlsx"), ("xlsxwriter", "xlsx"), ("to_excel", "xlsx"), ("docx", "docx"),
              ("docxtpl", "docx"), ("pptx", "pptx"), ("reportlab", "pdf"))  # fmt: skip
_NAMED = re.compile(r"\b(connection|result)\s*[=:]\s*[\"']?([^\W\d]\w*)", re.IGNORECASE)
_SURELY_PYTHON = re.compile(r"^(?:import \w|from \w[\w.]* import |def \w+\(|\w+ = )", re.M)
"""Surely Python, even if its syntax is newer than the interpreter that parses it here."""
_ALTERNATIVE = re.compile(
    r"(?:^|[.!?:]\s)[^\w\n]{0,20}(?:alternatively|alternative|or\b(?! rather)|"
    r"another (?:way|option|approach|version|solution|method)|equivalently|if you prefer|"
    r"(?:option|method|approach|variant|version|solution) (?:\d+|[a-d])\b|"
    r"(?:a|the) (?:short|simpl|long|fast|clean)\w* (?:way|option|approach|version|solution|method)|"
    r"the same (?:in|with|using|without)\b)",
    re.I | re.M,
)
"""Words that begin another way to answer the same question."""
_SURELY_SQL = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select\s|with\s+\w+\s+as\s*\()", re.I)
_SQL = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with|from|pivot|summarize)\b", re.I)


def find_steps(text: str) -> tuple[str, list[Code], str]:
    """The steps that an answer asks to run before it can be complete.

    >>> find_steps("Let me look.\\n```sql-step\\nSELECT 1\\n```")
    ('Let me look.', [Code(text='SELECT 1', language='sql', format='')], 'Let me look.')

    Returns:
        The prose around them, the steps in order, and the answer without them, where the code that answers may stand.
    """
    text, steps, rest, done = _without_thoughts(text), list[Code](), list[str](), 0
    for match in _FENCE.finditer(text):
        tag, body = match[2].lower(), match[4]
        kind = tag.removesuffix("-step")
        if not (tag.endswith("-step") and body.strip() and (kind in _LANGUAGES or kind in LOOKUPS)):
            continue
        source = textwrap.dedent(body).strip("\n")
        code = Code(source, "python", kind) if kind in LOOKUPS else Code(source, _of(source, _LANGUAGES[kind]))
        query = _query(match[3], source) if code.language == "sql" else None
        steps.append(code if query is None else joined([query], None))
        rest.append(text[done : match.start()])
        done = match.end()
    rest.append(text[done:])
    return _prose(text), list(dict.fromkeys(steps)), "".join(rest).strip()


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
        The prose without the code, and the code, or None if there is none. Code in an answer that is marked as a
        refusal is part of its prose. Of several programs that each answer the question, one is taken; of parts in
        several languages the last (``parse_programs`` gives them all).
    """
    prose, codes = parse_programs(text, wants)
    return prose, codes[-1] if codes else None


def parse_programs(text: str, wants: Wants | None = None) -> tuple[str, list[Code]]:
    """Split an answer into its prose and its programs, in order: blocks of Python that follow each other are one.

    >>> parse_programs("```sql\\nSELECT 1 AS n\\n```\\n```python\\nresult.n + 1\\n```")[1][1].text
    'result.n + 1'

    Args:
        text, wants: As for ``parse``.
    """
    text = _without_thoughts(text)
    if is_refusal(text):
        return text, []
    fences = _fences(text)
    usable = [fence for fence in fences if fence.body.strip() and fence.language is not None]
    if usable:
        chosen, others = _chosen(usable)
        around = "".join(dict.fromkeys((usable[0].before, chosen[0].before))) if others else text
        *codes, last = _merge(chosen, wants)
        return _prose(around), [*codes, _with_answer(last, text, alone=not codes)]
    for source in (text, *(fence.body for fence in fences)):
        from_json = _from_json(source)
        if from_json is not None:
            return "" if source is text else _prose(text), [_with_format(from_json, wants)]
    unfenced = None if fences else _unfenced(text)
    return ("", [_with_format(unfenced, wants)]) if unfenced is not None else (text, [])


@dataclass(frozen=True, slots=True)
class _Fence:
    """A fenced block, with the prose between the block before it and itself."""

    body: str
    language: Language | None
    before: str
    query: Query | None = None


def _fences(text: str) -> list[_Fence]:
    fences, done = list[_Fence](), 0
    for match in _FENCE.finditer(text):
        body = textwrap.dedent(match[4]).strip("\n")
        language = _language(match[2], body)
        query = _query(match[3], body) if language == "sql" else None
        fences.append(_Fence(body, language, text[done : match.start()], query))
        done = match.end()
    return fences


def _query(words: str, body: str) -> Query | None:
    """A block of SQL that names its connection or its result behind the word ``sql``; None where it names neither."""
    named = {match[1].lower(): match[2] for match in _NAMED.finditer(words)}
    return Query(named.get("connection", "default"), body, named.get("result", "")) if named else None


def _with_queries(queries: Sequence[Query], codes: Sequence[Code]) -> list[Code]:
    """The programs with the queries that run before them on connections; the last query is the answer without any."""
    named = [
        query if query.result else replace(query, result="result" if len(queries) == 1 else f"result_{number}")
        for number, query in enumerate(queries, 1)
    ]
    return [*codes[:-1], joined(named, codes[-1] if codes else None)]


def _chosen(fences: Sequence[_Fence]) -> tuple[Sequence[_Fence], bool]:
    """The blocks to run, and whether there were others that would have answered the question in another way.

    A block begins another answer where the words before it say so ("Alternatively", "Option 2") and it uses nothing
    that the blocks before it gave. The first answer that shows its result is taken.
    """
    answers: list[list[_Fence]] = [[fences[0]]]
    for fence in fences[1:]:
        another = _ALTERNATIVE.search(fence.before) and not _builds_on(fence, answers[-1])
        if another:
            answers.append([fence])
        else:
            answers[-1].append(fence)
    if len(answers) == 1:
        return fences, False
    if any(fence.language == "sql" for fence in fences):  # what SQL shows needs no code around it: the last one counts
        answers.reverse()
    return next((answer for answer in answers if _shows(answer[-1])), answers[0]), True


def _builds_on(fence: _Fence, before: Sequence[_Fence]) -> bool:
    given = set[str]().union(*(_assigned(earlier.body) for earlier in before if earlier.language != "sql"))
    given |= {RESULT} if any(earlier.language == "sql" for earlier in before) else set()
    return fence.language != "sql" and bool(given & _needed(fence.body))


def _assigned(source: str) -> set[str]:
    tree = _tree(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _needed(source: str) -> set[str]:
    """Names that a program uses before it gives them to something."""
    needed, given = set[str](), set[str]()
    for statement in _tree(source).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        inside = given if isinstance(statement, ast.Assign | ast.AugAssign) else given | _assigned_in(names)
        needed |= {node.id for node in names if isinstance(node.ctx, ast.Load)} - inside
        given |= _assigned_in(names)
    return needed


def _assigned_in(names: Sequence[ast.Name]) -> set[str]:
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _shows(fence: _Fence) -> bool:
    """Whether a program ends with a value, and so shows it; ``print`` shows text at most."""
    if fence.language == "sql":
        return True
    body = _tree(fence.body).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        return False
    called = last.value.func if isinstance(last.value, ast.Call) else None
    return not (isinstance(called, ast.Name) and called.id == "print")


def _tree(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _with_answer(code: Code, text: str, *, alone: bool) -> Code:
    """Code with the answer line that stands beside its block by mistake; of several programs that may be any one's."""
    if not alone:
        return code
    if code.language == "sql" and not answer_template(code.text):
        lines = [
            line
            for line in _FENCE.sub("", text).splitlines()
            if line.lstrip().startswith("--") and answer_template(line)
        ]
    elif code.language == "python" and not re.search(r"\banswer\(", code.text):
        lines = [line for line in re.findall(r"^answer\(.*\)[ \t]*$", _FENCE.sub("", text), re.M) if _tree(line).body]
    else:
        return code
    return Code("\n".join([code.text, *map(str.strip, lines)]), code.language, code.format)


def _without_thoughts(text: str) -> str:
    """The answer without its reasoning. Some servers send the end tag of a reasoning block without its start."""
    return _THOUGHT_END.sub("", _THOUGHT.sub("", text)).strip()


def _prose(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", text)).strip()


def _language(tag: str, body: str) -> Language | None:
    if tag:
        named = _LANGUAGES.get(tag.lower())
        return _of(body, named) if named is not None else None
    if _SQL.match(body):
        return "sql"
    return "python" if _is_python(body) or _SURELY_PYTHON.search(body) else None


def _of(body: str, named: Language) -> Language:
    """The language of a body whose block names one: SQL that stands in a block of Python is SQL, and the reverse."""
    if named == "python" and _SURELY_SQL.match(body) and not _SURELY_PYTHON.search(body) and not _is_python(body):
        return "sql"
    return "python" if named == "sql" and not _SQL.match(body) and _is_python(body) else named


def _merge(fences: Sequence[_Fence], wants: Wants | None) -> list[Code]:
    """The blocks as programs: those of Python that follow each other are one, a block of SQL is one by itself."""
    queries = [fence.query for fence in fences if fence.query is not None]
    if queries:
        rest = [fence for fence in fences if fence.query is None]
        return _with_queries(queries, _merge(rest, wants) if rest else [])
    codes: list[Code] = []
    for sql, group in groupby(fences, key=lambda fence: fence.language == "sql"):
        blocks = list(group)
        bodies = [fence.body for fence in blocks]
        if sql:
            codes += [Code(body, "sql") for body in dict.fromkeys(bodies)]
        else:
            parts = [body for i, body in enumerate(bodies) if not any(body in later for later in bodies[i + 1 :])]
            document = any(fence.language == "document" for fence in blocks)
            codes.append(_with_format(Code("\n\n".join(parts), "document" if document else "python"), wants))
    return codes


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
