"""Pods of the test cluster as real containers: a pod's spec translated to what a Docker engine runs, or refused."""

from __future__ import annotations

import contextlib
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from analyst_magic.sandbox import docker

LABEL = f"{docker.LABEL}.pod"
HONOURED = {
    "activeDeadlineSeconds", "automountServiceAccountToken", "containers", "dnsPolicy", "enableServiceLinks",
    "hostname", "imagePullSecrets", "restartPolicy", "runtimeClassName", "schedulerName", "securityContext",
    "serviceAccountName", "terminationGracePeriodSeconds", "volumes",
}  # fmt: skip
HONOURED_OF_CONTAINER = {
    "command", "env", "image", "imagePullPolicy", "name", "resources", "securityContext", "stdin", "stdinOnce",
    "terminationMessagePath", "terminationMessagePolicy", "volumeMounts", "workingDir",
}  # fmt: skip


class Refused(Exception):
    """The node cannot do what a spec says."""


@dataclass
class Node:
    """The one node of the test cluster.

    Attributes:
        seccomp: Its folder of profiles.
        runtimes: The handlers of runtime classes that it has.
        ignores_users: Whether it passes over the wish for a user namespace, which it has not, as old runtimes do.
        service: Where pods find the API server, by their environment.
    """

    seccomp: Path
    runtimes: frozenset[str] = frozenset()
    ignores_users: bool = False
    service: tuple[str, int] = ("127.0.0.1", 1)

    def arguments(self, pod: Mapping[str, Any], *, closed: bool, handler: str = "") -> dict[str, Any]:
        """What the engine is asked for.

        Args:
            pod: The pod.
            closed: Whether policies close its network.
            handler: Of its runtime class; empty where it names none.

        Raises:
            Refused: The node cannot do what the spec says.
        """
        spec = pod["spec"]
        (container,) = spec["containers"]
        if spec.get("hostUsers") is False and not self.ignores_users:
            raise Refused("user namespaces are not supported by the runtime")
        unknown = {*spec} - HONOURED - {"hostUsers"} | {*container} - HONOURED_OF_CONTAINER
        if unknown:
            raise Refused(f"this node does not know {', '.join(sorted(unknown))}")
        if handler and handler not in self.runtimes:
            raise Refused(f"no runtime for {handler} is configured")
        inner, outer = container["securityContext"], spec["securityContext"]
        limits = container["resources"]["limits"]
        options = [f"seccomp={text}" for text in self._profile(outer["seccompProfile"])]
        if not inner["allowPrivilegeEscalation"]:
            options.append("no-new-privileges:true")
        host, port = self.service
        service = [f"KUBERNETES_SERVICE_HOST={host}", f"KUBERNETES_SERVICE_PORT={port}"]
        return {
            "image": container["image"],
            "command": container["command"],
            "entrypoint": [],
            "working_dir": container.get("workingDir"),
            "user": f"{outer['runAsUser']}:{outer['runAsGroup']}",
            "environment": [*service, *(f"{pair['name']}={pair['value']}" for pair in container.get("env", []))],
            "stdin_open": container.get("stdin", False),
            "hostname": spec.get("hostname"),
            "labels": {docker.LABEL: "pod", LABEL: pod["metadata"]["name"]},
            "host": {
                **({"runtime": handler} if handler else {}),
                "network_mode": "none" if closed else "bridge",
                "read_only": inner["readOnlyRootFilesystem"],
                "cap_drop": inner["capabilities"]["drop"],
                "security_opt": options,
                "mem_limit": int(parse_quantity(limits["memory"])),
                "memswap_limit": int(parse_quantity(limits["memory"])),
                "nano_cpus": int(parse_quantity(limits["cpu"]) * 1_000_000_000),
                "shm_size": 64_000_000,
                "tmpfs": dict(self._memory(spec, mount) for mount in container["volumeMounts"]),
            },
        }

    def _profile(self, profile: Mapping[str, str]) -> list[str]:
        if profile["type"] == "RuntimeDefault":
            return []
        try:
            return [json.dumps(json.loads((self.seccomp / profile["localhostProfile"]).read_text()))]
        except OSError as error:
            raise Refused(f"cannot load seccomp profile {profile['localhostProfile']}") from error

    def _memory(self, spec: Mapping[str, Any], mount: Mapping[str, Any]) -> tuple[str, str]:
        volume = next(volume for volume in spec["volumes"] if volume["name"] == mount["name"])
        directory = volume.get("emptyDir")
        if {*volume} != {"name", "emptyDir"} or directory.get("medium") != "Memory":
            raise Refused(f"this node has no volumes but those in memory, not {volume['name']}")
        return mount["mountPath"], f"rw,mode=1777,size={int(parse_quantity(directory['sizeLimit']))}"


class Container:
    """The container of one pod.

    Args:
        client: A client of the engine.
        arguments: As ``Node.arguments`` gives them.
    """

    def __init__(self, client: Any, arguments: dict[str, Any]) -> None:
        host = client.create_host_config(**arguments.pop("host"))
        self.client = client
        self.id: str = client.create_container(host_config=host, **arguments)["Id"]
        client.start(self.id)

    def attached(self) -> Any:
        """The raw socket of its standard streams."""
        return self.client.attach_socket(self.id, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})

    def wait(self) -> tuple[int, bool]:
        """Wait for its end: its exit status, and whether memory ran out."""
        code = self.client.wait(self.id, timeout=3600)["StatusCode"]
        return code, bool(self.client.inspect_container(self.id)["State"].get("OOMKilled"))

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        with contextlib.suppress(docker.APIError):
            self.client.kill(self.id)

    def remove(self) -> None:
        """Kill and remove it."""
        with contextlib.suppress(docker.APIError):
            self.client.remove_container(self.id, force=True)


def unframe(buffer: bytearray) -> list[tuple[int, bytes]]:
    """The whole pieces at the beginning of what an engine sends of an attached stream, which are taken off it."""
    found = []
    while len(buffer) >= 8:
        kind, size = struct.unpack(">B3xI", buffer[:8])
        if len(buffer) < 8 + size:
            break
        found.append((kind, bytes(buffer[8 : 8 + size])))
        del buffer[: 8 + size]
    return found


CAPABILITY = "NET_BIND_SERVICE"


def unrestricted(spec: Mapping[str, Any]) -> list[str]:
    """What of a pod's spec is against the restricted standard; the fields that it names and this cluster knows.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    outer = spec.get("securityContext") or {}
    found = [name for name in ("hostNetwork", "hostPID", "hostIPC") if spec.get(name)]
    found += [
        f"volume {volume['name']}"
        for volume in spec.get("volumes") or []
        if not {*volume} - {"name"}
        <= {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
    ]
    for container in [*spec["containers"], *(spec.get("initContainers") or [])]:
        inner = container.get("securityContext") or {}
        capabilities = inner.get("capabilities") or {}
        profile = (inner.get("seccompProfile") or outer.get("seccompProfile") or {}).get("type")
        rules = {
            "privileged": not inner.get("privileged"),
            "hostPort": not any("hostPort" in port for port in container.get("ports") or []),
            "allowPrivilegeEscalation": inner.get("allowPrivilegeEscalation") is False,
            "runAsNonRoot": inner.get("runAsNonRoot", outer.get("runAsNonRoot")) is True,
            "runAsUser": inner.get("runAsUser", outer.get("runAsUser")) != 0,
            "seccompProfile": profile in {"RuntimeDefault", "Localhost"},
            "capabilities": "ALL" in capabilities.get("drop", []) and not {*capabilities.get("add", [])} - {CAPABILITY},
        }
        found += [f"{name} of {container['name']}" for name, holds in rules.items() if not holds]
    return found


Change = Callable[[dict[str, Any]], None]
