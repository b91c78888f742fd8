"""Where code runs: what the setting ``sandbox`` names, or the first of the built-in kinds that works here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..errors import AnalystError, MissingExtra, NotIsolated
from ..packages import Packages
from ..sandbox_names import AUTO
from .kinds import SandboxKind, SandboxOptions, built_in_kinds, load_kind
from .limits import Limits
from .provider import Handle, Mounts, SandboxProvider


def choose(
    setting: str, limits: Limits, image: str = "", runtime: str = "", packages: tuple[str, ...] = ()
) -> SandboxProvider:
    """The provider that a setting names.

    Args:
        setting: ``auto``, or the name of a kind of sandbox.
        limits, image, runtime, packages: As for ``SandboxOptions``.

    Raises:
        SandboxError: There is no such kind, or its package cannot be loaded.
    """
    options = SandboxOptions(limits, image, runtime, packages)
    return Automatic(built_in_kinds(), options) if setting == AUTO else load_kind(setting).make(options)


class Automatic:
    """The first kind of sandbox that works here: inside a cluster its pods, else Docker where an engine answers,
    else the local sandbox.

    It is chosen once, at the first launch, and the user is told. There is no way to something weaker afterwards: an
    engine that stops answering, or has no image, is an error. So is a kind that the user insists on and that does not
    work, as an engine named by ``DOCKER_HOST``.

    Args:
        kinds: The kinds, the best first.
        options: What their providers are made with.
    """

    def __init__(self, kinds: Sequence[SandboxKind], options: SandboxOptions) -> None:
        self._kinds, self._options = kinds, options
        self._chosen: SandboxProvider | None = None
        self._refusals: list[AnalystError] = []

    @property
    def name(self) -> str:
        """The chosen one's, or ``auto`` before the first launch."""
        return self._chosen.name if self._chosen else AUTO

    @property
    def image(self) -> str:
        """The chosen one's."""
        return self._chosen.image if self._chosen else ""

    @property
    def packages(self) -> Packages:
        """The chosen one's, or before the first launch those of the first kind that can be made."""
        if self._chosen:
            return self._chosen.packages
        for kind in self._kinds:
            try:
                return kind.make(self._options).packages
            except AnalystError:
                continue
        return Packages()

    @property
    def isolation(self) -> str:
        """The chosen one's; makes the choice."""
        return self.choose().isolation

    @property
    def notice(self) -> str:
        """Why it is not the first kind, and what the chosen one isolates; empty where it is the first."""
        reasons = [_reason(error) for error in self._refusals]
        return " ".join([*reasons, self._chosen.notice]) if self._chosen and reasons else ""

    def prepare(self) -> None:
        """Make the choice.

        Raises:
            NotIsolated: No kind works here.
        """
        self.choose()

    async def launch(self, mounts: Mounts) -> Handle:
        """Start a sandbox.

        Raises:
            SandboxError: It does not start; after the choice, only the chosen provider is tried.
        """
        chosen = await asyncio.to_thread(self.choose)
        return await chosen.launch(mounts)

    def choose(self) -> SandboxProvider:
        """The first provider that works, found once.

        Raises:
            AnalystError: A kind that the user insists on does not work.
            NotIsolated: No kind works here.
        """
        if self._chosen is None:
            self._chosen, self._refusals = self._first()
        return self._chosen

    def _first(self) -> tuple[SandboxProvider, list[AnalystError]]:
        refusals: list[AnalystError] = []
        for kind in self._kinds:
            try:
                provider = kind.make(self._options)
                provider.prepare()
            except AnalystError as error:
                if kind.insisted:
                    raise
                refusals.append(error)
            else:
                return provider, refusals
        steps = [error.next_step for error in refusals if error.next_step]
        message = " ".join([*map(_reason, refusals[:-1]), *(error.message for error in refusals[-1:])])
        raise NotIsolated(message, steps[0] if steps else "") from refusals[0]


def _reason(error: AnalystError) -> str:
    if isinstance(error, MissingExtra):
        return str(error)
    return error.message.replace(", so no sandbox can be started", "")
