"""Docker's SDK and what it stands on, which the extra ``docker`` installs: without it, importing this says how to."""

from __future__ import annotations

from ..extras import require
from ..language import message

require("docker", "docker", message("The Docker sandbox needs"))

import docker  # noqa: E402
import requests  # noqa: E402
import urllib3  # noqa: E402
from docker.errors import APIError, DockerException, ImageNotFound, NotFound  # noqa: E402
from docker.types import LogConfig, Mount, Ulimit  # noqa: E402

__all__ = [
    "APIError",
    "DockerException",
    "ImageNotFound",
    "LogConfig",
    "Mount",
    "NotFound",
    "Ulimit",
    "docker",
    "requests",
    "urllib3",
]
