"""The account that a cluster gives to the pod of this process, if it runs in one."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod has what it needs to speak to its cluster."""


def inside() -> bool:
    """Whether this process runs in a pod that may speak to its cluster."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST")) and (FOLDER / "token").exists()
