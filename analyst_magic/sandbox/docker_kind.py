"""The row ``docker`` of the table of sandboxes: its providers, containers and images, and what the doctor checks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import AnalystError
from .image import BASE_LABEL, FONTS_LABEL, PACKAGES_LABEL, describe_base, image_name, remove_old
from .kinds import Check, RunningSandbox, SandboxKind, SandboxOptions

if TYPE_CHECKING:
    from .docker import DockerProvider


class DockerKind(SandboxKind):
    """Sandboxes as containers of a Docker engine."""

    name = "docker"

    @property
    def insisted(self) -> bool:
        """Whether ``DOCKER_HOST`` names an engine."""
        return bool(os.environ.get("DOCKER_HOST"))

    def make(self, options: SandboxOptions) -> DockerProvider:
        """A provider; the engine is not asked yet."""
        from .docker import DockerProvider

        image = options.image or image_name(options.packages)
        return DockerProvider(options.limits, image, options.runtime, extras=options.packages)

    def running(self) -> Sequence[RunningSandbox]:
        """All sandboxes of the engine.

        Raises:
            SandboxError: No engine answers.
        """
        from .docker import connect, sandboxes

        return sandboxes(connect())

    def remove_orphans(self, *, everything: bool = False) -> int:
        """Remove containers whose owner is gone, or whose time is over.

        Raises:
            SandboxError: No engine answers, or it refuses.
        """
        from .docker import connect, remove_orphans

        return remove_orphans(connect(), everything=everything)

    def remove_old_images(self) -> tuple[int, int]:
        """Remove images of other versions.

        Raises:
            SandboxError: No engine answers.
        """
        from .docker import connect

        return remove_old(connect())

    def checks(self, options: SandboxOptions, *, automatic: bool) -> Iterator[Check]:
        """The engine, its image, and its runtime where one is set."""
        engine = _checked("engine", _describe_engine)
        if engine.state == "fail" and automatic and not self.insisted:
            about = "No Docker engine answers; the local sandbox takes its place."
            yield Check("engine", "warn", about, engine.next_step)
            return
        yield engine
        if engine.state == "fail":
            return
        yield _checked("image", lambda: _describe_image(options))
        if options.runtime:
            yield _runtime(options.runtime)


def _checked(name: str, look: Callable[[], str]) -> Check:
    """A check that passes with what ``look`` returns, and fails with the error that it raises."""
    try:
        return Check(name, "pass", look())
    except AnalystError as error:
        return Check(name, "fail", error.message, error.next_step)


def _describe_engine() -> str:
    from .docker import connect, is_podman, shares_directories

    client = connect()
    version, info = client.version(), client.info()
    make = "Podman" if is_podman(client) else "Docker"
    rootless = any("rootless" in str(option) for option in info.get("SecurityOptions") or [])
    shares = "shares files" if shares_directories(client) else "frames are streamed"
    traits = f"{'rootless, ' if rootless else ''}cgroup v{info.get('CgroupVersion', '?')}, {shares}"
    where = str(client.base_url).replace("http+docker://localhost", "local socket")
    return f"{make} {version.get('Version')}, API {version.get('ApiVersion')}, {where}; {traits}"


def _describe_image(options: SandboxOptions) -> str:
    from .docker import check_image, connect

    name, client = options.image or image_name(options.packages), connect()
    digest = check_image(client, name, options.packages)
    labels = client.inspect_image(name)["Config"].get("Labels") or {}
    parts = [f"{name}, {digest[:19]}, up to date, from {describe_base(labels.get(BASE_LABEL, ''))}"]
    parts += [f"with {more}" for more in [labels.get(PACKAGES_LABEL, "").replace(",", ", ")] if more]
    parts += ["without fonts for other scripts"] if labels.get(FONTS_LABEL) == "no" else []
    return "; ".join(parts)


def _runtime(runtime: str) -> Check:
    from .docker import connect

    known = connect().info().get("Runtimes") or {}
    if runtime in known:
        return Check("runtime", "pass", runtime)
    step = f"Install it, or clear the setting runtime; the engine has {', '.join(sorted(known))}."
    return Check("runtime", "fail", f"{runtime} is not known to the engine", step)
