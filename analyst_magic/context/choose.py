"""Which of the frames in scope a question is about."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import UnknownFrame
from ..sources.files import files_named, open_data
from ..sources.kinds import kind_of, source_of
from ..sources.mentions import mentioned
from ..turn import Question

MAX_FRAMES = 30
"""Frames that are described to a model where the question names none."""
MAX_LABELS = 2_000


def pick(frames: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    """The named frames.

    Raises:
        UnknownFrame: A name is not in scope, or is not a frame.
    """
    for name in names:
        if name not in frames:
            known = ", ".join(sorted(frames)) or "none"
            raise UnknownFrame(f"There is no frame {name} in scope.", f"Frames in scope: {known}.")
        if not kind_of(frames[name]):
            raise UnknownFrame(
                f"{name} is a {type(frames[name]).__name__}, not a data frame.",
                "Use a pandas, polars or pyarrow frame, or a DuckDB relation.",
            )
    return {name: frames[name] for name in names}


def resolve(question: Question, frames: Mapping[str, object]) -> tuple[Question, dict[str, object]]:
    """All that a question is asked of: the frames, with paths opened as data files, and the files that it names.

    Returns:
        The question with the files that it names; the sources by name.

    Raises:
        InputError: A value is not a frame, or a file cannot be read.
    """
    scope = {name: open_data(value) if isinstance(value, os.PathLike) else value for name, value in frames.items()}
    scope = pick(scope, list(scope))
    if question.code is None:
        question = replace(question, files=tuple(files_named(question.text, scope).items()))
    files = {name: open_data(path) for name, path in question.files if name not in scope}
    return question, {**scope, **files}


def relevant(question: str, frames: Mapping[str, object]) -> list[str]:
    """The frames that the question names; where it names none, those that share most words with it, up to a limit.

    Raises:
        UnknownFrame: The question mentions one as ``@name`` that is not in scope.
    """
    words = set(re.findall(r"\w+", question.lower()))
    named = mentioned(question, frames) or [name for name in frames if name.lower() in words]
    if named or len(frames) <= MAX_FRAMES:
        return named or list(frames)
    stems = {word.rstrip("s") for word in words}

    def shared(name: str) -> int:
        text = " ".join([name, name, *source_of(name, frames[name]).labels[:MAX_LABELS]]).lower()
        return sum(part.rstrip("s") in stems for part in re.findall(r"[^\W_]+", text))

    return sorted(frames, key=lambda name: -shared(name))[:MAX_FRAMES]
