"""The frozen data that flows through a turn, in the order in which it comes to be.

``Question`` -> ``FrameCard`` -> ``Context`` -> ``Reply`` -> ``Finding`` -> ``Execution`` -> ``Turn``
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from .errors import AnalystError
    from .exact.description import Origin

Language = Literal["python", "sql", "document"]
"""What code is written in. ``document`` is Python that writes one file to ``OUTPUT_PATH``."""

Privacy = Literal["schema", "stats", "masked", "rows"]
"""How much of the data a model may see, from least to most."""

PRIVACY_LEVELS: tuple[Privacy, ...] = ("schema", "stats", "masked", "rows")
"""The levels that ``Privacy`` names, in the same order."""

Wants = Literal["figure", "table", "dashboard", "xlsx", "docx", "pdf", "pptx"]
"""The form that a question asks its answer in."""

FORMS: tuple[str, ...] = ("figure", "table", "dashboard", "xlsx", "docx", "pdf", "pptx")
"""The forms that ``Wants`` names."""

DOCUMENT_FORMATS: tuple[str, ...] = ("xlsx", "docx", "pdf", "pptx")


@dataclass(frozen=True, slots=True)
class Code:
    """Code to run in the sandbox.

    Attributes:
        text: The source.
        language: What it is written in.
        format: For a document, the file's extension without the dot; else empty.
    """

    text: str
    language: Language = "python"
    format: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A document that an answer is to look like.

    Attributes:
        name: Its file name.
        path: Where it lies.
        about: What is in it, for whoever fills it: its layouts, sheets and placeholders.
    """

    name: str
    path: Path
    about: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the user asks.

    Attributes:
        text: The question in plain words, or the code to run as it stands.
        wants: The form of the answer, where the user fixed one.
        language: The language of the answer's code, where the user fixed one.
        code: The user's own code; then no model is asked.
        template: The document that the answer is to look like.
    """

    text: str
    wants: Wants | None = None
    language: Language | None = None
    code: Code | None = None
    template: Template | None = None

    @property
    def form(self) -> str:
        """The form that was asked for, with the name of its template; empty where none was."""
        like = f" like {self.template.name}" if self.template is not None else ""
        return f"{self.wants or ''}{like}"

    @property
    def dashboard(self) -> bool:
        """Whether several figures are to be shown as one grid."""
        return self.wants == "dashboard" or (self.wants is None and bool(re.search(r"\bdashboard\b", self.text, re.I)))


@dataclass(frozen=True, slots=True)
class ColumnCard:
    """What is known about one column.

    Attributes:
        name: The label as text.
        label: The label as the frame has it (pandas allows any hashable).
        sql: The column's name in SQL: unique within the frame, whatever the case of its letters.
        type: One of ``integer float decimal text category boolean date timestamp time duration binary list
            struct other``. A timestamp with a time zone is ``timestamp``, with the zone in ``zone``.
        zone: The time zone of a timestamp, else empty.
        rows: Number of rows that the figures below were taken from.
        nulls: Number of nulls among them.
        distinct: Number of distinct values among them, without null.
        minimum, maximum, mean: Of numbers, dates and times; None for other types or where all is null.
        quantiles: The 5, 25, 50, 75 and 95 per cent quantiles of numbers, else empty.
        values: The most frequent values with their number of rows, most frequent first. At most 50; all of them
            where ``distinct`` is not above 50.
    """

    name: str
    label: Any
    sql: str
    type: str
    zone: str = ""
    rows: int = 0
    nulls: int | None = None
    distinct: int | None = None
    minimum: Any = None
    maximum: Any = None
    mean: float | None = None
    quantiles: tuple[Any, ...] = ()
    values: tuple[tuple[Any, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FrameCard:
    """What is known about one frame.

    Attributes:
        name: The variable's name.
        kind: ``pandas``, ``series``, ``polars``, ``polars series``, ``arrow``, ``duckdb`` or ``file``.
        rows: Number of rows.
        columns: One card for each column that may be seen; a pandas index that carries data comes first.
        index: How many of the leading columns are the pandas index.
        sample: A few rows, each a tuple in the order of ``columns``; empty below the level ``masked``.
        exact: False where the figures come from a sample of the rows.
    """

    name: str
    kind: str
    rows: int
    columns: tuple[ColumnCard, ...]
    index: int = 0
    sample: tuple[tuple[Any, ...], ...] = ()
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the conversation, or a failed attempt of this one.

    Attributes:
        question: What was asked.
        code: The code that answered it.
        outcome: What became of it, in one or a few lines.
        failed: Whether it is a failure to be mended.
        privacy: The privacy level at which the code was written: code can quote what its writer was shown.
    """

    question: str
    code: Code
    outcome: str
    failed: bool = False
    privacy: Privacy = "schema"

    def within(self, level: Privacy) -> bool:
        """Whether a model may see the code at a privacy level: it was written at that one or at a lower one."""
        return PRIVACY_LEVELS.index(self.privacy) <= PRIVACY_LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class Context:
    """All that a model is told.

    Attributes:
        question: What the user asks.
        frames: The frames that matter, in full but for hidden columns. They stay here: only the offline planner reads
            them.
        description: The frames as text, cut down to the privacy level and the token budget: what is sent.
        cards: The frames cut down to the privacy level alone.
        privacy: That level.
        others: Names of frames in scope that were left out.
        house: The user's own notes on the data and the rules of the house.
        examples: Earlier questions over the same frames whose answers were marked as right.
        variables: Names (and types) alive in the sandbox from earlier questions.
        conversation: Earlier questions, oldest first.
        failures: Failed attempts at this question and steps towards its answer, oldest first.
        steps_left: How many more steps there may be.
        notes: Remarks for the model, such as how many columns were left out.
        packages: Names of the packages that its code can import; empty for those of the sandbox image.
        nonce: Marks the envelope around data in one request, so that no value can close it; empty for a random one.
    """

    question: Question
    frames: tuple[FrameCard, ...]
    description: str = ""
    cards: tuple[FrameCard, ...] = ()
    privacy: Privacy = "stats"
    others: tuple[str, ...] = ()
    house: str = ""
    examples: tuple[Exchange, ...] = ()
    variables: tuple[str, ...] = ()
    conversation: tuple[Exchange, ...] = ()
    failures: tuple[Exchange, ...] = ()
    steps_left: int = 0
    nonce: str = ""
    notes: tuple[str, ...] = ()
    packages: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that a provider reports for a request."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer.

    Attributes:
        text: The prose around the code. For the offline planner: how it understood the question.
        code: The code to run, or None where the answer is prose alone.
        model: The model's full name, ``PROVIDER:MODEL`` or ``offline``.
        tokens: What the provider reports, or None.
        cost: In US dollars where the provider reports it, or None.
        problem: Why there is no code, where that is known.
        step: Whether the code is a step, whose result the model wants to know before it answers.
    """

    text: str
    code: Code | None
    model: str
    tokens: Tokens | None = None
    cost: float | None = None
    problem: AnalystError | None = None
    step: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found in code before it ran.

    Attributes:
        rule: The rule's short name.
        message: One sentence that names the thing.
        line: The line in the code, counted from 1; 0 where it has none.
        stops: Whether the code must not run as it is.
    """

    rule: str
    message: str
    line: int = 0
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Retention:
    """How long earlier versions of documents are kept; those that a notebook shows always are.

    Attributes:
        days: After how many days they go; 0 for never.
        versions: How many of each document stay.
        size: Bytes of all together beyond which the oldest go.
    """

    days: float = 0.0
    versions: int = 20
    size: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Preview:
    """A first look at a file, made in the sandbox beside it and rebuilt by the firewall.

    Attributes:
        image: The first page as a PNG; empty where there is none.
        pages: The first sheets, slides or pages, each with its title and its first rows of texts.
    """

    image: bytes = b""
    pages: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One thing that the sandbox sent back and the firewall let through, rebuilt from checked parts.

    Attributes:
        kind: ``figure`` (data: a dict of plotly JSON), ``table`` (data: pyarrow.Table), ``image`` (data: bytes of a
            PNG, JPEG, GIF or SVG), ``text`` (data: str) or ``file`` (data: bytes).
        data: The content, by kind.
        name: A safe file name for a file, else empty.
        stream: For text: ``stdout``, ``stderr`` or ``result``.
        note: What the firewall changed or cut, in one sentence; empty where nothing.
        labels: For a table, its column labels as the guest's frame had them.
        preview: For a file, a first look at it.
        origin: For a table, what it was where it came from, so that the original can be made again.
        rows: For a table that was cut, the number of rows that there were.
        behind: For a step's table of aggregates, the number of rows of the data behind each row, where it was counted.
    """

    kind: Literal["figure", "table", "image", "text", "file"]
    data: Any
    name: str = ""
    stream: str = ""
    note: str = ""
    labels: tuple[Any, ...] = ()
    preview: Preview = Preview()
    origin: Origin | None = None
    rows: int | None = None
    behind: tuple[int, ...] = ()


@dataclass(slots=True)
class Stage:
    """A part of a turn's way, as it was measured.

    Attributes:
        name: ``queue``, ``start`` (of a sandbox), ``context``, ``model``, ``checks``, ``sandbox`` or ``firewall``.
        begun: When, in seconds since 1970.
        seconds: How long.
        error: The kind of the error that ended it; empty where none did.
        facts: Plain values, such as the model's name, tokens, findings and what the firewall dropped.
        told: For ``model``, what it was told; None elsewhere.
        reply: For ``model``, what it answered; None elsewhere.
    """

    name: str
    begun: float = 0.0
    seconds: float = 0.0
    error: str = ""
    facts: dict[str, str | int | float] = field(default_factory=dict)
    told: Context | None = field(default=None, repr=False, compare=False)
    reply: Reply | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of code in the sandbox.

    Attributes:
        outputs: What came through the firewall, in order of appearance.
        error: Why the run failed, or None.
        seconds: From the request's dispatch to its end, on the host's clock.
        firewall_seconds: Time that the firewall took afterwards.
        dropped: How many things it dropped or cut.
        sent_seconds: Time spent on making and writing frames before that.
        sandbox: The provider's name, with any loosening of its hardening named.
        variables: Names and types alive in the sandbox afterwards.
        notes: What was dropped or cut, one sentence each.
        random: Whether the code drew random numbers. They depend on what the session drew before.
    """

    outputs: tuple[Output, ...] = ()
    error: AnalystError | None = None
    seconds: float = 0.0
    firewall_seconds: float = 0.0
    dropped: int = 0
    sent_seconds: float = 0.0
    sandbox: str = ""
    variables: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    random: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a question: the code, what the checks found, and how it ran.

    ``request`` is a digest of all that a document depends on; empty for other answers.
    """

    code: Code
    findings: tuple[Finding, ...] = ()
    execution: Execution | None = None
    error: AnalystError | None = None
    request: str = ""


@runtime_checkable
class Result(Protocol):
    """What a turn shows: knows its kind and how to show itself."""

    @property
    def kind(self) -> str:
        """``figure``, ``table``, ``document``, ``image`` or ``text``."""
        ...

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and all that became of it.

    Attributes:
        question: What was asked.
        code: The source of the last attempt; empty where there was none.
        language: Its language.
        text: The model's prose.
        model: Who wrote the code: ``PROVIDER:MODEL``, ``offline``, or ``you`` for the user's own code.
        results: What the code gave, in order of appearance.
        error: Why the turn failed, or None.
        attempts: Every try, oldest first.
        tokens, cost: Sums over the model's replies; None where not reported.
        seconds: Time by stage: ``queue``, ``context``, ``model``, ``checks``, ``sandbox``, ``firewall``, ``total``.
        stages: The stages one by one, as they followed each other.
        uid: Names the turn in traces, logs, the history and the metadata of the cell's output.
        sandbox: Where the code ran.
        privacy: How much of the data the model could see.
        notes: Remarks for the user, one sentence each.
        pinned: Whether the code came from the lock file, and no model was asked.
        context: A digest of the description of the frames that the model was sent; empty where none was.
        id: Its number in the history; 0 where it is not kept.
        code_privacy: The privacy level at which the code was written: ``rows`` where the offline planner wrote it,
            which reads all, or where that is not known.
    """

    question: Question
    code: str = ""
    language: Language = "python"
    text: str = ""
    model: str = ""
    results: tuple[Any, ...] = ()
    error: AnalystError | None = None
    attempts: tuple[Attempt, ...] = ()
    tokens: Tokens | None = None
    cost: float | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    sandbox: str = ""
    privacy: Privacy = "stats"
    notes: tuple[str, ...] = ()
    pinned: bool = False
    context: str = ""
    id: int = 0
    code_privacy: Privacy = "rows"
    stages: tuple[Stage, ...] = field(default=(), repr=False, compare=False)
    uid: str = ""

    @property
    def ok(self) -> bool:
        """Whether the question was answered."""
        return self.error is None

    @property
    def figures(self) -> tuple[Any, ...]:
        """The results that are Plotly figures."""
        return tuple(r for r in self.results if r.kind == "figure")

    @property
    def tables(self) -> tuple[Any, ...]:
        """The results that are tables."""
        return tuple(r for r in self.results if r.kind == "table")

    @property
    def documents(self) -> tuple[Any, ...]:
        """The results that are files."""
        return tuple(r for r in self.results if r.kind == "document")
