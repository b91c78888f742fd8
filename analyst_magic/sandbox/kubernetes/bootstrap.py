"""First program of a sandbox's pod: sets limits, tries whether the network is closed, waits for the host, and becomes
the relay.

It runs inside, as ``python -c``, so it imports nothing of ours. What it finds goes to the host as one line of JSON
before any code of a user runs; the host decides. It waits for a line of the host first, as what a container writes
before somebody attaches is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import sys
import threading
import time
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

GUEST = Path("/opt/guest")
RELAY = ("python", "-m", "analyst_guest.relay")
OUTSIDE = (("169.254.169.254", 80), ("1.1.1.1", 443), ("2606:4700:4700::1111", 443))
EVERY_USER = "4294967295"
"""How many users the namespace of the node itself has."""
CONNECT_SECONDS = 1.0
POLICY_SECONDS = 8.0
"""How long the network's part of the cluster gets to put a policy into force for a new pod."""


def set_limits(processes: int, largest_file: int) -> None:
    """Limits that no pod's spec has."""
    import resource  # not on every system, and the host imports this module too

    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: 4096, resource.RLIMIT_NPROC: processes}
    for kind, number in {**limits, resource.RLIMIT_FSIZE: largest_file}.items():
        resource.setrlimit(kind, (number, number))


def targets() -> list[tuple[str, int]]:
    """Addresses that a pod with a network usually reaches: the API server, the name servers, the node, and outside."""
    found = list(OUTSIDE)
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        found.append((os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ.get("KUBERNETES_SERVICE_PORT", "443"))))
    with contextlib.suppress(OSError):
        lines = Path("/etc/resolv.conf").read_text().split("\n")
        found += [(line.split()[1], 53) for line in lines if line.startswith("nameserver ")]
    with contextlib.suppress(OSError):
        routes = [line.split() for line in Path("/proc/net/route").read_text().split("\n")[1:] if line]
        gateways = [bytes.fromhex(route[2])[::-1] for route in routes if route[1] == "00000000"]
        found += [(socket.inet_ntoa(gateway), 10250) for gateway in gateways]
    return list(dict.fromkeys(found))


def reached() -> list[str]:
    """The targets that answer."""
    found: list[str] = []

    def attempt(host: str, port: int) -> None:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            found.append(f"{host}:{port}")

    threads = [threading.Thread(target=attempt, args=target) for target in targets()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def settled() -> list[str]:
    """The targets that still answer once a policy has had the time to be put into force."""
    end = time.monotonic() + POLICY_SECONDS
    while (found := reached()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


def guest_digest(files: Mapping[str, Path]) -> str:
    """Fingerprint of our packages in an image.

    Args:
        files: Their files by the names that they have inside.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name].read_bytes())
    return digest.hexdigest()[:32]


def facts() -> dict[str, object]:
    """What is so in here, whatever a spec says."""
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    return {
        "reached": settled(),
        "guest": guest_digest({path.relative_to(GUEST).as_posix(): path for path in GUEST.glob("analyst_*/**/*.py")}),
        "seccomp": status.get("Seccomp", ""),
        "no_new_privileges": status.get("NoNewPrivs", ""),
        "capabilities": sorted(
            {status.get(f"Cap{kind}", "").strip("0") for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")}
        ),
        "read_only": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "user": os.getuid(),
        "own_users": Path("/proc/self/uid_map").read_text().split()[-1:] != [EVERY_USER],
        "token": os.path.exists("/var/run/secrets/kubernetes.io"),
    }


def main(processes: int, largest_file: int) -> None:
    """Say what is so, and become the relay."""
    set_limits(processes, largest_file)
    line = json.dumps(facts()).encode() + b"\n"
    while (read := os.read(0, 1)) != b"\n":
        if not read:
            raise SystemExit("The host went away.")
    os.write(1, line)
    os.execvp(RELAY[0], RELAY)  # noqa: S606 - the container becomes it


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
