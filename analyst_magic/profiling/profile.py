"""The profile of data: a page that shows itself in a cell, in a terminal, and as one file."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from ..errors import FirewallError, InputError
from ..language import message
from ..results.html import select
from ..storage.files import SHARED, write_atomic
from .page import profile_html, whole_page
from .record import ColumnProfile, ProfileRecord, records
from .text import profile_text


class Profile(ProfileRecord):
    """A look at data: it shows itself in a cell, in a terminal, and as one HTML file.

    Attributes:
        name, rows: What the data is called, and how many rows it has.
        duplicates: Rows that repeat an earlier one; None where that was not counted.
        sampled: Rows that distributions and dependencies come from; None where all were looked at.
        bytes: Size in memory.
        keys: Columns that tell all rows apart.
        columns, pairs, joins, drift, findings: What was found; the gravest findings first.
        baseline: The earlier state that it was compared with; None where it was not.
        notes: What the reader must know.

    Example:
        >>> region = ColumnProfile(name="region", type="text", kind="text", rows=2, missing=1, distinct=1)
        >>> profile = Profile(name="sales", rows=2, columns=(region,))
        >>> profile.name, profile.columns[0].missing_share, profile.column("region").kind, profile.to_json()["rows"]
        ('sales', 0.5, 'text', 2)
        >>> print(profile.to_text().splitlines()[0], profile.to_html()[:4])
        sales: 2 rows, 1 column <div
        >>> import tempfile
        >>> profile.save(Path(tempfile.mkdtemp()) / "sales.html").name
        'sales.html'
    """

    def column(self, name: str) -> ColumnProfile:
        """The facts of a column.

        Raises:
            InputError: There is none of that name.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise InputError(
            message("{name} has no column {name_2}.", name=self.name, name_2=name),
            message("Columns: {names}.", names=", ".join(c.name for c in self.columns)),
        )

    def to_json(self) -> dict[str, Any]:
        """All of it as values that JSON has."""
        return self.model_dump(mode="json")

    def to_text(self) -> str:
        """The page for a terminal."""
        return profile_text(self)

    def to_html(self) -> str:
        """The page as a fragment of HTML, which loads nothing and runs nothing."""
        return profile_html(self)

    def save(self, path: str | Path) -> Path:
        """Write the page as one HTML file, or all of it as JSON where the name ends in ``.json``.

        Raises:
            InputError: The name has another ending, or the file cannot be written.
        """
        target = Path(path)
        ending = target.suffix.casefold()
        if ending not in (".html", ".htm", ".json"):
            raise InputError(
                message("A profile cannot be written as {target}.", target=target.name),
                message("End the name in .html or .json."),
            )
        content = json.dumps(self.to_json(), indent=1, ensure_ascii=False) if ending == ".json" else whole_page(self)
        try:
            write_atomic(target, content, mode=SHARED)
        except OSError as error:
            raise InputError(
                message("{target} cannot be written: {reason}.", target=target, reason=error.strerror),
                message("Name another file."),
            ) from error
        return target

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return select({"text/html": self.to_html(), "text/plain": self.to_text()}, include, exclude)


def make_profile(table: pa.Table) -> Profile:
    """The profile in the records that the sandbox sent.

    Raises:
        FirewallError: They are not what a profile is.
    """
    parts: dict[str, list[dict[str, Any]]] = {}
    for record in records(table):
        parts.setdefault(str(record.get("part")), []).append(record)
    heads: Sequence[dict[str, Any]] = parts.get("frame", [])
    if len(heads) != 1:
        raise FirewallError(message("The sandbox sent something else than a profile."), message("Run it again."))
    lists = {"column": "columns", "pair": "pairs", "join": "joins", "drift": "drift", "finding": "findings"}
    content = heads[0] | {name: parts.get(part, []) for part, name in lists.items()}
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise FirewallError(
            message("The sandbox sent a profile that is not valid: {place}.", place=str(place)),
            message("Run it again."),
        ) from error
