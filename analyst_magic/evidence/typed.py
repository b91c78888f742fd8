"""What a model typed into an answer line: numbers that no result holds, and names of other rows than their numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from ..turn import Code, Output
from ..turn.answer import answer_template
from ..turn.syntax import all_nodes, parse_python
from .trace import MARK, traced, unknown_ends
from .values import grids
from .words import sentences

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


def misnamed_marked(answer: str, codes: Sequence[Code], outputs: Iterable[Output], given: str) -> tuple[str, int]:
    """An answer line with a mark behind each computed number that is not of the row whose name the code has typed.

    ``answer(f"**South** sells most: {table.amount.max():,.1f}.")`` says North's number of South. A number counts where
    a result holds it, but in no row of the name beside it.

    Args:
        answer: The answer line as it was filled in.
        codes: The code of the answer and of the steps before it.
        outputs: What was computed.
        given: What numbers may come from besides: the question, and what is known of the frames.

    Returns:
        The answer line, and how many numbers were marked.
    """
    computed = tuple(grids(outputs))
    pieces = [piece for code in codes for piece in _pieces(code)]
    nameless = answer
    for sentence in sentences(answer, computed):
        for name in sentence.names:
            start, end = sentence.start + name.start, sentence.start + name.end
            if any(answer[start:end] in piece for piece in pieces):
                nameless = nameless[:start] + "_" * (end - start) + nameless[end:]
    if nameless == answer:
        return answer, 0
    wrong = sorted(set(unknown_ends(answer, computed, given)) - set(unknown_ends(nameless, computed, given)))
    wrong = [end for end in wrong if _is_exact(answer[:end])]
    for end in reversed(wrong):
        answer = answer[:end] + MARK + answer[end:]
    return answer, len(wrong)


def _is_exact(text: str) -> bool:
    """Whether a text ends with a number of three digits or more, or with decimals: fewer agree with much by chance."""
    number = _AT_END.search(text)
    return number is not None and (len(re.sub(r"\D", "", number[0])) >= 3 or bool(re.search(r"\d[.,]\d", number[0])))


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
        tree = parse_python(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    calls = [node for node in all_nodes(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    given = [argument for call in calls if call.func.id == "answer" for argument in call.args]  # type: ignore[attr-defined]
    for argument in given:
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        yield [str(part.value) if isinstance(part, ast.Constant) else "" for part in parts]
