"""How an answer was made, as one record: the cell's card, the panel and the reports all draw from it.

The record lies as JSON in the metadata of the cell's output, under the key ``analyst``. A notebook can come from
anybody, so a record that is read from one is checked, and its texts are never taken for markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args

from ..errors import FigureCriticised
from ..language import message, messages
from ..models.providers import is_remote, label_of
from ..planner.asking import choices_in
from ..planner.offers import askable
from ..turn import PRIVACY_WORDS, AnswerKind, Attempt, FrameCard, Turn

KEY = "analyst"
"""The key in the metadata of an output."""
VERSION = 1
FOOTER = {KEY: {"version": VERSION, "part": "footer"}}
"""The metadata of the output that says how the answer above it was made; its record is that of the answer."""
MAX_TEXT = 2_000_000
MAX_LINE = 240
"""Characters of an answer that is one line, to be shown large."""
MAX_OFFERS = 6
MAX_EVIDENCE = 12
"""Parts of the line of evidence."""
_OFFERED_COLUMNS = 12
OFFER = message("These data can be asked about:")
SUGGEST = message("For example:")
LANGUAGES = {"sql": "SQL", "python": "Python", "document": message("Python for a document")}


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An attempt before the last one.

    Attributes:
        code, language: What it ran.
        error: Why it failed; empty for a step that succeeded.
    """

    code: str = ""
    language: str = "python"
    error: str = ""

    def title(self, number: int) -> str:
        """What it is called, as the attempt of this number.

        Example:
            >>> EarlierAttempt("px.bar(t)", error=str(FigureCriticised("The bars have no order."))).title(1)
            'Attempt 1, before the look at its figure'
        """
        if self.error.startswith(FigureCriticised.BEGINNING):
            return message("Attempt {number}, before the look at its figure", number=number)
        failed = message("Attempt {number} failed", number=number)
        return failed if self.error else message("Step {number}", number=number)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """How one answer was made.

    Attributes:
        turn: The turn's id, as in the history, the traces and the logs.
        text: How the question was understood, or what the model wrote beside its code.
        code, language: The code of the last attempt; empty where there was none.
        model: Who wrote it: ``PROVIDER:MODEL``, ``offline``, or ``you``.
        pinned: Whether it came from the lock file.
        seconds: How long the turn took.
        sandbox: Where the code ran; empty where none ran.
        privacy: How much of the data a model could see; empty where no model was asked.
        tokens: Tokens of all replies; None where not reported.
        cost: In US dollars; None where not reported.
        attempts: The attempts before the last one, oldest first.
        answer: The answer in words, as Markdown.
        kind: What it is, as in ``Turn``.
        offers: For a refusal, what can be asked about instead: the frames with their columns, one text for each.
        questions: Whole questions that can be asked: instead of a refused one, or what a question back offers.
        evidence: What the answer was computed from and how long that took, in plain words, in parts for one line.
    """

    turn: str = ""
    text: str = ""
    code: str = ""
    language: str = "python"
    model: str = ""
    pinned: bool = False
    seconds: float = 0.0
    sandbox: str = ""
    privacy: str = ""
    tokens: int | None = None
    cost: float | None = None
    attempts: tuple[EarlierAttempt, ...] = ()
    answer: str = ""
    kind: AnswerKind = "result"
    offers: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def brief(self) -> bool:
        """Whether the answer is a line to be read at a glance, and not a text."""
        answer = self.answer.strip()
        return self.kind == "result" and len(answer) <= MAX_LINE and "\n\n" not in answer

    @property
    def reading(self) -> str:
        """What stands under the answer in small letters: how the question was read, and words where no answer has any.

        >>> AnswerRecord(text="Read as: the total.", answer="**70**", model="offline").reading
        'Read as: the total.'
        >>> AnswerRecord(text="Adds up the rows.", answer="**70**", model="acme:small").reading
        ''
        """
        return self.text if not self.answer or (self.model and not is_remote(self.model)) else ""

    @property
    def method(self) -> str:
        """What stands with the code: the model's words on what it does."""
        return "" if self.reading else self.text

    @property
    def author(self) -> str:
        """Who wrote the code, or was asked where there is none.

        >>> AnswerRecord(model="acme:small").author, AnswerRecord(code="SELECT 1", model="you").author
        ('asked acme:small', 'written by you')
        """
        who = message(label_of(self.model))
        return message("written by {who}", who=who) if self.code else message("asked {who}", who=who)

    @property
    def place(self) -> str:
        """Where the code ran; empty where none ran."""
        return message("ran in the {name} sandbox", name=self.sandbox) if self.sandbox else ""

    @property
    def facts(self) -> list[str]:
        """Language, author, time, place and cost, in parts to be shown on one line.

        >>> AnswerRecord(code="SELECT 1", language="sql", model="offline", seconds=0.534, sandbox="docker").facts
        ['SQL', 'written by the offline planner', '0.53 s', 'ran in the docker sandbox']
        """
        if not self.model:
            return []
        author = message("pinned, {author}", author=self.author) if self.pinned and self.code else self.author
        facts = [LANGUAGES.get(self.language, self.language), author] if self.code else [author]
        facts.append(message("{seconds:.2f} s", seconds=self.seconds))
        facts += [self.place] if self.place else []
        facts += [message("the model got {what}", what=message(_privacy_words(self.privacy)))] if self.privacy else []
        facts += [messages("{number} token", "{number} tokens", self.tokens)] if self.tokens is not None else []
        return facts + ([f"${self.cost:.4f}"] if self.cost is not None else [])

    @property
    def details(self) -> list[str]:
        """The facts that the line of evidence does not say: they stand with the code."""
        return [fact for fact in self.facts if not re.fullmatch(r"\d+\.\d\d s", fact)] if self.evidence else self.facts

    def metadata(self) -> dict[str, Any]:
        """The metadata of an output that shows the answer."""
        return {KEY: {"version": VERSION, **asdict(self), "attempts": [asdict(one) for one in self.attempts]}}


def record_of(turn: Turn) -> AnswerRecord:
    """The record of a turn."""
    seconds = turn.seconds.get("total", 0.0)
    frames = _described_frames(turn) if turn.kind == "refusal" else ()
    return AnswerRecord(
        turn=turn.uid,
        text=turn.text,
        code=turn.code,
        language=turn.language,
        model=turn.model,
        pinned=turn.pinned,
        seconds=round(seconds, 4) if math.isfinite(seconds) else 0.0,
        sandbox=turn.sandbox,
        privacy=turn.privacy if turn.remote else "",
        tokens=turn.tokens.prompt + turn.tokens.completion if turn.tokens is not None else None,
        cost=turn.cost,
        attempts=tuple(map(_earlier, turn.attempts[:-1])),
        answer=turn.answer,
        kind=turn.kind,
        offers=_offers(frames),
        questions=askable(frames, turn.question.text) if frames else _choices(turn),
        evidence=turn.evidence,
    )


def _privacy_words(privacy: str) -> str:
    """What a model may see at a level, in words."""
    return next((words for level, (words, _) in PRIVACY_WORDS.items() if level == privacy), privacy)


def _choices(turn: Turn) -> tuple[str, ...]:
    """The questions that a question back of the offline planner offers."""
    return choices_in(turn.answer) if turn.kind == "question" and not turn.remote else ()


def read_record(metadata: object) -> AnswerRecord | None:
    """The record in the metadata of an output; None where there is none, or none that can be read.

    >>> read_record(AnswerRecord(model="offline", text="Read as: the total.").metadata()).text
    'Read as: the total.'

    Args:
        metadata: The metadata, from a notebook of any origin.
    """
    record = metadata.get(KEY) if isinstance(metadata, Mapping) else None
    if not isinstance(record, Mapping) or record.get("version") != VERSION:
        return None
    attempts = record.get("attempts")
    if not isinstance(attempts, list | tuple) or not all(isinstance(one, Mapping) for one in attempts):
        return None
    try:
        earlier = tuple(
            EarlierAttempt(*(_text(one, name) for name in ("code", "language", "error"))) for one in attempts
        )
        texts = {
            name: _text(record, name)
            for name in ("turn", "text", "code", "language", "model", "sandbox", "privacy", "answer")
        }
        return AnswerRecord(
            **texts,
            pinned=record.get("pinned") is True,
            seconds=_number(record, "seconds") or 0.0,
            tokens=None if (tokens := _number(record, "tokens")) is None else int(tokens),
            cost=_number(record, "cost"),
            attempts=earlier,
            kind=_kind(record),
            offers=_texts(record, "offers"),
            questions=_texts(record, "questions"),
            evidence=_texts(record, "evidence", MAX_EVIDENCE),
        )
    except ValueError:
        return None


def is_footer(metadata: object) -> bool:
    """Whether an output's metadata is that of a footer, which says nothing that the answer's record does not say."""
    record = metadata.get(KEY) if isinstance(metadata, Mapping) else None
    return isinstance(record, Mapping) and record.get("part") == "footer"


def _earlier(attempt: Attempt) -> EarlierAttempt:
    language = "json" if attempt.code.format == "tool" else attempt.code.language
    return EarlierAttempt(attempt.code.text, language, str(attempt.error or ""))


def _described_frames(turn: Turn) -> tuple[FrameCard, ...]:
    """The frames that the model was told of: questions about these can be answered."""
    context = next((stage.context for stage in reversed(turn.stages) if stage.context is not None), None)
    return context.frames if context is not None else ()


def _offers(frames: Sequence[FrameCard]) -> tuple[str, ...]:
    """Frames with their columns."""
    offers = []
    for card in frames[:MAX_OFFERS]:
        names = [column.name for column in card.columns]
        shown, left = names[:_OFFERED_COLUMNS], len(names) - _OFFERED_COLUMNS
        listed = message("{names} and {count} more", names=shown, count=left) if left > 0 else ", ".join(shown)
        offers.append(message("{name}: {columns}", name=card.name, columns=listed))
    return tuple(offers)


def _kind(record: Mapping[str, Any]) -> AnswerKind:
    kind = record.get("kind", "result")
    return cast(AnswerKind, kind) if kind in get_args(AnswerKind) else "result"


def _texts(record: Mapping[str, Any], name: str, most: int = MAX_OFFERS) -> tuple[str, ...]:
    values = record.get(name, ())
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise ValueError(name)
    return tuple(value[:MAX_TEXT] for value in values[:most])


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(name)
    return value


def _number(record: Mapping[str, Any], name: str) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e15:
        raise ValueError(name)
    return float(value)
