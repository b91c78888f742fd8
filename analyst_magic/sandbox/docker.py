"""Sandboxes as containers of a Docker engine, hardened, and checked to be so before anything runs in them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.types import LogConfig, Mount, Ulimit

from ..errors import EngineUnavailable, ImageMissing, ImageOutdated, NotIsolated, SandboxError, SandboxLost
from . import owner
from .image import IMAGE, LABEL, SOURCES_LABEL, source_directory, sources_digest
from .limits import Limits

NO_ENGINE = "Start Docker (or another engine with its interface) and try again; `docker info` must answer."


def connect() -> docker.APIClient:
    """A client of the engine that the environment names (``DOCKER_HOST``), or of the local one.

    Raises:
        EngineUnavailable: None answers.
    """
    try:
        client = docker.APIClient(**docker.utils.kwargs_from_env(), version="auto", timeout=60)
    except (DockerException, requests.RequestException, OSError) as error:
        if "Permission denied" in str(error):
            raise EngineUnavailable(
                "You may not use the Docker engine of this machine, so no sandbox can be started.",
                "Join the group docker (`sudo usermod -aG docker $USER`) and log in again, or use rootless Docker.",
            ) from error
        raise EngineUnavailable("No Docker engine answers, so no sandbox can be started.", NO_ENGINE) from error
    return client


@dataclass(frozen=True, slots=True)
class Hardening:
    """What a container is created with. ``host`` and ``config`` are fields of the engine's own interface."""

    image: str
    host: Mapping[str, Any]
    config: Mapping[str, Any]


def hardened(image: str, limits: Limits, directory: Path, runtime: str = "") -> Hardening:
    """The one place that decides what a sandbox may do."""
    profile = json.dumps(json.loads((source_directory() / "seccomp.json").read_text()))
    threads = str(max(1, int(limits.cpus)))
    tmpfs = "rw,noexec,nosuid,nodev,mode=1777"
    return Hardening(
        image,
        host={
            "network_mode": "none",
            "ipc_mode": "private",
            "read_only": True,
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges:true", f"seccomp={profile}"],
            "pids_limit": limits.pids,
            "mem_limit": limits.memory,
            "memswap_limit": limits.memory,
            "nano_cpus": int(limits.cpus * 1e9),
            "shm_size": 64_000_000,
            "tmpfs": {
                "/tmp": f"{tmpfs},size=256000000,nr_inodes=20000",  # noqa: S108
                "/work": f"{tmpfs},size={limits.disk},nr_inodes=20000",
            },
            "mounts": [Mount("/in", str(directory), type="bind", read_only=True)],
            "ulimits": [
                Ulimit(name="core", soft=0, hard=0),
                Ulimit(name="nofile", soft=4096, hard=4096),
                Ulimit(name="fsize", soft=limits.disk, hard=limits.disk),
            ],
            # Kept logs would let endless output fill the host's disk.
            "log_config": LogConfig(type="none"),
            "auto_remove": True,
            **({"runtime": runtime} if runtime else {}),
        },
        config={
            "hostname": "sandbox",
            "user": "10001:10001",
            "working_dir": "/work",
            "stdin_open": True,
            "labels": {
                LABEL: "sandbox",
                f"{LABEL}.owner": owner.mark(),
                f"{LABEL}.deadline": str(int(time.time() + limits.life)),
            },
            "environment": {
                "ANALYST_LIFE": str(limits.life),
                **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), threads),
                "ARROW_IO_THREADS": "2",
            },
        },
    )


def verify(asked: Hardening, found: Mapping[str, Any]) -> None:
    """Compare a container, as the engine describes it, with what was asked for.

    Raises:
        NotIsolated: The engine made something weaker.
    """
    host, config = found["HostConfig"], found["Config"]
    want, security = asked.host, host.get("SecurityOpt") or []
    checks = {
        "network": host.get("NetworkMode") == "none",
        "ipc": host.get("IpcMode") == "private",
        "read-only root": host.get("ReadonlyRootfs") is True,
        "privileged": not host.get("Privileged"),
        "capabilities": [c.upper() for c in host.get("CapDrop") or []] == ["ALL"] and not host.get("CapAdd"),
        "new privileges": any(o.startswith("no-new-privileges") and not o.endswith("false") for o in security),
        "seccomp": any(o.startswith("seccomp=") and "unconfined" not in o for o in security),
        "process limit": host.get("PidsLimit") == want["pids_limit"],
        "memory": host.get("Memory") == want["mem_limit"],
        "processors": host.get("NanoCpus") == want["nano_cpus"],
        "user": config.get("User") == asked.config["user"],
        "tmpfs": (host.get("Tmpfs") or {}) == want["tmpfs"],
        "binds": not host.get("Binds") and not host.get("VolumesFrom") and not host.get("Devices"),
        "mounts": [(m["Destination"], m.get("RW")) for m in found.get("Mounts") or [] if m.get("Type") == "bind"]
        == [("/in", False)],
        "namespaces": not host.get("PidMode") and not host.get("UTSMode") and host.get("UsernsMode") in ("", None),
        "logs": (host.get("LogConfig") or {}).get("Type") == "none",
    }
    wrong = [name for name, holds in checks.items() if not holds]
    if wrong:
        raise NotIsolated(
            f"The engine made a sandbox that is weaker than asked for ({', '.join(wrong)}); nothing was run in it.",
            "Run `analyst doctor`, or use another engine.",
        )


class Container:
    """A started container: its attached stream, and the ways to end it."""

    def __init__(self, client: docker.APIClient, identity: str, stream: Any) -> None:
        self.id = identity
        self._client = client
        self._stream = stream  # keeps the connection's response alive as long as its socket is used

    @property
    def socket(self) -> socket.socket:
        """The attached stream's socket.

        Raises:
            EngineUnavailable: The engine is reached in a way that gives no plain socket.
        """
        raw = getattr(self._stream, "_sock", self._stream)
        if type(raw) is not socket.socket:
            where = os.environ.get("DOCKER_HOST", "its address")
            raise EngineUnavailable(
                f"The engine at {where} is reached in a way that is not supported yet.",
                "Use an engine on this machine.",
            )
        raw.settimeout(None)
        return raw

    def remove(self) -> None:
        """Kill and remove the container; nothing happens where it is gone already."""
        with contextlib.suppress(NotFound):
            try:
                self._client.remove_container(self.id, force=True)
            except APIError as error:
                if error.status_code != 409:
                    raise SandboxError(f"A sandbox could not be removed: {error.explanation}", NO_ENGINE) from error
                self._client.wait(self.id, timeout=15, condition="removed")  # the engine is at it already
            except (requests.RequestException, DockerException) as error:
                raise EngineUnavailable("The Docker engine does not answer any more.", NO_ENGINE) from error


class DockerProvider:
    """Makes sandboxes on a Docker engine.

    Args:
        limits: Limits of each sandbox.
        image: The image's name.
        runtime: Another runtime of the engine, such as ``runsc``; the engine's own where empty.
    """

    name = "docker"

    def __init__(self, limits: Limits, image: str = IMAGE, runtime: str = "") -> None:
        self._limits, self._image, self._runtime = limits, image, runtime
        self._client: docker.APIClient | None = None
        self.image_digest = ""

    async def launch(self, directory: Path) -> Container:
        """Make and start a sandbox that reads its frames from ``directory``.

        Raises:
            SandboxError: One of its kinds, each with the next step.
        """
        launching = asyncio.ensure_future(asyncio.to_thread(self._launch, directory))
        try:
            return await asyncio.shield(launching)
        except asyncio.CancelledError:  # the thread cannot be stopped: what it makes is removed when it is done
            launching.add_done_callback(_discard)
            raise

    def _launch(self, directory: Path) -> Container:
        client = self._client = self._client or connect()
        asked = hardened(self._image, self._limits, directory, self._runtime)
        try:
            self.image_digest = check_image(client, self._image)
            identity = client.create_container(
                image=asked.image, host_config=client.create_host_config(**asked.host), **asked.config
            )["Id"]
        except APIError as error:
            raise SandboxError(
                f"The engine refused to make a sandbox: {error.explanation}", "Run `analyst doctor`."
            ) from error
        except (requests.RequestException, DockerException) as error:
            self._client = None
            raise EngineUnavailable("The Docker engine does not answer.", NO_ENGINE) from error
        try:
            verify(asked, client.inspect_container(identity))
            stream = client.attach_socket(identity, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
            client.start(identity)
        except (NotIsolated, APIError, requests.RequestException, DockerException) as error:
            Container(client, identity, None).remove()
            if isinstance(error, NotIsolated):
                raise
            text = error.explanation if isinstance(error, APIError) else str(error)
            raise SandboxLost(f"The sandbox did not start: {text}", "Run `analyst doctor`.") from error
        return Container(client, identity, stream)


def check_image(client: docker.APIClient, name: str) -> str:
    """The identity of an image that is there and was built from this version's sources.

    Raises:
        ImageMissing: It is not on this machine.
        ImageOutdated: It was built from other sources.
    """
    try:
        image = client.inspect_image(name)
    except ImageNotFound:
        raise ImageMissing(
            f"The sandbox image {name} is not on this machine.", "Build it: `analyst image build`."
        ) from None
    labels = image["Config"].get("Labels") or {}
    if labels.get(SOURCES_LABEL) != sources_digest():
        raise ImageOutdated(
            f"The sandbox image {name} was not built from this version's sources.",
            "Build it again: `analyst image build`.",
        )
    return str(image["Id"])


def _discard(launching: asyncio.Future[Container]) -> None:
    if not launching.cancelled() and launching.exception() is None:
        launching.result().remove()


def containers(client: docker.APIClient) -> list[dict[str, Any]]:
    """All sandboxes of the engine, as the engine lists them."""
    return cast(list[dict[str, Any]], client.containers(all=True, filters={"label": LABEL}))


def remove_orphans(client: docker.APIClient) -> int:
    """Remove sandboxes whose owner on this machine is gone, or whose life is over; returns their number."""
    removed = 0
    for found in containers(client):
        labels = found.get("Labels") or {}
        deadline = labels.get(f"{LABEL}.deadline", "")
        over = deadline.isdigit() and int(deadline) < time.time()
        if over or not owner.alive(labels.get(f"{LABEL}.owner", "")):
            Container(client, found["Id"], None).remove()
            removed += 1
    return removed
