"""One try at a question: its code, what the checks found, how it ran and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .context import Context
from .question import Code
from .reply import Reply
from .row_steps import Counts, RowStep
from .style import TableStyle

if TYPE_CHECKING:
    from ..errors import AnalystError
    from ..exact.description import Origin


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
            PNG, JPEG, GIF or SVG), ``text`` (data: str), ``file`` (data: bytes), ``answer`` (data: str, the result
            in words, as Markdown), or the MIME type of a ``ResultKind`` (data: what it admitted).
        data: The content, by kind.
        name: A safe file name for a file, else empty.
        stream: For text: ``stdout``, ``stderr``, ``warnings`` (those of Python) or ``result``.
        note: What the firewall changed or cut, in one sentence; empty where nothing.
        labels: For a table, its column labels as the guest's frame had them.
        preview: For a file, a first look at it.
        origin: For a table, what it was where it came from, so that the original can be made again.
        rows: For a table that was cut, the number of rows that there were.
        style: For a table that the code styled, how it looks.
        behind: For a step's table of aggregates, the number of rows of the data behind each row, where it was counted.
    """

    kind: str
    data: Any
    name: str = ""
    stream: str = ""
    note: str = ""
    labels: tuple[Any, ...] = ()
    preview: Preview = Preview()
    origin: Origin | None = None
    rows: int | None = None
    behind: tuple[int, ...] = ()
    style: TableStyle | None = None


@dataclass(slots=True)
class Stage:
    """A part of a turn's way, as it was measured.

    Attributes:
        name: ``queue``, ``start`` (of a sandbox), ``context``, ``model``, ``checks``, ``sandbox`` or ``firewall``.
        begun: When, in seconds since 1970.
        seconds: How long.
        error: The kind of the error that ended it; empty where none did.
        facts: Plain values, such as the model's name, tokens, findings and what the firewall dropped.
        context: For ``model``, what it was sent; None elsewhere.
        reply: For ``model``, what it answered; None elsewhere.
    """

    name: str
    begun: float = 0.0
    seconds: float = 0.0
    error: str = ""
    facts: dict[str, str | int | float] = field(default_factory=dict)
    context: Context | None = field(default=None, repr=False, compare=False)
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
        counts: The counts of rows that were asked for with the run; None for one that failed.
        row_steps: What the code did with rows, by its own report or by those counts.
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
    counts: tuple[Counts | None, ...] = ()
    row_steps: tuple[RowStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a question: the code, what the checks found, and how it ran.

    ``request`` is a digest of all that a document depends on; empty for other answers. ``doubt`` says why results that
    stand are not to be pinned, such as that they have no rows; empty where nothing is wrong with them. ``in_python`` is
    SQL as Python that leaves the same rows in ``result``, so that it can be a part of a program; empty where there is
    none, None for code that is no SQL.
    """

    code: Code
    findings: tuple[Finding, ...] = ()
    execution: Execution | None = None
    error: AnalystError | None = None
    request: str = ""
    doubt: str = ""
    in_python: str | None = None
