"""The local sandbox on macOS, by ``sandbox-exec`` and a profile in its language. UNTESTED: no such machine was at hand.

The tool is marked deprecated by Apple and still what current software of this kind uses. It isolates files, network
and other processes; it knows no limit on memory, so only that of each process holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TOOL = "/usr/bin/sandbox-exec"


def command(spec: Mapping[str, Any]) -> list[str]:
    """The command line that runs a spec's command under its profile, in its environment and no other."""
    settings = [f"{name}={value}" for name, value in spec["environment"].items()]
    inner = ["/usr/bin/env", "-i", *settings, *spec["command"]] if spec["command"] else ["/usr/bin/true"]
    return [TOOL, "-p", profile(spec["readable"], spec["writable"]), *inner]


def profile(readable: Sequence[str], writable: Sequence[str]) -> str:
    """What may be read and written; all else is denied, the network but for sockets in the writable places too."""
    system = ["/usr/lib", "/usr/share", "/System/Library", "/Library/Apple", "/private/var/db/timezone"]
    devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
    programs = ["/usr/bin/env", "/usr/bin/true", *readable]
    return "\n".join(
        (
            "(version 1)",
            "(deny default)",
            "(allow process-fork)",
            f"(allow process-exec {_places(programs)})",
            "(allow signal (target same-sandbox))",
            "(allow sysctl-read)",
            "(allow file-read-metadata)",
            f'(allow file-read* (literal "/") {_places([*system, *devices, *programs, *writable])})',
            f"(allow file-write* {_places([*writable, *devices])})",
            f"(allow network-bind network-outbound {_places(writable)})",
        )
    )


def _places(paths: Sequence[str]) -> str:
    return " ".join(f'(subpath "{_quoted(path)}")' for path in paths)


def _quoted(path: str) -> str:
    return path.replace("\\", "\\\\").replace('"', '\\"')
