"""Where definitions lie: ``analyst.yaml`` and ``semantics/*.yaml`` beside the notebook, or where a setting says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from ..turn.definitions import DatasetDefinition, Definitions, MetricDefinition, Relationship
from .content import DefinitionError, Problem, load
from .verified import NAME as VERIFIED
from .verified import VerifiedQuestion, read_verified

NAME = "analyst.yaml"
DRAFT = "analyst.draft.yaml"
"""A first draft beside definitions that are there already; it is not read."""
FOLDER = "semantics"
MANIFEST = "semantic_manifest.json"
_Named = TypeVar("_Named", DatasetDefinition, Relationship, MetricDefinition)
_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class LoadedDefinitions:
    """What the files of definitions say.

    Attributes:
        definitions: All that could be read.
        problems: What could not.
        files: The files that were read.
        verified: Questions whose answers a person has checked.
    """

    definitions: Definitions = field(default_factory=Definitions)
    problems: tuple[Problem, ...] = ()
    files: tuple[Path, ...] = ()
    verified: tuple[VerifiedQuestion, ...] = ()


def definition_files(folder: Path, setting: str = "") -> list[Path]:
    """The files of definitions, in the order in which they are read.

    Args:
        folder: The notebook's folder.
        setting: A file or a folder that is read in place of those beside the notebook.

    Raises:
        DefinitionError: The setting names what is not there.
    """
    if setting:
        path = (folder / Path(setting).expanduser()).resolve()
        if not path.exists():
            raise DefinitionError(
                [Problem(setting, "There is no such file or folder; the setting definitions names it.")]
            )
        return _inside(path) if path.is_dir() else [path]
    beside = folder / NAME
    return [*([beside] if beside.is_file() else []), *_inside(folder / FOLDER)]


def _inside(folder: Path) -> list[Path]:
    found = [path for ending in _ENDINGS for path in folder.glob(f"*{ending}") if path.is_file()]
    return sorted(path for path in found if _is_of_definitions(path))


def _is_of_definitions(path: Path) -> bool:
    return path.name == MANIFEST if path.suffix == ".json" else path.name not in {VERIFIED, DRAFT}


def read_definitions(folder: Path, setting: str = "") -> LoadedDefinitions:
    """The definitions for a notebook. What cannot be read is among the problems; the rest is used.

    Args:
        folder, setting: As for ``definition_files``.
    """
    try:
        files = definition_files(folder, setting)
    except DefinitionError as error:
        return LoadedDefinitions(problems=error.problems)
    stamps = []
    for path in files:
        try:
            state = os.stat(path)
            stamps.append((str(path), state.st_mtime_ns, state.st_size))
        except OSError:
            stamps.append((str(path), 0, 0))
    found, verified = _read(tuple(stamps), str(folder)), read_verified(folder, setting)
    return replace(found, verified=verified.questions, problems=(*found.problems, *verified.problems))


@lru_cache(maxsize=32)
def _read(stamps: tuple[tuple[str, int, int], ...], folder: str) -> LoadedDefinitions:
    """The definitions of files; of files that are as they were they are known already."""
    parts, problems = list[Definitions](), list[Problem]()
    for name, _, _ in stamps:
        path = Path(name)
        shown = _shown(path, Path(folder))
        try:
            found, more = _one(path, shown)
            parts.append(found)
            problems += more
        except DefinitionError as error:
            problems += [Problem(wrong.place.replace(path.name, shown, 1), wrong.message) for wrong in error.problems]
    definitions, twice = merged(parts)
    return LoadedDefinitions(definitions, (*problems, *twice), tuple(Path(name) for name, _, _ in stamps))


def _shown(path: Path, folder: Path) -> str:
    """A file as its reader knows it: from the notebook's folder on."""
    return str(path.relative_to(folder.resolve())) if path.is_relative_to(folder.resolve()) else path.name


def _one(path: Path, shown: str) -> tuple[Definitions, tuple[Problem, ...]]:
    if path.suffix == ".json":
        from .dbt import read_dbt  # the readers take a while to load, and most folders have no definitions

        return read_dbt(path)
    content = load(path)
    if content is None:
        return Definitions(), ()
    from .ossie import read_ossie
    from .snowflake import is_snowflake, read_snowflake

    return (read_snowflake(content, shown) if is_snowflake(content) else read_ossie(content, shown)), ()


def merged(parts: Iterable[Definitions]) -> tuple[Definitions, tuple[Problem, ...]]:
    """The definitions of several files as one. The first of a name counts, and another one is a problem.

    >>> merged([])[0].metrics
    ()
    """
    parts = list(parts)
    places: dict[str, str] = {}
    problems: list[Problem] = []
    for part in parts:
        places = {**part.places, **places}

    def first_of(kind: str, entries: Iterable[tuple[Definitions, _Named]]) -> tuple[_Named, ...]:
        by_name: dict[str, tuple[Definitions, _Named]] = {}
        for part, entry in entries:
            known = by_name.setdefault(entry.name.casefold(), (part, entry))
            if known[1] != entry:
                first = known[0].place(kind, known[1].name)
                message = f"The {kind} {entry.name} is defined otherwise in {first}, which counts."
                problems.append(Problem(part.place(kind, entry.name), message))
        return tuple(entry for _, entry in by_name.values())

    found = Definitions(
        first_of("dataset", ((part, entry) for part in parts for entry in part.datasets)),
        first_of("relationship", ((part, entry) for part in parts for entry in part.relationships)),
        first_of("metric", ((part, entry) for part in parts for entry in part.metrics)),
        tuple(text for part in parts for text in part.instructions),
        places,
    )
    return found, tuple(problems)
