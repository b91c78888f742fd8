"""What a model replies in an investigation: its plan, a look at the rest of it, and findings.

The prompts ask for one JSON object. Models also put it into a fence, with words around it, with a comma too many, or
write numbered lists in its place; all of that is read. What still cannot be read is refused with the reason.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from ..errors import UnreadablePlan
from ..facts.spellings import same
from ..language import message
from ..turn.investigation import CONFIDENCES, Claim, Confidence, Findings, Step

MAX_STEPS, MAX_CLAIMS = 30, 30
MAX_TEXT = 600
"""Characters of a question, a method or a claim."""
_STEPS = ("steps", "plan", "investigation_plan", "analysis_steps", "tasks", "questions")
_CLAIMS = ("claims", "findings", "conclusions", "key_findings")
_RESTS_ON = ("steps", "step", "evidence", "sources", "rests_on")
_NAMES: dict[str, tuple[str, ...]] = {
    "question": ("question", "title", "step", "task", "description", "goal", "what", "text"),
    "data": ("data", "frames", "frame", "tables", "sources"),
    "method": ("method", "how", "approach", "analysis"),
    "confirms": ("confirms", "confirm", "would_confirm", "confirmed_if", "expected"),
    "refutes": ("refutes", "refute", "would_refute", "refuted_if"),
}
_ITEM = re.compile(r"^[ \t]*(?:[-*•]|(?:\*\*)?(?:step[ \t]*)?\(?\d{1,2}[.):][ \t]?)[ \t]*(?P<text>\S.*)$", re.I)
_PART = re.compile(
    r"^[ \t]*[-*•]?[ \t]*(?:\*\*)?(?P<name>[A-Za-z][A-Za-z _]{2,15}?)(?:\*\*)?[:：](?:\*\*)?[ \t]*(?P<text>.+)$"
)
_STEP_NUMBERS = re.compile(r"\bsteps?\s*#?(\d{1,2}(?:\s*(?:,|and|&|-|–|to)\s*#?\d{1,2})*)", re.I)
_CONFIDENCE = re.compile(
    r"\b(?:(high|medium|low)[ -]confidence|confidence\W{1,4}(?:is )?\W{0,2}(high|medium|low))\b", re.I
)
_KEEPS = re.compile(r"^\W*(?:keep|no change|unchanged|continue|go on|the plan stays|ok)\b[^\n]{0,80}\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Revision:
    """What a model makes of the rest of its plan.

    Attributes:
        steps: The steps that are to follow; None where the plan stays.
        reason: Why it changes.
    """

    steps: tuple[Step, ...] | None = None
    reason: str = ""


def read_plan(text: str) -> tuple[Step, ...]:
    """The steps of a plan.

    Raises:
        UnreadablePlan: The text holds none.

    Example:
        >>> [step.question for step in read_plan('Here it is: {"steps": ["Revenue by month", "Revenue by region",]}')]
        ['Revenue by month', 'Revenue by region']
        >>> read_plan("1. **Revenue by month**\\n   Method: sum of revenue\\n2) Revenue by region")[0].method
        'sum of revenue'
    """
    value = _object(text, _STEPS)
    entries = _entries(value, _STEPS)
    steps = tuple(filter(None, map(_step, entries))) if entries is not None else tuple(_listed_steps(text))
    if not steps:
        raise UnreadablePlan(
            message("The reply of the model holds no steps."), message("Ask again, or with another model.")
        )
    return _once(steps)[:MAX_STEPS]


def read_revision(text: str) -> Revision:
    """What is to become of the rest of a plan.

    Raises:
        UnreadablePlan: The text does not say.

    Example:
        >>> read_revision('{"keep": true}'), read_revision('{"steps": [], "reason": "It is clear."}')
        (Revision(steps=None, reason=''), Revision(steps=(), reason='It is clear.'))
    """
    value = _object(text, (*_STEPS, "keep"))
    if isinstance(value, Mapping) and value.get("keep") in {True, "true", "yes"}:
        return Revision()
    entries = _entries(value, _STEPS)
    if entries is not None:
        reason = value.get("reason") or value.get("why") or "" if isinstance(value, Mapping) else ""
        return Revision(_once(filter(None, map(_step, entries)))[:MAX_STEPS], _plain(reason))
    if not text.strip() or _KEEPS.match(text.strip()):
        return Revision()
    return Revision(read_plan(text))


def read_findings(text: str, number: int) -> Findings:
    """The findings of an investigation.

    Args:
        text: The reply.
        number: How many steps were taken; a claim that names another step is left without it.

    Raises:
        UnreadablePlan: The text holds none.

    Example:
        >>> found = read_findings("West lost most.\\n1. West fell (step 2, high confidence).", 2)
        >>> found.summary, found.claims[0].steps, found.claims[0].confidence
        ('West lost most.', (2,), 'high')
    """
    value = _object(text, (*_CLAIMS, "summary"))
    if isinstance(value, Mapping):
        entries = _entries(value, _CLAIMS) or []
        claims = [claim for entry in entries[:MAX_CLAIMS] if (claim := _claim(entry, number)) is not None]
        missing = value.get("not_examined") or value.get("not_looked_at") or value.get("limitations") or []
        found = Findings(_plain(value.get("summary")), tuple(claims), tuple(filter(None, map(_plain, _list(missing)))))
    else:
        items = list(_items(text))
        before = text.split(items[0], 1)[0] if items else text
        claims = [claim for item in items[:MAX_CLAIMS] if (claim := _claim(item, number)) is not None]
        found = Findings(_plain(re.sub(r"(?:^|\n)[\s\d.)*#-]*$", "", before)) if items else _plain(text), tuple(claims))
    if not found.summary and not found.claims:
        raise UnreadablePlan(
            message("The reply of the model holds no findings."), message("Ask again, or with another model.")
        )
    return found


def _object(text: str, names: tuple[str, ...]) -> Any:
    """The JSON object of a text that has one of these names, else its first list; None where there is neither."""
    found = None
    for start in (match.start() for match in re.finditer(r"[{\[]", text)):
        value = _value_at(text, start)
        if isinstance(value, Mapping) and any(name in value for name in names):
            return value
        if found is None and isinstance(value, list) and value and isinstance(value[0], str | Mapping):
            found = value
    return found


def _value_at(text: str, start: int) -> Any:
    """The JSON value that begins there; a comma too many and Python's way of writing are taken too."""
    decoder = json.JSONDecoder(strict=False)
    for source in (text[start:], re.sub(r",(\s*[}\]])", r"\1", text[start:])):
        try:
            return decoder.raw_decode(source)[0]
        except (ValueError, RecursionError):
            continue
    end = text.rfind("}" if text[start] == "{" else "]")
    try:
        return ast.literal_eval(text[start : end + 1]) if end > start else None
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None


def _entries(value: Any, names: tuple[str, ...]) -> list[Any] | None:
    """The list under one of these names."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return None
    for name in names:
        if isinstance(value.get(name), list):
            return cast(list[Any], value[name])
        if isinstance(value.get(name), Mapping):
            return list(value[name].values())
    return None


def _step(entry: Any) -> Step | None:
    """One step, from a sentence or an object."""
    if not isinstance(entry, Mapping):
        question = _plain(entry)
        return Step(question) if question else None
    parts = {name: next((entry[key] for key in keys if entry.get(key)), "") for name, keys in _NAMES.items()}
    if not isinstance(parts["question"], str) or not (question := _plain(parts["question"])):
        return None
    data = tuple(filter(None, map(_plain, _list(parts["data"]))))
    return Step(question, data, _plain(parts["method"]), _plain(parts["confirms"]), _plain(parts["refutes"]))


def _claim(entry: Any, number: int) -> Claim | None:
    if isinstance(entry, Mapping):
        text = _plain(next((entry[key] for key in ("claim", "text", "finding", "statement") if entry.get(key)), ""))
        given: Any = next(
            (entry[key] for key in ("steps", "step", "evidence", "sources", "rests_on") if entry.get(key)), []
        )
        steps = [int(n) for part in _list(given) for n in re.findall(r"\d+", str(part))]
        sure = str(entry.get("confidence", "")).strip().lower()
    else:
        text = _plain(entry)
        steps, sure = list(_numbers(text)), next((a or b for a, b in _CONFIDENCE.findall(text)), "").lower()
    if not text:
        return None
    confidence: Confidence = sure if sure in CONFIDENCES else "medium"
    return Claim(text, tuple(dict.fromkeys(step for step in steps if 1 <= step <= number)), confidence)


def _numbers(text: str) -> Iterator[int]:
    """The numbers of the steps that a sentence names."""
    for found in _STEP_NUMBERS.findall(text):
        ends = [int(number) for number in re.findall(r"\d+", found)]
        is_range = len(ends) == 2 and re.search(r"-|–|to", found)
        yield from range(ends[0], ends[1] + 1) if is_range else ends


def _items(text: str) -> Iterator[str]:
    """The items of a list in plain text."""
    for line in text.splitlines():
        match = _ITEM.match(line)
        if match is not None:
            yield match["text"]


def _listed_steps(text: str) -> Iterator[Step]:
    """The steps of a numbered list, whose further lines may name method, data and what confirms or refutes."""
    current: Step | None = None
    for line in text.splitlines():
        part = _PART.match(line)
        name = _part_name(part["name"]) if part is not None else ""
        if part is not None and name and name != "question" and current is not None:
            value = _plain(part["text"])
            part_of: dict[str, Any] = {name: tuple(re.split(r"\s*,\s*", value)) if name == "data" else value}
            current = replace(current, **part_of)
            continue
        item = _ITEM.match(line)
        if item is None or (current is not None and line.startswith((" ", "\t")) and not re.match(r"\s*\d", line)):
            continue
        if current is not None:
            yield current
        current = Step(_plain(item["text"]))
    if current is not None:
        yield current


def _part_name(word: str) -> str:
    wanted = word.strip().lower().replace(" ", "_")
    return next((name for name, keys in _NAMES.items() if wanted in keys), "")


def _once(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps without those that ask the same again."""
    first: dict[str, Step] = {}
    for step in steps:
        first.setdefault(same(step.question), step)
    return tuple(first.values())


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _plain(value: Any) -> str:
    """A text on one line, without Markdown around it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = " ".join(str(value).split()).strip("*_` ").replace("**", "")
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT].rpartition(' ')[0]} …"
