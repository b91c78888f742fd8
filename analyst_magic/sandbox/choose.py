"""Where code runs: what the setting ``sandbox`` names, or Docker where an engine answers and else this system."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from ..errors import AnalystError, EngineUnavailable, MissingExtra, NotIsolated
from ..extras import require
from ..packages import Packages
from .image import image_name
from .limits import Limits
from .local.provider import LocalProvider
from .provider import Handle, Mounts, Provider

if TYPE_CHECKING:
    from .docker import DockerProvider


def choose(
    setting: str, limits: Limits, image: str = "", runtime: str = "", packages: tuple[str, ...] = ()
) -> Provider:
    """The provider that a setting names.

    Args:
        setting: ``auto``, ``docker`` or ``local``.
        limits: Limits of each sandbox.
        image: Name of the image, for Docker; empty for this version's own.
        runtime: Runtime of the engine, for Docker; empty for its own.
        packages: What the image has beside its own, for Docker, as ``parse_packages`` gives them.

    Raises:
        MissingExtra: Docker is named, and the package for it is not installed.
    """
    if setting == "local":
        return LocalProvider(limits)
    try:
        require("docker", "docker", "The Docker sandbox needs")
    except MissingExtra as missing:
        if setting == "docker" or os.environ.get("DOCKER_HOST"):
            raise
        return Automatic(None, LocalProvider(limits), missing)
    from .docker import DockerProvider

    docker = DockerProvider(limits, image or image_name(packages), runtime, extras=packages)
    return docker if setting == "docker" else Automatic(docker, LocalProvider(limits))


class Automatic:
    """Docker where an engine answers, else the local sandbox. Chosen once, at the first launch, and told.

    There is no way from Docker to something weaker afterwards: an engine that stops answering, or has no image, is an
    error. So is one that ``DOCKER_HOST`` names and that does not answer, as its user has chosen it.

    Args:
        docker: The first choice; None where the package for it is not installed.
        local: The second.
        missing: Why the first is None.
    """

    def __init__(
        self, docker: DockerProvider | None, local: LocalProvider, missing: MissingExtra | None = None
    ) -> None:
        self._docker, self._local, self._missing = docker, local, missing
        self._chosen: Provider | None = None
        self._why = ""

    @property
    def name(self) -> str:
        """The chosen one's, or ``auto`` before the first launch."""
        return self._chosen.name if self._chosen else "auto"

    @property
    def image(self) -> str:
        """The chosen one's."""
        return self._chosen.image if self._chosen else ""

    @property
    def packages(self) -> Packages:
        """The chosen one's, or the first choice's before the first launch."""
        return (self._chosen or self._docker or self._local).packages

    @property
    def isolation(self) -> str:
        """The chosen one's; makes the choice."""
        return self.choose().isolation

    @property
    def notice(self) -> str:
        """Why it is not Docker, and what the local sandbox isolates; empty where it is Docker."""
        return f"{self._why} {self._chosen.notice}" if self._chosen and self._why else ""

    async def launch(self, mounts: Mounts) -> Handle:
        """Start a sandbox.

        Raises:
            SandboxError: It does not start; after the choice, only the chosen provider is tried.
        """
        chosen = await asyncio.to_thread(self.choose)
        return await chosen.launch(mounts)

    def choose(self) -> Provider:
        """Ask the engine, once.

        Raises:
            NotIsolated: Neither an engine nor this system can make a sandbox.
        """
        if self._chosen is None:
            if self._docker is None:
                assert self._missing is not None
                self._why = str(self._missing)
                self._chosen = self._usable(self._missing)
                return self._chosen
            try:
                self._docker.connect()
                self._chosen = self._docker
            except EngineUnavailable as error:
                if os.environ.get("DOCKER_HOST"):
                    raise
                self._why = _reason(error)
                self._chosen = self._usable(error)
        return self._chosen

    def _usable(self, error: AnalystError) -> Provider:
        try:
            self._local.found  # noqa: B018
        except NotIsolated as refused:
            raise NotIsolated(f"{_reason(error)} {refused.message}", error.next_step or refused.next_step) from error
        return self._local


def _reason(error: AnalystError) -> str:
    return error.message.replace(", so no sandbox can be started", "")
