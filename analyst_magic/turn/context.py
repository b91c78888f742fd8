"""What a model is told: the question, descriptions of the data, and what came before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .definitions import Definitions
from .formats import PRIVACY_LEVELS, Privacy
from .question import Code, Question

Task = Literal["answer", "plan", "revise", "conclude", "explain", "fix", "document", "look"]
"""What a model is asked for: an answer with code; for an investigation its plan, a look at what is left of the plan, or
the findings; to explain or fix a cell of the user's, or to document a notebook; or to look at the picture of a figure.
All but an answer are text, which comes back as it is in ``Reply.text``."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sample of a column's distinct values.

    Attributes:
        family: ``text``, ``number`` or ``date``: values of one family can be compared.
        threshold: Hashes below it are in the sample.
        hashes: Sorted, of 64 bits.
        counts: How many rows have each.
        texts: The values themselves, where they are texts; they stay here.
    """

    family: str
    threshold: int
    hashes: Any
    counts: Any
    texts: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether all distinct values are in the sample."""
        return self.threshold == 2**64 - 1


@dataclass(frozen=True, slots=True)
class RowHashes:
    """Rows of a frame as hashes of their values; they stay here.

    Attributes:
        columns: The hashes of some rows by the SQL name of the column, 0 for null.
        kinds: What the values of a column were hashed as; only equal kinds compare.
        complete: Whether those are all rows.
        key: The hashes of the keys of all rows, sorted; None where no key of several columns is known.
    """

    columns: Mapping[str, Any]
    kinds: Mapping[str, str]
    complete: bool
    key: Any = None


NUMBER_TYPES = frozenset({"integer", "float", "decimal"})
"""The types of the columns that hold numbers."""


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
        nans: Number of values that are not a number (NaN): pandas has them for nulls, other libraries beside those.
        distinct: Number of distinct values among them, without null.
        minimum, maximum, mean: Of numbers, dates and times; None for other types or where all is null.
        extremes: How many rows have the minimum, and how many the maximum.
        quantiles: The 5, 25, 50, 75 and 95 per cent quantiles of numbers, else empty.
        values: The most frequent values with their number of rows, most frequent first. At most 50; all of them
            where ``distinct`` is not above 50.
        dtype: The type in the words of the frame's library, as ``Int64``; empty where that is not known.
        code: What numbers stand for that are no quantities: ``year``, ``yyyymmdd``, ``hhmm``; else empty.
        shapes: The commonest shapes of texts, as ``99/99/9999``, with the number of rows that have them.
        sketch: The same sample of any column's distinct values, as hashes, with the number of rows that have each;
            by it values of two columns are compared without a look at either.
        withheld: Of the distinct values, how many are not among ``values`` as too few rows have them; 0 where all of
            them are. None where the figures were not cut down to a privacy level.
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
    dtype: str = ""
    code: str = ""
    shapes: tuple[tuple[str, int], ...] = ()
    sketch: Sketch | None = field(default=None, repr=False, compare=False)
    withheld: int | None = None
    extremes: tuple[int, int] = (0, 0)
    nans: int = 0

    @property
    def unique(self) -> bool:
        """Whether no two of its rows have the same value, so that it is a key of its frame."""
        return bool(self.distinct) and self.rows > 1 and not self.nulls and self.distinct == self.rows


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
        key: The SQL names of two or three columns that together tell every row from all others, where no column does so
            alone; empty where none were found.
        names: The names of all its columns in a compact form, where ``columns`` has only some of them.
        hashes: Rows of it as hashes, by which its keys are compared with those of other frames.
        total: Where rows are sums of those above them: the SQL name of the column that says so, and what it says
            there, such as ``North Total`` and ``Total``; else empty.
    """

    name: str
    kind: str
    rows: int
    columns: tuple[ColumnCard, ...]
    index: int = 0
    sample: tuple[tuple[Any, ...], ...] = ()
    exact: bool = True
    key: tuple[str, ...] = ()
    names: str = ""
    hashes: RowHashes | None = field(default=None, repr=False, compare=False)
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the conversation, or a failed attempt of this one.

    Attributes:
        question: What was asked.
        code: The code that answered it.
        outcome: What became of it, as much of it as may be told; it is data.
        failed: Whether it is a failure to be repaired.
        privacy: The privacy level at which the code was written: code can quote what its writer was shown.
        words: What the model said, beside its code or without any.
        call: For an attempt, the id of the tool call that asked for the code; empty where it stood in the text.
        round: For an attempt, the number of the request whose reply asked for it.
    """

    question: str
    code: Code
    outcome: str
    failed: bool = False
    privacy: Privacy = "schema"
    words: str = ""
    call: str = ""
    round: int = 0

    def within(self, level: Privacy) -> bool:
        """Whether a model may see the code at a privacy level: it was written at that one or at a lower one."""
        return PRIVACY_LEVELS.index(self.privacy) <= PRIVACY_LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class ExternalTool:
    """A tool of an MCP server that the user named. What is said of it is text of that server.

    Attributes:
        server: The user's name for the server.
        name: The tool's name there.
        description: What the server says that it does.
        parameters: The schema of its arguments, as JSON.
    """

    server: str
    name: str
    description: str = ""
    parameters: str = "{}"

    @property
    def full_name(self) -> str:
        """The name that a model calls it by.

        Example:
            >>> ExternalTool("weather", "forecast").full_name
            'weather.forecast'
        """
        return f"{self.server}.{self.name}"


@dataclass(frozen=True, slots=True)
class Context:
    """All that a model is told.

    >>> context = Context(Question("Total revenue by region"), (), description="sales: region text, revenue float")
    >>> context.question.text, context.privacy
    ('Total revenue by region', 'stats')

    Attributes:
        question: What the user asks.
        frames: The frames that matter, in full but for hidden columns. They stay here: only the offline planner reads
            them.
        description: The frames as text, cut down to the privacy level and the token budget: what is sent.
        cards: The frames cut down to the privacy level alone.
        privacy: That level.
        outlined: Of further frames in scope, those whose columns are told in a line each: their names alone.
        others: Names of frames in scope that were left out.
        user_notes: The user's own notes on the data and which rules apply.
        examples: Earlier questions over the same frames whose answers were marked as right.
        variables: Names (and types) alive in the sandbox from earlier questions.
        conversation: Earlier questions, oldest first.
        failures: Failed attempts at this question and steps towards its answer, oldest first.
        steps_left: How many more steps there may be.
        notes: Remarks for the model, such as how many columns were left out.
        packages: The Python and the packages that its code runs with; empty for those of the sandbox image.
        definitions: What the user's files define, without what is hidden.
        definitions_text: What of it this question needs, as text.
        connections: Databases in scope, each with the engine that its SQL is for, as ``shop (PostgreSQL)``.
        nonce: Marks the envelopes around data, so that no value can close one; empty for a random one.
        today: The date, as 2026-01-31; empty where it is not told.
        asks_back: Whether somebody can answer a question back; else the likeliest of several readings is taken.
        task: What the model is asked for.
        tools: Tools of other programs that the model may ask for as steps.
        progress: For an investigation, its plan and what its steps gave, as far as a model may know it; about
            the user's own cells, their code; about a figure, the code that drew it. It is data.
        pictures: The figures to look at, as PNG.
        shows_figures: Whether a figure that the code draws will be shown to the model once.
    """

    question: Question
    frames: tuple[FrameCard, ...]
    description: str = ""
    cards: tuple[FrameCard, ...] = ()
    privacy: Privacy = "stats"
    outlined: tuple[FrameCard, ...] = ()
    others: tuple[str, ...] = ()
    user_notes: str = ""
    examples: tuple[Exchange, ...] = ()
    variables: tuple[str, ...] = ()
    conversation: tuple[Exchange, ...] = ()
    failures: tuple[Exchange, ...] = ()
    steps_left: int = 0
    nonce: str = ""
    today: str = ""
    asks_back: bool = True
    notes: tuple[str, ...] = ()
    packages: str = ""
    definitions: Definitions = field(default_factory=Definitions)
    definitions_text: str = ""
    connections: tuple[str, ...] = ()
    task: Task = "answer"
    progress: str = ""
    tools: tuple[ExternalTool, ...] = ()
    pictures: tuple[bytes, ...] = field(default=(), repr=False)
    shows_figures: bool = False
