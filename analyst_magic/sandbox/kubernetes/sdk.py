"""Kubernetes' client and what it stands on, which the extra ``kubernetes`` installs: without it, importing this says
how to. Importing it takes seconds, so nothing does before a cluster is asked."""

from __future__ import annotations

from ...extras import require
from ...language import message

require("kubernetes", "kubernetes", message("The Kubernetes sandbox needs"))

import kubernetes.client as client  # noqa: E402
import kubernetes.config as config  # noqa: E402
import urllib3  # noqa: E402
import websocket  # noqa: E402
from kubernetes.client.exceptions import ApiException  # noqa: E402
from kubernetes.stream.ws_client import create_websocket, get_websocket_url  # noqa: E402
from kubernetes.utils.quantity import parse_quantity  # noqa: E402

__all__ = [
    "ApiException",
    "client",
    "config",
    "create_websocket",
    "get_websocket_url",
    "parse_quantity",
    "urllib3",
    "websocket",
]
