"""What the pod of a sandbox may do: what is asked of the API server, and whether it made that and no more."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import NotIsolated
from ...language import message
from .. import owner
from ..limits import Limits, guest_environment

NAME = "analyst-magic-sandbox"
LABELS: Mapping[str, str] = {"app.kubernetes.io/name": NAME}
OWNER, HOST, SESSION = (f"analyst-magic/{word}" for word in ("owner", "host", "session"))
CONTAINER = "sandbox"
BOOTSTRAP = Path(__file__).with_name("bootstrap.py")


@dataclass(frozen=True, slots=True)
class PodOptions:
    """What the administrator says of sandboxes, in the config map ``analyst-magic-sandbox`` of their namespace.

    Attributes:
        image: The image, by the name that the cluster's registry gives it; empty for this version's own name.
        seccomp_profile: Path of our system-call filter below the node's folder of profiles; empty where it is not
            installed, so that the runtime's own filter is used.
        runtime_class: As gVisor's; empty for the cluster's own.
        host_users: Whether sandboxes share the node's user namespace, where pods have none of their own.
        pull_secrets: Names of secrets of the registry.
    """

    image: str = ""
    seccomp_profile: str = ""
    runtime_class: str = ""
    host_users: bool = False
    pull_secrets: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, str]) -> PodOptions:
        """The options in the data of a config map."""
        return cls(
            data.get("image", ""),
            data.get("seccompProfile", ""),
            data.get("runtimeClassName", ""),
            data.get("hostUsers", "false") == "true",
            tuple(name.strip() for name in data.get("imagePullSecrets", "").split(",") if name.strip()),
        )


def pod_body(
    name: str, image: str, limits: Limits, options: PodOptions, host: str, session: str, owners: list[dict[str, Any]]
) -> dict[str, Any]:
    """The one place that decides what the pod of a sandbox may do.

    Args:
        name: Its name.
        image: Its image.
        limits: Its limits.
        options: What the administrator says.
        host: The name of this machine, which tells its processes from those of others.
        session: What the sandboxes of one session are labelled with.
        owners: The pods that it goes with.
    """
    labels = {**LABELS, HOST: host, OWNER: owner.process_token(), SESSION: session}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels, **({"ownerReferences": owners} if owners else {})},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": max(1, int(limits.max_lifetime)),
            "terminationGracePeriodSeconds": 1,
            "hostname": CONTAINER,
            "securityContext": _identity(options),
            "containers": [_container(image, limits)],
            "volumes": [_memory(name, size) for name, size in _sizes(limits).items()],
            **({} if options.host_users else {"hostUsers": False}),
            **({"runtimeClassName": options.runtime_class} if options.runtime_class else {}),
            **({"imagePullSecrets": [{"name": name} for name in options.pull_secrets]} if options.pull_secrets else {}),
        },
    }


def _identity(options: PodOptions) -> dict[str, Any]:
    # A user of its own: the limit on processes counts those of a user on the whole node. A pod's user namespace has
    # 65,536 users.
    user = random.SystemRandom().randrange(20_000, 60_000)
    profile = (
        {"type": "Localhost", "localhostProfile": options.seccomp_profile}
        if options.seccomp_profile
        else {"type": "RuntimeDefault"}
    )
    return {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user, "fsGroup": user, "seccompProfile": profile}


def _sizes(limits: Limits) -> dict[str, int]:
    # A frame that came compressed is there twice while it is unpacked.
    return {"tmp": 256_000_000, "work": limits.disk, "in": 2 * limits.max_frame_bytes}


def _memory(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": str(size)}}


def _container(image: str, limits: Limits) -> dict[str, Any]:
    largest = max(limits.disk, limits.max_frame_bytes)
    amount = {"cpu": f"{int(limits.cpus * 1000)}m", "memory": str(limits.memory)}
    request = {"cpu": f"{min(250, int(limits.cpus * 1000))}m", "memory": str(min(512_000_000, limits.memory))}
    small = {"ephemeral-storage": "16Mi"}
    return {
        "name": CONTAINER,
        "image": image,
        "command": ["python", "-I", "-S", "-c", BOOTSTRAP.read_text(), str(limits.pids), str(largest)],
        "workingDir": "/work",
        "env": [{"name": name, "value": value} for name, value in guest_environment(limits).items()],
        "stdin": True,
        "stdinOnce": True,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "privileged": False,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": request | small, "limits": amount | small},
        "volumeMounts": [{"name": name, "mountPath": f"/{name}"} for name in _sizes(limits)],
    }


# What an API server fills in by itself, and what admission may add, that gives a sandbox no more than it asked for.
FILLED_IN = frozenset(
    """dnsPolicy schedulerName serviceAccount serviceAccountName nodeName priority priorityClassName preemptionPolicy
    tolerations overhead imagePullPolicy terminationMessagePath terminationMessagePolicy imagePullSecrets nodeSelector
    affinity""".split()
)
# A server that does not know user namespaces drops the wish; then code is the user that the pod says, without rights.
MAY_BE_DROPPED = frozenset({"spec.hostUsers"})
QUANTITIES = frozenset({"cpu", "memory", "ephemeral-storage", "sizeLimit"})


def verify(asked: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Compare a pod, as the API server describes it, with what was asked for.

    Raises:
        NotIsolated: The server, or something that changes pods on their way, made it weaker or put something into it.
    """
    labels = found.get("metadata", {}).get("labels") or {}
    wrong = [f"label {name}" for name, value in asked["metadata"]["labels"].items() if labels.get(name) != value]
    wrong += sorted(set(_differences("spec", asked["spec"], found.get("spec"))))
    if wrong:
        raise NotIsolated(
            message(
                "The cluster made a pod that is not the one asked for ({wrong}); nothing was run in it.", wrong=wrong
            ),
            message(
                "Ask the cluster's administrator to leave sandboxes out of what changes pods (a webhook, a sidecar)."
            ),
        )


def _differences(path: str, asked: Any, found: Any) -> Iterator[str]:
    """Where a description is not what was asked for."""
    if isinstance(asked, Mapping) and isinstance(found, Mapping):
        for key in {*asked, *found}:
            where = f"{path}.{key}"
            if key in asked and key in found:
                yield from _differences(where, asked[key], found[key])
            elif key in asked:
                if where not in MAY_BE_DROPPED and asked[key] is not False:
                    yield where
            elif key not in FILLED_IN and found[key] not in (None, False, "", [], {}):
                yield where
    elif isinstance(asked, list) and isinstance(found, list):
        if len(asked) != len(found):
            yield path
        else:
            for left, right in zip(asked, found, strict=True):
                yield from _differences(path, left, right)
    elif not _same(path.rpartition(".")[2], asked, found):
        yield path


def _same(key: str, asked: Any, found: Any) -> bool:
    if asked == found or key not in QUANTITIES:
        return bool(asked == found and type(asked) is type(found))
    from .sdk import parse_quantity

    try:
        return bool(parse_quantity(asked) == parse_quantity(found))
    except ValueError:
        return False
