"""Numbers that a model typed into an answer line in place of computing them: one that no result holds is marked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from ..turn import Code, Output
from ..turn.answer import answer_template
from .trace import MARK, traced

_AT_START, _AT_END = re.compile(r"\A[\d.,]+"), re.compile(r"[\d.,]+\Z")
_MARKED = re.compile(rf"([\d.,]*\d)(\s?(?:%|\w+))?{re.escape(MARK)}")
_CONDITION = re.compile(r"^if\b[^:]*:", re.I | re.M)


def typed_marked(answer: str, codes: Sequence[Code], outputs: Iterable[Output], given: str) -> tuple[str, int]:
    """An answer line with a mark behind each number that stands in its code as it is, and in no result.

    Only numbers of three digits or more, or with decimals, are looked at: "top 5" and "2013" are words.

    >>> typed_marked("UA has 91,234 flights.", [Code("answer(f'{name} has 91,234 flights.')")], (), "Who flies most?")
    ('UA has 91,234 [not found in a result] flights.', 1)

    Args:
        answer: The answer line as it was filled in.
        codes: The code of the answer and of the steps before it.
        outputs: What was computed.
        given: What numbers may come from besides: the question, and what is known of the frames.

    Returns:
        The answer line, and how many numbers were marked.
    """
    marked, computed = 0, tuple(outputs)
    pieces = list(dict.fromkeys(piece for code in codes for piece in _pieces(code)))
    if not any(re.search(r"\d", piece) for piece in pieces):
        return answer, 0
    known = "\n".join([given, *(_without(code.text, pieces) for code in codes)])
    for piece in pieces:
        text, unknown = traced(piece, computed, known) if re.search(r"\d", piece) else (piece, 0)
        text = _MARKED.sub(lambda match: match[0] if _is_figure(match[1]) else match[0].removesuffix(MARK), text)
        if unknown and MARK in text and piece in answer:
            answer, marked = answer.replace(piece, text, 1), marked + text.count(MARK)
    return answer, marked


def _is_figure(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return len(digits) >= 3 and not re.fullmatch(r"(?:19|20)\d\d", number)


def _without(text: str, pieces: Iterable[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return text


def _pieces(code: Code) -> Iterator[str]:
    """The parts of an answer line that stand in the code as they are; digits beside a placeholder belong to it."""
    if code.language == "sql":
        lines = _CONDITION.sub("", answer_template(code.text)).splitlines()
        sentences = [list(re.split(r"\{[^{}]*\}", line)) for line in lines]
    else:
        sentences = list(_texts(code.text))
    for parts in sentences:
        for index, part in enumerate(parts):
            piece = _AT_START.sub("", part) if index else part
            piece = _AT_END.sub("", piece) if index < len(parts) - 1 else piece
            if piece.strip():
                yield piece.strip()


def _texts(text: str) -> Iterator[list[str]]:
    """The texts of each argument of ``answer``, with an empty one for each placeholder between them."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    given = [argument for call in calls if call.func.id == "answer" for argument in call.args]  # type: ignore[attr-defined]
    for argument in given:
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        yield [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
