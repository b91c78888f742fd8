"""What the status of a pod says of a sandbox: whether it runs, why it does not, and what ended it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import ImageMissing, SandboxError
from ...language import message
from ..provider import ExitReason

# Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go
UNPULLABLE = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"}
)
UNMAKEABLE = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
SAME = "Ask again; if it happens once more, see `kubectl describe pod` and run `analyst doctor`."


def runs(pod: Mapping[str, Any]) -> bool:
    """Whether the container of a pod runs."""
    return "running" in _state(pod)


def over(pod: Mapping[str, Any]) -> bool:
    """Whether a pod has ended."""
    return _status(pod).get("phase") in {"Succeeded", "Failed"} or "terminated" in _state(pod)


def failure(pod: Mapping[str, Any]) -> SandboxError | None:
    """Why a pod will not run; None where it does, or may yet."""
    waiting = _state(pod).get("waiting") or {}
    reason, reported = str(waiting.get("reason", "")), str(waiting.get("message", ""))
    if reason in UNPULLABLE:
        image = pod["spec"]["containers"][0]["image"]
        return ImageMissing(
            message(
                "The cluster cannot pull the sandbox image {image} ({reason}): {reported}",
                image=image,
                reason=reason,
                reported=reported,
            ),
            message("Push it to a registry of the cluster, and name it in the setting image or in the config map."),
        )
    if reason in UNMAKEABLE:
        return SandboxError(
            message("The node cannot make the sandbox ({reason}): {reported}", reason=reason, reported=reported),
            message("Run `analyst doctor`."),
        )
    if over(pod):
        said = _status(pod)
        terminated = _state(pod).get("terminated") or {}
        why = said.get("message") or said.get("reason") or terminated.get("message") or terminated.get("reason") or ""
        return SandboxError(
            message("The sandbox's pod ended before it was up: {why}", why=why)
            if why
            else message("The sandbox's pod ended before it was up."),
            SAME,
        )
    return None


def delay(pod: Mapping[str, Any]) -> SandboxError:
    """The error of a pod that is not up in time."""
    conditions = {condition["type"]: condition for condition in _status(pod).get("conditions") or []}
    scheduled = conditions.get("PodScheduled") or {}
    if scheduled.get("status") == "False":
        return SandboxError(
            message("No node of the cluster has room for the sandbox: {why}", why=scheduled.get("message", "")),
            message("Lower the settings memory and cpus, or ask again when there is room."),
        )
    waiting = _state(pod).get("waiting") or {}
    return SandboxError(
        message("The sandbox's pod did not come up in time ({state}).", state=waiting["reason"])
        if waiting.get("reason")
        else message("The sandbox's pod did not come up in time."),
        message(
            "Ask again. If its image was being pulled, it is faster then; if not, see `kubectl "
            'describe pod`. Nodes without user namespaces need hostUsers: "true" in the config map.'
        ),
    )


def exit_reason(pod: Mapping[str, Any]) -> ExitReason:
    """What ended a pod, where that was the cluster."""
    status = _status(pod)
    reason, message = status.get("reason"), str(status.get("message", ""))
    if reason == "DeadlineExceeded":
        return "life"
    if reason == "Evicted":
        return "disk" if "emptydir" in message.lower() or "ephemeral" in message.lower() else "evicted"
    if reason in {"Preempting", "NodeLost", "NodeShutdown", "Terminated", "Shutdown"}:
        return "evicted"
    return "memory" if (_state(pod).get("terminated") or {}).get("reason") == "OOMKilled" else ""


def _status(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    return pod.get("status") or {}


def _state(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    statuses = _status(pod).get("containerStatuses") or [{}]
    return statuses[0].get("state") or {}
