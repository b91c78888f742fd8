"""Questions whose answers a person has checked, in ``semantics/verified.yaml``: read, written and found by meaning."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from ruamel.yaml.scalarstring import LiteralScalarString

from ..credentials import has_credentials
from ..errors import InputError
from ..language import message
from ..storage.files import SHARED, write_atomic
from ..turn import PRIVACY_LEVELS, Code, Language, Privacy
from ..turn.definitions import Definitions
from .content import DefinitionError, Problem, load, yaml

NAME = "verified.yaml"
HEAD = "# Questions whose answers a person has checked; `analyst verify` writes them. Commit this file.\n"
MAX_VALUE = 80
_PAIRS = ("parameters", "frames", "definitions")
_PLACE = re.compile(r"\{(\w+)\}")
_YEAR = re.compile(r"(?<![\w.])(?:19|20)\d\d(?![\w.])")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?![\w.,]*\d|\w)")
_FILLERS = re.compile(
    r"\b(?:please|show|give|tell|me|us|what|which|is|was|were|are|the|a|an|how much|do|did|does|have|has|had|our|we"
    r"|of)\b",
    re.I,
)
_BEGINS = frozenset(
    "by per in for from to since until between and or with without not except than over under above below before after"
    " on at as versus vs during within each across where whose who that".split()
)
"""Words that begin a part of a question: parts may stand in any order, the words of one may not."""


@dataclass(frozen=True, slots=True)
class VerifiedQuestion:
    """A question with the code that answers it, and who has checked that.

    Attributes:
        name: What it is called.
        question: Its text; ``{year}`` stands for what may be another value.
        code: The code, with the values that were asked for.
        by, at: Who has checked it, and the day.
        note: Why, or what to know of it.
        parameters: The values in the code, by the names in the question.
        frames: The schema of each frame that the code uses.
        definitions: The metrics in the code, each with the digest of its formula.
        seal: A digest of question and code as they were checked.
        privacy: The privacy level at which the code was written.
        model: Who wrote it: ``PROVIDER:MODEL``, ``offline`` or ``you``.
        place: The file and line.
    """

    name: str
    question: str
    code: Code
    by: str
    at: str
    note: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    frames: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    seal: str = ""
    privacy: Privacy = "rows"
    model: str = "you"
    place: str = field(default="", compare=False)

    @property
    def is_edited(self) -> bool:
        """Whether its question or code is another than that which was checked."""
        return self.seal != seal_of(self.question, self.code)

    @property
    def mark(self) -> str:
        """Who has checked it and when, for the line of evidence."""
        return f"verified by {self.by} on {self.at} ({self.name})"

    def code_with(self, values: Mapping[str, str]) -> Code:
        """The code with other values in place of those that were asked for."""
        text = self.code.text
        for name, before in self.parameters.items():
            if name in values and values[name] != before:
                text = _replaced(text, before, values[name])
        return replace(self.code, text=text)


def seal_of(question: str, code: Code) -> str:
    """A digest that is another where question or code are."""
    return hashlib.sha256("\0".join((question, code.language, code.text.strip())).encode()).hexdigest()[:16]


def verified_path(folder: Path, setting: str = "") -> Path:
    """The file of verified questions: in ``semantics/`` beside the notebook, or where the setting says."""
    if not setting:
        return folder / "semantics" / NAME
    path = (folder / Path(setting).expanduser()).resolve()
    return (path if path.is_dir() else path.parent) / NAME


# Parameters -----------------------------------------------------------------------------------------------------------


def with_parameters(question: str, code: str) -> tuple[str, dict[str, str]]:
    """A question with places for the values that its code holds, and those values.

    A year may be any other one, with the year after it where the code ends there; a number or a text only where the
    code has it once.

    >>> with_parameters("Revenue in 2024", "SELECT 1 WHERE placed >= '2024-01-01' AND placed < '2025-01-01'")
    ('Revenue in {year}', {'year': '2024'})
    >>> with_parameters("Revenue of Chile", "SELECT 1 FROM t WHERE country = 'Chile'")
    ('Revenue of {value}', {'value': 'Chile'})
    """
    values: dict[str, str] = {}
    years = sorted(set(_YEAR.findall(question)))
    if len(years) == 1 and years[0] in code:
        question, values["year"] = _YEAR.sub("{year}", question), years[0]
    for number in _NUMBER.findall(question):
        if (
            len(re.findall(rf"(?<![\w.]){number}(?![\w.])", code)) == 1
            and not values.keys() & {"number"}
            and not _YEAR.fullmatch(number)
        ):
            question, values["number"] = re.sub(rf"(?<![\w.]){number}(?![\w.])", "{number}", question, count=1), number
    texts = set(re.findall(r"'([^'\\\n]{2,80})'|\"([^\"\\\n]{2,80})\"", code))
    named = sorted({text for pair in texts for text in pair if text and _stands_in(text, question)}, key=len)
    if named and code.count(named[-1]) == 1 and not named[-1].isdecimal() and "{" not in named[-1]:
        question = re.sub(rf"[\"'“]?\b{re.escape(named[-1])}\b[\"'”]?", "{value}", question, count=1)
        values["value"] = named[-1]
    return question, values


def _stands_in(text: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", question) is not None


def _replaced(text: str, before: str, after: str) -> str:
    """Code with another value; of a year also the year that follows it."""
    found = rf"(?<!\d){re.escape(before)}(?!\d)" if before.isdecimal() else re.escape(before)
    if _YEAR.fullmatch(before):
        following = rf"(?<!\d){int(before) + 1}(?!\d)"
        changed = {before: after, str(int(before) + 1): str(int(after) + 1)}
        return re.sub(rf"{found}|{following}", lambda match: changed[match[0]], text)
    return re.sub(found, lambda match: after, text)


# Meaning --------------------------------------------------------------------------------------------------------------


def meaning(question: str, definitions: Definitions) -> frozenset[str]:
    """A question as its parts, each in plain words: questions with equal parts mean the same.

    >>> meaning("What is the revenue by region in {year}?", Definitions()) == meaning(
    ...     "Revenues in {year} by region", Definitions())
    True
    >>> meaning("orders per customer", Definitions()) == meaning("customers per order", Definitions())
    False
    """
    text = f" {question.casefold()} "
    for name, words in _synonyms(definitions):
        for word in words:
            text = re.sub(rf"(?<![\w{{]){re.escape(word.casefold())}(?:s|es)?(?![\w}}])", f" {name.casefold()} ", text)
    metrics = "|".join(re.escape(metric.name.casefold()) for metric in definitions.metrics)
    if metrics:
        text = re.sub(rf"\b(?:total|overall)\s+(?={metrics})", " ", text)
    text = _FILLERS.sub(" ", text)
    parts: list[list[str]] = [[]]
    for word in re.findall(r"\{\w+\}|[^\W_]+(?:[.,]\d+)?|[<>=%-]", text.replace("_", " ")):
        if word in _BEGINS:
            parts.append([word])
        else:
            parts[-1].append(_singular(word))
    return frozenset(" ".join(part) for part in parts if part)


def _synonyms(definitions: Definitions) -> Iterable[tuple[str, tuple[str, ...]]]:
    for metric in definitions.metrics:
        yield metric.name, tuple(sorted(metric.synonyms, key=len, reverse=True))
    for dataset in definitions.datasets:
        for known in dataset.fields:
            yield known.name, tuple(filter(None, (known.label, *known.synonyms)))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def matched(
    question: str, known: Sequence[VerifiedQuestion], definitions: Definitions
) -> tuple[VerifiedQuestion, dict[str, str]] | None:
    """The verified question that means the same, with the values that are asked for; None where there is none.

    Args:
        question: What is asked.
        known: The verified questions.
        definitions: Whose synonyms are the same words.

    Example:
        >>> code = Code("SELECT sum(x) FROM t WHERE year = 2024", "sql")
        >>> given = {"year": "2024"}
        >>> one = VerifiedQuestion("by_year", "Revenue in {year}", code, "Ada", "2026-01-02", parameters=given)
        >>> matched("what was the revenue in 2025?", [one], Definitions())[1]
        {'year': '2025'}
    """
    for one in known:
        values = _values(question, one, definitions)
        if values is not None:
            return one, values
    return None


def _values(question: str, one: VerifiedQuestion, definitions: Definitions) -> dict[str, str] | None:
    """The values that a question asks for, where it is the verified one but for them."""
    wanted = meaning(one.question, definitions)
    if not one.parameters:
        return {} if meaning(question, definitions) == wanted else None
    found: dict[str, str] = {}
    asked = question
    for name, pattern in (("year", _YEAR), ("number", _NUMBER)):
        if name in one.parameters and (value := pattern.search(asked)) is not None:
            found[name] = value[0]
            asked = pattern.sub(f"{{{name}}}", asked, count=0 if name == "year" else 1)
    if "value" not in one.parameters:
        complete = set(found) == set(one.parameters) and len(set(_YEAR.findall(question))) <= 1
        return found if complete and meaning(asked, definitions) == wanted else None
    for text in _possible_values(asked, one.parameters["value"]):
        if meaning(asked.replace(text, "{value}", 1), definitions) == wanted:
            return {**found, "value": text.strip("\"'“”")}
    return None


def _possible_values(question: str, before: str) -> list[str]:
    """What in a question may stand for a value: what is quoted, and up to three words with a capital."""
    words = re.findall(r"“[^”]{1,80}”|\"[^\"]{1,80}\"", question)
    words += re.findall(r"\b[A-Z][\w-]*(?: [A-Z][\w-]*){0,2}\b", question)
    plain = [word for word in (before, *words) if word in question]
    return [word for word in dict.fromkeys(plain) if re.fullmatch(r"[\w .&-]{1,80}", word.strip('"“”'))]


# The file -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoadedVerified:
    """What a file of verified questions says, and what in it could not be read."""

    questions: tuple[VerifiedQuestion, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_verified(folder: Path, setting: str = "") -> LoadedVerified:
    """The verified questions of a folder. What cannot be read is among the problems.

    Args:
        folder, setting: As for ``read_definitions``.
    """
    path = verified_path(folder, setting)
    try:
        state = path.stat()
    except OSError:
        return LoadedVerified()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int, size: int) -> LoadedVerified:
    try:
        content = load(path)
    except DefinitionError as error:
        return LoadedVerified(problems=error.problems)
    if content is None:
        return LoadedVerified()
    entries: Any = content.get("verified") if isinstance(content, Mapping) else None
    lines = getattr(entries, "lc", None)
    if not isinstance(entries, list) or lines is None:
        return LoadedVerified(problems=(Problem(f"{path.name}:1", "It has a list under verified."),))
    questions, problems = list[VerifiedQuestion](), list[Problem]()
    for number, entry in enumerate(entries):
        place = f"{path.name}:{lines.item(number)[0] + 1}"
        try:
            questions.append(_question(entry, place))
        except ValueError as error:
            problems.append(Problem(place, f"This is no verified question: {str(error)[:120] or 'a part is missing'}."))
    return LoadedVerified(tuple(questions), tuple(problems))


def _question(entry: Any, place: str) -> VerifiedQuestion:
    """A verified question as it stands in the file.

    Raises:
        ValueError: A part of it is missing, or is another than it can be.
    """
    if not isinstance(entry, Mapping):
        raise ValueError("it has no parts such as “name: …”")
    if wrong := [name for name in _PAIRS if not isinstance(entry.get(name) or {}, Mapping)]:
        raise ValueError(f"{wrong[0]} has no pairs such as “year: 2024”")
    texts = {name: entry.get(name, "") for name in ("name", "question", "by", "at", "note", "seal", "language", "code")}
    texts = {name: str(value) for name, value in texts.items() if value is not None}
    missing = [name for name in ("name", "question", "by", "at", "language", "code", "seal") if not texts.get(name)]
    if missing:
        raise ValueError(f"{missing[0]} is missing")
    if texts["language"] not in {"python", "sql"}:
        raise ValueError(f"the language {texts['language'][:30]} does not exist")
    given, frames, metrics = ({str(k): str(v) for k, v in (entry.get(name) or {}).items()} for name in _PAIRS)
    code = Code(texts["code"].rstrip("\n"), cast(Language, texts["language"]))
    privacy = entry.get("privacy", "rows")
    return VerifiedQuestion(
        texts["name"], texts["question"], code, texts["by"], texts["at"], texts["note"], given, frames, metrics,
        texts["seal"],
        cast(Privacy, privacy if privacy in PRIVACY_LEVELS else "rows"),
        str(entry.get("model", "you")), place,
    )  # fmt: skip


def write_verified(folder: Path, setting: str, one: VerifiedQuestion) -> Path:
    """Add a verified question to the file, in place of one of the same name; the rest of the file stays as it is.

    Raises:
        InputError: It holds what looks like a key, or the file cannot be read or written.
    """
    if has_credentials(f"{one.question}\n{one.code.text}\n{one.note}"):
        raise InputError(
            message("{one} is not written: it holds what looks like a key or a password.", one=one.name),
            message("Take it out, and ask again."),
        )
    path = verified_path(folder, setting)
    content = load(path) if path.is_file() else None
    entries = content.setdefault("verified", []) if isinstance(content, dict) else []
    content = content if isinstance(content, dict) else {"verified": entries}
    position = next((n for n, known in enumerate(entries) if _is_named(known, one.name)), len(entries))
    entries[position : position + 1] = [_entry(one)]
    out = io.StringIO()
    yaml().dump(content, out)
    text = out.getvalue()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text if text.startswith("#") else HEAD + text, mode=SHARED)
    except OSError as error:
        raise InputError(
            message("{file} cannot be written: {reason}.", file=path.name, reason=error.strerror),
            message("Check the folder."),
        ) from error
    return path


def _is_named(entry: object, name: str) -> bool:
    return isinstance(entry, Mapping) and str(entry.get("name", "")).casefold() == name.casefold()


def _entry(one: VerifiedQuestion) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": one.name, "question": one.question, "by": one.by, "at": one.at}
    entry |= {"note": one.note} if one.note else {}
    entry |= {"parameters": dict(one.parameters)} if one.parameters else {}
    entry |= {"language": one.code.language, "code": LiteralScalarString(one.code.text.rstrip("\n") + "\n")}
    entry |= {"frames": dict(one.frames)} if one.frames else {}
    entry |= {"definitions": dict(one.definitions)} if one.definitions else {}
    return {**entry, "model": one.model, "privacy": one.privacy, "seal": seal_of(one.question, one.code)}
