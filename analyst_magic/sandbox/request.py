"""What a run asks of the guest, as both ends know it: the host fills it in, the guest's code is checked against it.

The guest reads it from the metadata of an ``execute_request``. It imports nothing of this at run time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, final


class FrameSpec(TypedDict):
    """How the guest makes a frame of a file that lies in the shared directory."""

    file: str
    """The file's name."""
    kind: str
    """The library that it came from, or "file" for a data file."""
    labels: NotRequired[Sequence[Any]]
    """Labels of the columns, as JSON (``encode_label``)."""
    description: NotRequired[Mapping[str, Any] | None]
    """How the original is made of the plain columns (``analyst_magic/exact``)."""
    format: NotRequired[str]
    """Of a data file, its kind."""
    mounted: NotRequired[bool]
    """Of a data file, whether the sandbox sees it where it lies."""
    around: NotRequired[Sequence[str] | None]
    """Of a data file, the SQL before and behind its path, as the host found that it is to be read."""


class CountRequest(TypedDict):
    """Rows to be counted after a run, for the evidence: one row of whole numbers, and more of it where that is few."""

    sql: str
    """The statement; empty where there is nothing but the detail to count."""
    detail: str
    """A further statement, which runs where the first number is below a limit; empty for none."""
    below: int


@final
class Request(TypedDict):
    """One run: its language, what it gets, and its limits. Sizes in bytes."""

    language: str
    frames: Mapping[str, FrameSpec]
    output_path: str
    """Name of the document that the code is to write; empty where it is to write none."""
    endings: Sequence[str]
    """Endings of the files that come back."""
    max_rows: int
    """Rows of a table that are sent."""
    max_bytes: int
    """Size of a table or a file that is sent."""
    max_pixels: int
    """Pixels of a picture that are sent."""
    threads: int
    memory: int
    template: NotRequired[str]
    """The document to start from, in base64."""
    answer: NotRequired[str]
    """Of SQL, the template of its answer line."""
    counts: NotRequired[Sequence[CountRequest]]
    """Rows to be counted for the evidence."""
    show_last: NotRequired[bool]
    """Whether a model wrote the code: then its last value is shown even where it is only assigned."""


@final
class WarmUp(TypedDict):
    """What a spare is asked before anyone needs it."""

    warm: str
    """"imports" for importing what most code uses, "whole" for running some of it as well."""
