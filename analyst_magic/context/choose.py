"""Which of the frames in scope a question is about."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import UnknownFrame
from ..language import message
from ..sources.connections.open import is_database_file
from ..sources.connections.tables import expanded
from ..sources.files import check_files, files_named, open_data
from ..sources.frames import sql_names
from ..sources.kinds import kind_of, source_of
from ..sources.mentions import mentioned
from ..turn import ColumnCard, FrameCard, Question
from .match import frame_score, words

MAX_FRAMES = 30
"""Frames whose rows are looked at for one question, unless the user names more."""


def pick(frames: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    """The named frames.

    Raises:
        UnknownFrame: A name is not in scope, or is not a frame.
    """
    for name in names:
        if name not in frames:
            known = ", ".join(sorted(frames)) or "none"
            raise UnknownFrame(
                message("There is no frame {name} in scope.", name=name),
                message("Frames in scope: {names}.", names=known),
            )
        if not kind_of(frames[name]):
            raise UnknownFrame(
                message("{name} is a {kind}, not a data frame.", name=name, kind=type(frames[name]).__name__),
                message("Use a pandas, polars or pyarrow frame, or a DuckDB relation."),
            )
    return {name: frames[name] for name in names}


def resolve(
    question: Question, frames: Mapping[str, object], hidden: Collection[str] = (), *, files: bool = True
) -> tuple[Question, dict[str, object]]:
    """All that a question is asked of: the frames, with paths opened as data files, and the files that it names.

    Args:
        question: The question.
        frames: The frames in scope.
        hidden: What no model may see; ``NAME.*`` leaves a whole source out, but for the user's own code.
        files: Whether the question may name data files. A program's questions may not: they would read any file.

    Returns:
        The question with the files that it names; the sources by name.

    Raises:
        InputError: A value is not a frame, or a file cannot be read.
    """
    scope = {name: _opened(value) for name, value in frames.items()}
    scope = expanded(pick(scope, list(scope)))
    if question.code is None:
        scope = {name: value for name, value in scope.items() if f"{name}.*" not in hidden}
    if question.code is None and files:
        check_files(question.text)
        question = replace(question, files=tuple(files_named(question.text, scope).items()))
    named = {name: open_data(path) for name, path in question.files if name not in scope}
    return question, {**scope, **named}


def _opened(value: object) -> object:
    """A value as a source: a path is a data file, unless it is a database."""
    if not isinstance(value, os.PathLike):
        return value
    path = Path(value)
    return path if is_database_file(path) else open_data(value)


def given(question: Question, sources: Mapping[str, object]) -> list[str]:
    """The sources that the user named for a question, by an option or as ``@name``: they are all described.

    Raises:
        UnknownFrame: The question mentions one that is not in scope.
    """
    chosen = (name for name in question.frames if name in sources)
    return list(dict.fromkeys([*mentioned(question.text, sources), *chosen]))


def ranked(question: str, sources: Mapping[str, object]) -> list[str]:
    """The sources in scope, those first whose names and columns share most words with the question.

    A source whose name is an ordinary word of the question comes early, and hides no other.
    """
    asked = words(question)
    scores = {name: frame_score(asked, name, source_of(name, value).labels) for name, value in sources.items()}
    return sorted(sources, key=lambda name: -scores[name])


def outline(name: str, value: object) -> FrameCard:
    """The little that is known of a source without a look at its rows: names and types of its columns."""
    source = source_of(name, value)
    types = source.column_types()
    columns = tuple(
        ColumnCard(label, label, sql, kind)
        for (label, kind), sql in zip(types, sql_names(label for label, _ in types), strict=True)
    )
    return FrameCard(name, source.kind, source.row_count or 0, columns)
