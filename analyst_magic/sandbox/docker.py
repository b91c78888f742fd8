"""Sandboxes as containers of a Docker engine, hardened, and checked to be so before anything runs in them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shlex
import socket
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from ..errors import EngineUnavailable, ImageMissing, ImageOutdated, SandboxError
from ..language import message
from ..packages import Packages, build_command, parse_packages
from . import owner
from .bridge import as_socket
from .docker_client import HANGING, NO_ENGINE, Engine, within
from .docker_sdk import APIError, DockerException, ImageNotFound, docker
from .docker_stream import DockerStream
from .hardening import Hardening, hardened, verify
from .image import IMAGE, LABEL, PACKAGES_LABEL, SOURCES_LABEL, image_name, sources_digest
from .kinds import RunningSandbox
from .leftovers import Leftovers, remove_container
from .limits import Limits
from .provider import ExitReason, Mounts

DEFAULT = "unix:///var/run/docker.sock"


# Where engines listen: Docker, Docker Desktop, rootless Docker, Podman of the user and of the system.
SOCKETS = (
    "/var/run/docker.sock",
    "~/.docker/run/docker.sock",
    "~/.docker/desktop/docker.sock",
    "$XDG_RUNTIME_DIR/docker.sock",
    "$XDG_RUNTIME_DIR/podman/podman.sock",
    "/run/podman/podman.sock",
)


def connect(seconds: float = Limits().engine_timeout) -> docker.APIClient:
    """A client of the engine that ``DOCKER_HOST`` or the Docker command's context names, else of a local one.

    Args:
        seconds: Limit of each of its calls.

    Raises:
        EngineUnavailable: None answers.
    """
    failures = []
    for place in _places():
        try:
            return _client(place, seconds)
        except (DockerException, EngineUnavailable, OSError, ValueError) as error:
            failures.append(error)
    reasons = [_reasons(error) for error in failures]
    if any("Permission denied" in reason for reason in reasons):
        raise EngineUnavailable(
            message("You may not use the Docker engine of this machine, so no sandbox can be started."),
            message(
                "Join the group docker (`sudo usermod -aG docker $USER`) and log in again, or use rootless Docker."
            ),
        ) from failures[0]
    where = f" at {os.environ['DOCKER_HOST']} (DOCKER_HOST)" if os.environ.get("DOCKER_HOST") else ""
    cause = failures[0] if failures else None
    if reasons and HANGING in reasons[0]:
        raise EngineUnavailable(
            message(
                "The Docker engine{where} did not answer within {seconds:g} s, so no sandbox can be started.",
                where=where,
                seconds=seconds,
            ),
            HANGING,
        ) from cause
    if reasons and "CERTIFICATE_VERIFY_FAILED" in reasons[0]:
        raise EngineUnavailable(
            message(
                "The certificate of the Docker engine{where} is not trusted, so no sandbox can be started.", where=where
            ),
            message("Set DOCKER_CERT_PATH to the folder with its ca.pem, and your cert.pem and key.pem."),
        ) from cause
    raise EngineUnavailable(
        message("No Docker engine answers{where}, so no sandbox can be started.", where=where), NO_ENGINE
    ) from cause


def _client(place: Mapping[str, Any], seconds: float) -> docker.APIClient:
    """A client of the engine at one place, which has told its version; some ways there, as SSH, know no limit."""
    try:
        make = functools.partial(Engine, **place, version="auto", timeout=seconds)
        return within(seconds + 1.0, make, lambda late: late.close())
    except TimeoutError as error:
        raise EngineUnavailable(
            message("The Docker engine did not answer within {seconds:g} s.", seconds=seconds), HANGING
        ) from error


def _reasons(error: BaseException | None) -> str:
    """An error's text with those of its causes."""
    return f"{error} {_reasons(error.__cause__)}" if error is not None else ""


def _places() -> Iterator[dict[str, Any]]:
    """Where to look for an engine, as arguments of a client."""
    if os.environ.get("DOCKER_HOST"):
        yield docker.utils.kwargs_from_env()
        return
    try:
        named = docker.ContextAPI.kwargs_from_context()
    except (DockerException, OSError, ValueError, KeyError):
        named = {}
    if named.get("base_url", DEFAULT) != DEFAULT:
        yield named
        return
    seen: set[str] = set()  # an engine may have several names, and one that hangs is waited for once
    for path in SOCKETS:
        socket_path = os.path.expanduser(os.path.expandvars(path))
        real = os.path.realpath(socket_path)
        if os.path.exists(socket_path) and real not in seen:
            seen.add(real)
            yield {"base_url": f"unix://{socket_path}"}
    if sys.platform == "win32":
        yield {}


class Container:
    """A started container: its attached stream, and the way to end it.

    Args:
        client: A client of its engine.
        identity: What the engine calls it.
        stream: The attached stream.
        shared: Whether it sees the mounts.
        leftovers: Takes over a removal that the engine does not confirm.
    """

    def __init__(
        self,
        client: docker.APIClient,
        identity: str,
        stream: Any = None,
        *,
        shared: bool = True,
        leftovers: Leftovers | None = None,
    ) -> None:
        self.id = identity
        self.shared = shared
        self._client, self._leftovers = client, leftovers
        self._framing = DockerStream()
        self._stream = stream  # keeps the connection's response alive as long as its socket is used

    @property
    def socket(self) -> socket.socket:
        """The attached stream's socket."""
        return as_socket(getattr(self._stream, "_sock", self._stream))

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        """Standard output in what came out of the attached stream."""
        return self._framing.feed(data)

    def stderr(self) -> str:
        """The end of standard error, which Docker sends in the same stream."""
        return self._framing.stderr.decode("utf-8", "replace")

    def exit_reason(self) -> ExitReason:
        """Always empty: the relay in the container reports how the kernel ended."""
        return ""

    def remove(self) -> None:
        """Kill and remove the container; nothing happens where it is gone already.

        Raises:
            EngineUnavailable: The engine does not confirm it in time; it is tried again in the background.
            SandboxError: The engine refuses; likewise.
        """
        try:
            if remove_container(self._client, self.id) != "removing":
                return
        except DockerException as error:
            self._leave()
            reason = error.explanation if isinstance(error, APIError) else error
            raise SandboxError(message("A sandbox could not be removed: {reason}", reason=reason), NO_ENGINE) from error
        except EngineUnavailable:
            self._leave()
            raise
        self._leave()
        raise EngineUnavailable(message("The Docker engine takes long to remove a sandbox."), HANGING)

    def _leave(self) -> None:
        if self._leftovers is not None:
            self._leftovers.add(self._client, self.id, exists=True)


class DockerProvider:
    """Makes sandboxes on a Docker engine: on this machine, on another, or in a virtual machine.

    Args:
        limits: Limits of each sandbox.
        image: The image's name.
        runtime: Another runtime of the engine, such as ``runsc``; the engine's own where empty.
        client: A client of the engine, where there is one already.
        extras: Packages that the image has beside its own, as ``parse_packages`` gives them.
    """

    def __init__(
        self,
        limits: Limits,
        image: str = IMAGE,
        runtime: str = "",
        client: docker.APIClient | None = None,
        extras: tuple[str, ...] = (),
    ) -> None:
        self.packages = Packages(extras)
        self._limits, self._image, self._runtime = limits, image, runtime
        self._client = client
        self._shares: bool | None = None
        self._podman = False
        self._session = uuid.uuid4().hex[:8]
        self.leftovers = Leftovers()

    @property
    def name(self) -> str:
        """``docker``, with the runtime where it is not the engine's own."""
        return f"docker ({self._runtime})" if self._runtime else "docker"

    @property
    def image(self) -> str:
        """The image's name, whose tag is a digest of its sources."""
        return self._image

    @property
    def isolation(self) -> str:
        """What its sandboxes isolate."""
        return (
            "a container without network, rights and devices, with a read-only root, a system-call filter, and limits "
            "on memory, processors, processes and disk; it shares the engine's kernel"
        )

    notice = ""

    def connect(self) -> docker.APIClient:
        """The engine's client, made at the first call.

        Raises:
            EngineUnavailable: None answers.
        """
        if self._client is None:
            self._client = connect(self._limits.engine_timeout)
        return self._client

    def prepare(self) -> None:
        """Find an engine.

        Raises:
            EngineUnavailable: None answers.
        """
        self.connect()

    async def launch(self, mounts: Mounts) -> Container:
        """Make and start a sandbox.

        Raises:
            SandboxError: One of its kinds, each with the next step.
        """
        return await asyncio.to_thread(self._launch, mounts)

    def _launch(self, mounts: Mounts) -> Container:
        client = self.connect()
        name = f"analyst-{self._session}-{uuid.uuid4().hex[:12]}"
        with self._answered("looking for the image"):
            if self._shares is None:
                self._podman, self._shares = is_podman(client), shares_directories(client)
            check_image(client, self._image, self.packages.extras)
        try:
            with self._answered("making a sandbox"):
                identity, asked = self._create(client, mounts, name)
        except EngineUnavailable:  # it may be there, or come to be there yet
            self.leftovers.add(client, name, exists=False)
            raise
        container = Container(client, identity, leftovers=self.leftovers)
        try:
            with self._answered("starting a sandbox"):
                verify(asked, client.inspect_container(identity))
                stream = client.attach_socket(identity, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
                client.start(identity)
        except EngineUnavailable:  # nobody waits another time for an engine that does not answer
            self.leftovers.add(client, identity, exists=True)
            raise
        except SandboxError:
            with contextlib.suppress(SandboxError):
                container.remove()
            raise
        return Container(client, identity, stream, shared=bool(self._shares), leftovers=self.leftovers)

    @contextlib.contextmanager
    def _answered(self, doing: str) -> Iterator[None]:
        """Make errors of ours from those of the client, which is not used again where the engine did not answer.

        Raises:
            EngineUnavailable: The engine did not answer, or not in time.
            SandboxError: It refused, or did what nobody asked for.
        """
        try:
            yield
        except APIError as error:
            raise SandboxError(
                message(
                    "The engine refused: {doing} failed with: {explanation}", doing=doing, explanation=error.explanation
                ),
                message("Run `analyst doctor`."),
            ) from error
        except DockerException as error:
            raise SandboxError(
                message("The engine failed: {doing}: {error}", doing=doing, error=str(error)),
                message("Run `analyst doctor`."),
            ) from error
        except EngineUnavailable as error:
            self._client = None
            raise EngineUnavailable(
                message("{reason} ({doing}).", reason=error.message[:-1], doing=doing), error.next_step
            ) from error

    def _create(self, client: docker.APIClient, mounts: Mounts, name: str) -> tuple[str, Hardening]:
        """Make the container; one whose engine does not see our directories gets its frames by the stream."""
        while True:
            shared = mounts if self._shares else None
            asked = hardened(self._image, self._limits, shared, self._runtime, self._session, podman=self._podman)
            host = client.create_host_config(**asked.host)
            try:
                made = client.create_container(image=asked.image, host_config=host, name=name, **asked.config)
            except APIError as error:
                if not self._shares or "bind source path does not exist" not in str(error.explanation):
                    raise
                self._shares = False
            else:
                return made["Id"], asked


def is_podman(client: docker.APIClient) -> bool:
    """Whether the engine is Podman behind Docker's interface."""
    return any("Podman" in str(part.get("Name")) for part in client.version().get("Components") or [])


def shares_directories(client: docker.APIClient) -> bool:
    """Whether the engine sees this machine's memory-backed files: not from another machine or a virtual one."""
    if not str(client.base_url).startswith("http+docker://"):
        return False
    return "Docker Desktop" not in str((client.version().get("Platform") or {}).get("Name"))


def check_image(client: docker.APIClient, name: str, packages: Sequence[str] = ()) -> str:
    """The identity of an image that is there, was built from this version's sources, and has the packages.

    Args:
        client: A client of the engine.
        name: The image's name.
        packages: What the setting ``packages`` adds.

    Raises:
        ImageMissing: It is not on this machine.
        ImageOutdated: It was built from other sources, or without one of the packages.
    """
    command = build_command(packages)
    if name not in (IMAGE, image_name(packages)):
        command += f" --tag {shlex.quote(name)}"
    try:
        image = client.inspect_image(name)
    except ImageNotFound:
        raise ImageMissing(
            message("The sandbox image {name} is not on this machine.", name=name),
            message("Build it: `{command}`.", command=command),
        ) from None
    labels = image["Config"].get("Labels") or {}
    if labels.get(SOURCES_LABEL) != sources_digest():
        raise ImageOutdated(
            message("The sandbox image {name} was not built from this version's sources.", name=name),
            message("Build it again: `{command}`.", command=command),
        )
    missing = sorted(set(packages) - set(parse_packages([labels.get(PACKAGES_LABEL) or ""])))
    if missing:
        raise ImageOutdated(
            message("The sandbox image {name} was built without {missing}.", name=name, missing=", ".join(missing)),
            message("Build it again: `{command}`.", command=command),
        )
    return str(image["Id"])


def containers(client: docker.APIClient) -> list[dict[str, Any]]:
    """All sandboxes of the engine, as the engine lists them."""
    return cast(list[dict[str, Any]], client.containers(all=True, filters={"label": f"{LABEL}=sandbox"}))


def sandboxes(client: docker.APIClient) -> list[RunningSandbox]:
    """All sandboxes of the engine: whose they are, and whether that process still runs."""
    found = []
    for container in containers(client):
        labels = container.get("Labels") or {}
        deadline, token = labels.get(f"{LABEL}.deadline", ""), labels.get(f"{LABEL}.owner", "")
        over = deadline.isdigit() and int(deadline) < time.time()
        orphan = over or not owner.alive(token)
        whose = "life is over" if over else f"process {token.partition('.')[0]}{' (gone)' if orphan else ''}"
        found.append(
            RunningSandbox(
                container["Id"], container.get("State", ""), whose, labels.get(f"{LABEL}.session", ""), orphan
            )
        )
    return found


def remove_orphans(client: docker.APIClient, *, everything: bool = False) -> int:
    """Remove sandboxes whose owner on this machine is gone, or whose life is over; returns their number.

    Args:
        client: A client of the engine.
        everything: Remove those in use as well.
    """
    gone = [sandbox for sandbox in sandboxes(client) if sandbox.orphan or everything]
    for sandbox in gone:
        Container(client, sandbox.id).remove()
    return len(gone)
