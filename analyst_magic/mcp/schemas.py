"""What the tools give: typed, so that clients get a schema of each."""

from __future__ import annotations

from pydantic import BaseModel, Field

Cell = str | int | float | bool | None
"""A value of a table; what is none of these comes as text."""


class Problem(BaseModel):
    """Why a call failed, and what can be done about it."""

    kind: str = Field(description="Name of the error's class")
    message: str
    next_step: str = ""


class TableView(BaseModel):
    """A table of an answer."""

    name: str = Field(description="What the user finds it by")
    columns: list[str] = Field(default_factory=list, description="Empty where the privacy level tells no rows")
    more_columns: int = Field(default=0, description="Columns that are not shown")
    rows: list[list[Cell]] = Field(default_factory=list, description="The first rows, where the privacy level allows")
    total_rows: int | None = Field(default=None, description="Rows of the whole table, where the privacy level allows")


class Series(BaseModel):
    """One trace of a figure."""

    type: str
    name: str = ""
    points: int | None = Field(default=None, description="How many; null where it has no list of them")


class FigureView(BaseModel):
    """A figure of an answer."""

    name: str = Field(description="What the user finds it by")
    description: str = Field(default="", description="What it shows in words, where the privacy level allows")
    series: list[Series] = Field(default_factory=list)
    picture: bool = Field(default=False, description="Whether a PNG stands beside this in the content")
    note: str = ""


class DocumentView(BaseModel):
    """A file that was made. It lies with the user."""

    name: str
    format: str
    resource: str = Field(default="", description="URI to read it by, where the privacy level allows")


class Answer(BaseModel):
    """What came of a call that runs code or asks a question."""

    ok: bool
    name: str = Field(default="", description="The answer's name: the user sees all of it by `%analyst mcp show NAME`")
    summary: str = Field(default="", description="What the privacy level lets you know of the results")
    words: str = Field(default="", description="The answer in words, where the privacy level allows")
    code: str = Field(default="", description="The code that ran, where the privacy level allows")
    language: str = ""
    tables: list[TableView] = Field(default_factory=list)
    figures: list[FigureView] = Field(default_factory=list)
    documents: list[DocumentView] = Field(default_factory=list)
    resource: str = Field(default="", description="URI of this answer")
    privacy: str = ""
    note: str = Field(default="", description="What else you need to know")
    error: Problem | None = None


class SourceView(BaseModel):
    """A frame, a file or a table of a database in scope."""

    name: str
    kind: str
    rows: int | None = None
    columns: list[str] = Field(description="Names with types, as `region text`; at most 50")
    more_columns: int = 0


class Sources(BaseModel):
    """The sources in scope."""

    ok: bool = True
    sources: list[SourceView] = Field(default_factory=list)
    left_out: int = Field(default=0, description="Sources that match and are not listed; narrow the words")
    privacy: str = ""
    error: Problem | None = None


class Text(BaseModel):
    """A text, such as the description of a source."""

    ok: bool = True
    text: str = ""
    privacy: str = ""
    error: Problem | None = None


class Report(BaseModel):
    """A report that was written. It lies with the user."""

    ok: bool = True
    name: str = Field(default="", description="The file's name, in the user's folder of documents")
    error: Problem | None = None


class EarlierTurn(BaseModel):
    """An earlier question."""

    number: int
    at: str
    question: str
    asked_of: str = Field(description="The model, or the agent")
    ok: bool
    language: str
    code: str


class EarlierTurns(BaseModel):
    """Earlier questions, the latest first."""

    ok: bool = True
    turns: list[EarlierTurn] = Field(default_factory=list)
    left_out: int = Field(default=0, description="Turns of this folder that were asked at a higher privacy level")
    error: Problem | None = None
