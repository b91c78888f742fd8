"""A kind of sandbox: what it takes to offer one to the setting ``sandbox``, to ``doctor`` and to ``sandbox list``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ..errors import AnalystError, SandboxError
from ..language import message
from ..plugins import load_part
from ..sandbox_names import AUTO, BUILT_IN, sandbox_table
from .limits import Limits
from .provider import SandboxProvider

State = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What a provider is made with. A kind ignores what means nothing to it.

    Attributes:
        limits: Limits of each sandbox.
        image: Name of the image; empty for this version's own.
        runtime: Runtime of the engine; empty for its own.
        packages: Packages that code can import beside those of the image, as ``parse_packages`` gives them.

    Example:
        >>> SandboxOptions(Limits(memory=1_000_000_000), packages=("prophet",)).packages
        ('prophet',)
    """

    limits: Limits = field(default_factory=Limits)
    image: str = ""
    runtime: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's table.

    Attributes:
        name: What was looked at.
        state: ``pass``, ``warn`` (it works, with something to know) or ``fail``.
        found: What was found.
        next_step: What to do about it; empty where there is nothing to do.

    Example:
        >>> Check("engine", "warn", "no Docker engine answers", "Start Docker Desktop.").state
        'warn'
    """

    name: str
    state: State
    found: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox as ``analyst sandbox list`` shows it.

    Attributes:
        id: What its provider calls it.
        state: Its state in its provider's words, as ``running``.
        owner: Whose it is, as ``process 4711``.
        session: The session that it belongs to; empty where that is not known.
        orphan: Whether its owner is gone or its time is over, so that it may be removed.

    Example:
        >>> RunningSandbox("3f2a", "running", "process 4711", "", orphan=True).orphan
        True
    """

    id: str
    state: str
    owner: str
    session: str
    orphan: bool


class SandboxKind(ABC):
    """One row of the table of sandboxes. Override ``make``, and the others where they apply.

    Another package offers a kind by an entry point whose name is the one that the setting ``sandbox`` takes::

        [project.entry-points."analyst_magic.sandboxes"]
        firecracker = "my_package:FirecrackerKind"

    Example:
        >>> class FirecrackerKind(SandboxKind):
        ...     name = "firecracker"
        ...     def make(self, options):
        ...         return FirecrackerProvider(options.limits)  # a SandboxProvider

    Attributes:
        name: What messages call it.
    """

    name = ""

    @property
    def insisted(self) -> bool:
        """Whether the user asks for it outside the settings, so that ``auto`` does not pass over it."""
        return False

    @property
    def automatic(self) -> bool:
        """Whether ``auto`` tries it in this process; where it does not, nothing is said about it."""
        return True

    @abstractmethod
    def make(self, options: SandboxOptions) -> SandboxProvider:
        """A provider; this starts nothing.

        Raises:
            AnalystError: It cannot be used on this machine, with the next step.
        """

    def running(self) -> Sequence[RunningSandbox]:
        """All sandboxes of this kind on this machine, whoever started them; empty where they end with their owner.

        Raises:
            SandboxError: They cannot be listed.
        """
        return ()

    def remove_orphans(self, *, everything: bool = False) -> int:
        """Remove sandboxes whose owner is gone; called when a session starts, and by ``analyst sandbox prune``.

        Args:
            everything: Remove those in use as well.

        Returns:
            How many were removed.

        Raises:
            SandboxError: They cannot be removed.
        """
        return 0

    def remove_old_images(self) -> tuple[int, int]:
        """Remove images of earlier versions; called by ``analyst sandbox prune``.

        Returns:
            How many were removed, and their size in bytes.

        Raises:
            SandboxError: They cannot be removed.
        """
        return 0, 0

    def checks(self, options: SandboxOptions, *, automatic: bool) -> Iterator[Check]:
        """What ``analyst doctor`` says of it before a sandbox starts.

        Args:
            options: What its provider would be made with.
            automatic: Whether it is one of several that ``auto`` tries, so that its absence is no failure.
        """
        yield from ()


def load_kind(name: str) -> SandboxKind:
    """The kind of a name in the table.

    Raises:
        SandboxError: There is no such kind, or its package cannot be loaded.
    """
    point = sandbox_table().get(name.lower())
    if point is None:
        raise SandboxError(
            message("There is no sandbox {name}.", name=name),
            message("Use one of {names}.", names=", ".join(("auto", *sandbox_table()))),
        )
    try:
        return load_part(point, SandboxKind)  # type: ignore[type-abstract]
    except AnalystError:
        raise
    except Exception as error:  # a package of somebody else fails in any way it likes
        raise SandboxError(
            message(
                "The sandbox {name} of {value} cannot be loaded: {error}",
                name=name,
                value=point.value,
                error=str(error),
            ),
            message("Update its package, or remove it."),
        ) from error


def built_in_kinds() -> tuple[SandboxKind, ...]:
    """The kinds that ``auto`` chooses from here, in that order."""
    return tuple(kind for kind in map(load_kind, BUILT_IN) if kind.automatic)


def all_kinds() -> tuple[SandboxKind, ...]:
    """Every kind of the table that loads; one that does not is reported when it is named."""
    kinds = []
    for name in sandbox_table():
        try:
            kinds.append(load_kind(name))
        except AnalystError:
            if name in BUILT_IN:
                raise
    return tuple(kinds)


def remove_orphans_of(setting: str) -> None:
    """Remove the sandboxes of processes that were killed; what cannot be removed is left for later.

    Args:
        setting: The setting ``sandbox``: of the kind that it names, or with ``auto`` of those that it chooses from.
            Others are left to who uses them, as their programs take time to load, and to ``analyst sandbox prune``.
    """
    for name in BUILT_IN if setting == AUTO else (setting,):
        try:
            kind = load_kind(name)
            if setting != AUTO or kind.automatic:
                kind.remove_orphans()
        except AnalystError:  # an engine that does not answer is reported where it is needed
            continue
