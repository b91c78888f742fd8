"""What a container of a sandbox may do: what is asked of the engine, and whether the engine did as asked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import NotIsolated
from ..language import message
from ..packages import source_directory
from . import owner
from .docker_sdk import LogConfig, Mount, Ulimit
from .image import LABEL
from .limits import Limits, guest_environment
from .provider import Mounts


@dataclass(frozen=True, slots=True)
class Hardening:
    """What a container is created with. ``host`` and ``config`` are fields of the engine's own interface."""

    image: str
    host: Mapping[str, Any]
    config: Mapping[str, Any]
    podman: bool = False


def hardened(
    image: str, limits: Limits, mounts: Mounts | None, runtime: str = "", session: str = "", *, podman: bool = False
) -> Hardening:
    """The one place that decides what a sandbox may do.

    Args:
        image: Its image.
        limits: Its limits.
        mounts: What it shares with the host; None where the engine does not see the host's files.
        runtime: Another runtime of the engine.
        session: What the sandboxes of one session are labelled with.
        podman: Whether the engine is Podman, whose interface takes a profile by its path, knows no limit on the number
            of files, and puts two more writable places into a read-only container, which get options of ours.
    """
    host = _host(limits, mounts, podman=podman) | ({"runtime": runtime} if runtime else {})
    return Hardening(image, host, _config(limits, session), podman)


def _host(limits: Limits, mounts: Mounts | None, *, podman: bool) -> dict[str, Any]:
    profile = source_directory() / "seccomp.json"
    seccomp = str(profile) if podman else json.dumps(json.loads(profile.read_text()))
    tmpfs = "rw,noexec,nosuid,nodev,mode=1777"
    places = {"/tmp": 256_000_000, "/work": limits.disk}  # noqa: S108
    places |= {} if mounts else {"/in": 2 * limits.max_frame_bytes}  # compressed, and unpacked
    places |= {"/run": 1_000_000, "/var/tmp": 1_000_000} if podman else {}  # noqa: S108
    files = "" if podman else ",nr_inodes=20000"
    return {
        "network_mode": "none",
        "ipc_mode": "private",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true", f"seccomp={seccomp}"],
        "pids_limit": limits.pids,
        "mem_limit": limits.memory,
        "memswap_limit": limits.memory,
        "nano_cpus": int(limits.cpus * 1e9),
        "shm_size": 64_000_000,
        "tmpfs": {path: f"{tmpfs},size={size}{files}" for path, size in places.items()},
        "mounts": _mounts(mounts) if mounts else [],
        "ulimits": _ulimits(limits.disk if mounts else max(limits.disk, limits.max_frame_bytes), podman=podman),
        # Logs would let endless output fill the host's disk.
        "log_config": LogConfig(type="none"),
        "auto_remove": True,
    }


def _mounts(mounts: Mounts) -> list[Mount]:
    return [
        Mount("/in", str(mounts.frames), type="bind", read_only=True),
        Mount("/out", str(mounts.results), type="bind"),
        *(Mount(f"/data/{n}", str(p), type="bind", read_only=True) for n, p in mounts.files.items()),
    ]


def _ulimits(largest_file: int, *, podman: bool) -> list[Ulimit]:
    limits = {"core": 0, "nofile": 4096, "fsize": largest_file}
    # Podman asks for a million processes unless another number is named, which not every system lets it have.
    limits |= {"nproc": 4096} if podman else {}
    return [Ulimit(name=name, soft=number, hard=number) for name, number in limits.items()]


def _config(limits: Limits, session: str) -> dict[str, Any]:
    return {
        "hostname": "sandbox",
        "user": "10001:10001",
        "working_dir": "/work",
        "stdin_open": True,
        "labels": {
            LABEL: "sandbox",
            f"{LABEL}.owner": owner.process_token(),
            f"{LABEL}.session": session,
            f"{LABEL}.deadline": str(int(time.time() + limits.max_lifetime)),
        },
        "environment": guest_environment(limits),
    }


# What Podman and Docker give a container unless it is told otherwise; Podman lists what it dropped by name.
USUAL_CAPABILITIES = frozenset(
    """CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT""".split()
)


def verify(asked: Hardening, found: Mapping[str, Any]) -> None:
    """Compare a container, as the engine describes it, with what was asked for.

    Raises:
        NotIsolated: The engine made something weaker.
    """
    host, config = found["HostConfig"], found["Config"]
    want, security = asked.host, host.get("SecurityOpt") or []
    dropped = {c.upper().removeprefix("CAP_") for c in host.get("CapDrop") or []}
    private = ("", None, "private") if asked.podman else ("", None)
    checks = {
        "network": host.get("NetworkMode") == "none",
        "ipc": host.get("IpcMode") in (("private", "shareable") if asked.podman else ("private",)),
        "read-only root": host.get("ReadonlyRootfs") is True,
        "privileged": not host.get("Privileged"),
        "capabilities": (dropped == {"ALL"} or (asked.podman and dropped >= USUAL_CAPABILITIES))
        and not host.get("CapAdd"),
        "new privileges": any(o.startswith("no-new-privileges") and not o.endswith("false") for o in security),
        "seccomp": any(o.startswith("seccomp=") and "unconfined" not in o for o in security),
        "process limit": host.get("PidsLimit") == want["pids_limit"],
        "memory": host.get("Memory") == want["mem_limit"],
        "processors": host.get("NanoCpus") == want["nano_cpus"],
        "user": config.get("User") == asked.config["user"],
        "tmpfs": _options(host.get("Tmpfs") or {}) == _options(want["tmpfs"]),
        "binds": (asked.podman or not host.get("Binds")) and not host.get("VolumesFrom") and not host.get("Devices"),
        "mounts": {(m["Destination"], m.get("RW")) for m in found.get("Mounts") or [] if m.get("Type") != "tmpfs"}
        == {(m["Target"], not m["ReadOnly"]) for m in want["mounts"]},
        "namespaces": all(host.get(mode) in private for mode in ("PidMode", "UTSMode", "UsernsMode")),
        "logs": (host.get("LogConfig") or {}).get("Type") == "none",
    }
    wrong = [name for name, holds in checks.items() if not holds]
    if wrong:
        raise NotIsolated(
            message(
                "The engine made a sandbox that is weaker than asked for ({wrong}); nothing was run in it.", wrong=wrong
            ),
            message("Run `analyst doctor`, or use another engine."),
        )


def _options(tmpfs: Mapping[str, str]) -> dict[str, set[str]]:
    """Mount options as sets, without those that an engine adds of its own and that loosen nothing."""
    return {path: set(text.split(",")) - {"rprivate", "private", "tmpcopyup"} for path, text in tmpfs.items()}
