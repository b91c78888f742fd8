"""Sandboxes as pods of a Kubernetes cluster, restricted, and checked to be so before anything runs in them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...cleaning.text import clean
from ...errors import EngineUnavailable, ImageOutdated, NotIsolated, SandboxError, SandboxLost
from ...language import message
from ...packages import Packages, build_command, guest_packages
from .. import owner
from ..bridge import as_socket
from ..image import IMAGE
from ..kinds import RunningSandbox
from ..limits import Limits
from ..provider import ExitReason, Mounts
from . import status
from .attach import AttachedStream
from .bootstrap import POLICY_SECONDS, guest_digest
from .cluster import Cluster, connect, not_allowed
from .pod import HOST, OWNER, SESSION, PodOptions, pod_body, verify

SECONDS_TO_TELL = 1.0
"""How long a cluster may take to say why a pod has ended."""
SECONDS_TO_GREET = 20.0
HELLO = b"attached\n"


def host_label() -> str:
    """The name of this machine, as a label has it."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:60].strip("._-") or "host"


class Pod:
    """A running pod: its attached stream, and the way to end it.

    Args:
        cluster: Its cluster.
        name: Its name.
        stream: Its attached stream.
        left: Told its name where it cannot be deleted.
    """

    shared = False

    def __init__(self, cluster: Cluster, name: str, stream: AttachedStream, left: Callable[[str], None]) -> None:
        self.id, self._cluster, self._stream, self._left = name, cluster, stream, left
        self._socket = as_socket(stream)

    @property
    def socket(self) -> socket.socket:
        """A socket that carries the attached stream."""
        return self._socket

    def unwrap(self, data: bytes) -> Iterable[memoryview]:
        """The data as it is: the stream's framing is off already."""
        return (memoryview(data),)

    def stderr(self) -> str:
        """The end of standard error."""
        return self._stream.stderr.decode("utf-8", "replace")

    def exit_reason(self) -> ExitReason:
        """What the cluster ended it for, if it did."""
        end = time.monotonic() + SECONDS_TO_TELL
        while True:
            try:
                pod = self._cluster.pod(self.id)
            except EngineUnavailable:
                return "unreachable"
            except SandboxError:
                return ""
            if status.over(pod) or time.monotonic() > end:
                return status.exit_reason(pod)
            time.sleep(0.1)

    def remove(self) -> None:
        """Delete the pod; nothing happens where it is gone already.

        Raises:
            SandboxError: The server refuses, or does not answer. The pod ends all the same, with its stream, and is
                deleted before the next one is made.
        """
        with contextlib.suppress(OSError):  # closed already, by the link
            self._socket.close()
        try:
            self._cluster.delete(self.id)
        except SandboxError:
            self._left(self.id)
            raise


class KubernetesProvider:
    """Makes sandboxes in one namespace of a cluster.

    Args:
        limits: Limits of each sandbox.
        image: Its image; empty for the administrator's, or else this version's own name.
        runtime: Its runtime class; empty for the administrator's.
        extras: Packages that the image has beside the usual ones, as ``parse_packages`` gives them.
    """

    name = "kubernetes"

    def __init__(self, limits: Limits, image: str = "", runtime: str = "", extras: tuple[str, ...] = ()) -> None:
        self.packages = Packages(extras=extras)
        self._limits, self._image, self._runtime = limits, image, runtime
        self._session = uuid.uuid4().hex[:12]
        self._cluster: Cluster | None = None
        self._options: PodOptions | None = None
        self._owners: list[dict[str, Any]] = []
        self._left: set[str] = set()

    @property
    def image(self) -> str:
        """The image's name, as far as it is known."""
        return self._image or (self._options.image if self._options else "") or IMAGE

    @property
    def isolation(self) -> str:
        """What its sandboxes isolate."""
        options = self._prepared()[1]
        seccomp = "a system-call filter of ours" if options.seccomp_profile else "the runtime's system-call filter"
        runtime = self._runtime or options.runtime_class
        return (
            f"a pod without rights and service account, with a read-only root, {seccomp}, a closed network that is "
            "tried from inside, and limits on memory, processors and processes; "
            + (f"its runtime is {runtime}" if runtime else "it shares its node's kernel")
        )

    @property
    def notice(self) -> str:
        """What to know where the node lacks our filter."""
        if self._options is None or self._options.seccomp_profile:
            return ""
        return "The sandbox's pod has the runtime's own system-call filter, as ours is not installed on the nodes."

    def prepare(self) -> None:
        """Find the cluster, and see whether pods may be made and their network is closed.

        Raises:
            SandboxError: They may not, with the next step.
        """
        cluster = self._prepared()[0]
        missing = cluster.missing_rights()
        if missing:
            raise not_allowed(missing, cluster.namespace)
        cluster.close_network()

    async def launch(self, mounts: Mounts) -> Pod:
        """Start a sandbox; its frames are streamed.

        Raises:
            SandboxError: One of its kinds, each with the next step.
        """
        return await asyncio.to_thread(self._launch)

    def body(self, name: str) -> dict[str, Any]:
        """What the API server is asked for.

        Args:
            name: The pod's name.

        Raises:
            SandboxError: There is no cluster, or it does not answer.
        """
        options = self._prepared()[1]
        if self._runtime:
            options = replace(options, runtime_class=self._runtime)
        return pod_body(name, self.image, self._limits, options, host_label(), self._session, self._owners)

    def _prepared(self) -> tuple[Cluster, PodOptions]:
        if self._cluster is None:
            cluster = connect(self._limits.engine_timeout)
            self._options, self._owners = cluster.options(), cluster.owners()
            self._cluster = cluster
        assert self._options is not None
        return self._cluster, self._options

    def _launch(self) -> Pod:
        cluster = self._prepared()[0]
        cluster.close_network()
        self._remove_left(cluster)
        name = f"analyst-{self._session}-{uuid.uuid4().hex[:12]}"
        asked = self.body(name)
        try:
            verify(asked, cluster.create(asked))
            running = self._until_it_runs(cluster, cluster.pod(name))
            verify(asked, running)
            stream = cluster.attach(name)
            greet(stream, self.image, own_users=promises_own_users(running["spec"]))
        except BaseException:
            self._left.add(name)
            with contextlib.suppress(SandboxError):
                self._remove_left(cluster)
            raise
        return Pod(cluster, name, stream, self._left.add)

    def _remove_left(self, cluster: Cluster) -> None:
        """Delete the pods that could not be deleted when they were to be, as the API server was away."""
        for name in list(self._left):
            cluster.delete(name)
            self._left.discard(name)

    def _until_it_runs(self, cluster: Cluster, pod: dict[str, Any]) -> dict[str, Any]:
        """Wait for a pod's container.

        Raises:
            SandboxError: It will not run, or not in time.
        """
        end = time.monotonic() + self._limits.start_timeout
        while not status.runs(pod):
            failed = status.failure(pod)
            if failed is not None:
                raise failed
            left = end - time.monotonic()
            if left <= 0:
                raise status.delay(pod)
            for state in cluster.watch(pod, left):
                pod = state
                if status.runs(pod) or status.failure(pod) or time.monotonic() > end:
                    break
            else:
                pod = cluster.pod(pod["metadata"]["name"])
        return pod


def promises_own_users(spec: Mapping[str, Any]) -> bool:
    """Whether code in a pod has to see a user namespace of its own. Runtime classes have kernels that show it
    otherwise."""
    return spec.get("hostUsers") is False and not spec.get("runtimeClassName")


def greet(stream: AttachedStream, image: str, *, own_users: bool = False) -> None:
    """Let the bootstrap of a pod go on, and judge what it finds inside.

    Args:
        stream: The attached stream.
        image: The image's name.
        own_users: Whether it has to have a user namespace of its own.

    Raises:
        NotIsolated: Code inside could do more than it may.
        ImageOutdated: The image holds another version's code.
        SandboxLost: The pod says nothing.
    """
    facts = _facts(stream, image)
    if facts.get("reached"):
        raise NotIsolated(
            message(
                "The sandbox's pod could reach {places}, so it was thrown away and nothing was run in it.",
                places=list(map(str, facts["reached"])),
            ),
            message(
                "The cluster's network does not enforce network policies: an administrator has to "
                "install one that does."
            ),
        )
    weak = [name for name, holds in _isolation(facts).items() if not holds]
    weak += ["user namespace"] if own_users and facts.get("own_users") is not True else []
    if weak:
        raise NotIsolated(
            message(
                "The sandbox's pod is weaker inside than asked for ({weak}); nothing was run in it.", weak=list(weak)
            ),
            message(
                "Run `analyst doctor`, or use another runtime class; nodes without user namespaces need "
                'hostUsers: "true" in the config map.'
            ),
        )
    if facts.get("guest") != guest_digest(_guest_files()):
        raise ImageOutdated(
            message("The sandbox image {image} was not built from this version's sources.", image=image),
            message(
                "Build it with `{command}`, push it to a registry of the cluster, and name it in the config map.",
                command=build_command(),
            ),
        )


def _facts(stream: AttachedStream, image: str) -> dict[str, Any]:
    """What the bootstrap of a pod finds inside.

    Raises:
        SandboxLost: It says nothing.
    """
    stream.settimeout(POLICY_SECONDS + SECONDS_TO_GREET)
    try:
        stream.sendall(HELLO)
        facts = json.loads(stream.line() or b"null")
    except (OSError, ValueError):
        facts = None
    if not isinstance(facts, dict):
        words = clean(stream.stderr.decode("utf-8", "replace"), 2_000).strip().splitlines()
        raise SandboxLost(
            message("The sandbox did not come up: {words}.", words=words[-1])
            if words
            else message("The sandbox did not come up."),
            message("See whether the image {image} is the sandbox's, and run `analyst doctor`.", image=image),
        )
    return facts


def _isolation(facts: Mapping[str, Any]) -> dict[str, bool]:
    return {
        "seccomp": facts.get("seccomp") == "2",
        "new privileges": facts.get("no_new_privileges") == "1",
        "capabilities": facts.get("capabilities") == [""],
        "read-only root": facts.get("read_only") is True,
        "user": facts.get("user") not in (0, None),
        "service account": facts.get("token") is False,
    }


def _guest_files() -> dict[str, Path]:
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in guest_packages().items()
        for path in folder.rglob("*.py")
    }


def sandboxes(cluster: Cluster) -> list[RunningSandbox]:
    """All sandboxes of the namespace: whose they are, and whether that process still runs.

    Only those that were started on this machine are known to be orphans: process numbers of other pods mean nothing
    here, even on the same node.
    """
    found = []
    for pod in cluster.pods():
        labels = pod["metadata"].get("labels") or {}
        token, host = labels.get(OWNER, ""), labels.get(HOST, "")
        orphan = status.over(pod) or (host == host_label() and not owner.alive(token))
        whose = f"process {token.partition('.')[0]} on {host}{' (gone)' if orphan else ''}"
        state = str((pod.get("status") or {}).get("phase", "")).lower()
        found.append(RunningSandbox(pod["metadata"]["name"], state, whose, labels.get(SESSION, ""), orphan))
    return found


def remove_orphans(cluster: Cluster, *, everything: bool = False) -> int:
    """Delete pods that have ended, or whose owner on this machine is gone; returns their number.

    Args:
        cluster: Their cluster.
        everything: Delete those of this machine that are in use as well.
    """
    mine = {pod["metadata"]["name"] for pod in cluster.pods() if pod["metadata"]["labels"].get(HOST) == host_label()}
    gone = [sandbox for sandbox in sandboxes(cluster) if sandbox.orphan or (everything and sandbox.id in mine)]
    for sandbox in gone:
        cluster.delete(sandbox.id)
    return len(gone)
