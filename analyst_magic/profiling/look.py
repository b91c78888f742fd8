"""A look at one source in scope: which it is, the program that looks, and what comes back."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ..context.choose import resolve
from ..errors import NoResult, UnknownOption
from ..language import message
from ..sources.files import frame_name
from ..turn import Code, Question, Turn
from .expectations import CheckReport, make_report, read_expectations
from .profile import Profile, make_profile
from .programs import Program, check_program, find_source, profile_program

Run = Callable[[Code, Mapping[str, object]], Turn]
"""Runs code over sources in the sandbox."""


@dataclass(frozen=True, slots=True)
class Look:
    """A source in scope that is looked at.

    Attributes:
        name: Its name in ``scope``.
        scope: All sources, by name.
        baseline: The name of an earlier state of it; empty for none.
    """

    name: str
    scope: Mapping[str, object] = field(default_factory=dict)
    baseline: str = ""

    @classmethod
    def of(
        cls,
        data: object,
        frames: Mapping[str, object] | None = None,
        connections: Mapping[str, object] | None = None,
        compare: object = None,
    ) -> Look:
        """The look at some data.

        Args:
            data: A frame, a path, or a name in the scope.
            frames, connections: The scope.
            compare: An earlier state, as ``data``; None for none.

        Raises:
            InputError: There is no such data.
        """
        given = {**(frames or {}), **(connections or {})}
        name, given = _named(data, "data", given)
        baseline = ""
        if compare is not None:
            baseline, given = _named(compare, "earlier", given)
        _, scope = resolve(Question("profile", code=Code("")), given)
        found = find_source(name, scope)
        earlier = find_source(baseline, scope) if baseline else ""
        if found == earlier:
            raise UnknownOption(
                message("{name} cannot be compared with itself.", name=name), message("Name an earlier state of it.")
            )
        return cls(found, scope, earlier)

    def profile(self, run: Run) -> Profile:
        """Look at it.

        Args:
            run: Runs the program.

        Raises:
            AnalystError: The program failed, or sent something else.
        """
        program = profile_program(self.name, self.scope, self.baseline)
        profile = make_profile(_table(run, program))
        return profile.model_copy(update={"notes": (*profile.notes, *program.notes)})

    def check(self, path: Path, run: Run) -> CheckReport:
        """Hold a file of expectations against it.

        Args:
            path: The file.
            run: Runs the program.

        Raises:
            AnalystError: The file cannot be used, or the program failed.
        """
        program = check_program(self.name, self.scope, read_expectations(path))
        return make_report(self.name, _table(run, program))


def _named(data: object, otherwise: str, scope: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The name of some data, and the scope with it."""
    if isinstance(data, str):
        return data, dict(scope)
    if isinstance(data, os.PathLike):
        otherwise = frame_name(os.fspath(data)) or otherwise
    known = next((name for name, value in scope.items() if value is data), None)
    return known or otherwise, {**scope, known or otherwise: data}


def _table(run: Run, program: Program) -> pa.Table:
    turn = run(program.code, program.sources)
    if turn.error is not None:
        raise turn.error
    if len(turn.tables) != 1:
        raise NoResult(message("The look at the data gave nothing."), message("Run it again."))
    return turn.tables[0].data
