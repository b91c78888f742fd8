"""A page of the side panel without a browser: it opens the comm on a subshell, as JupyterLab does.

Every message in either direction is checked against ``tests/contract``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

import jsonschema
from jupyter_client.blocking.client import BlockingKernelClient

CONTRACT = Path(__file__).parent / "contract"
LOAD = "get_ipython().extension_manager.load_extension('analyst_magic')"


def contract(name: str) -> dict[str, Any]:
    """One direction's schema, with its examples."""
    return json.loads((CONTRACT / f"{name}.json").read_text())


TO_PANEL = jsonschema.Draft7Validator(contract("to_panel"))
TO_KERNEL = jsonschema.Draft7Validator(contract("to_kernel"))


class PanelPage:
    """One open comm with a kernel.

    Args:
        client: Connected to the kernel.
        subshell: Whether to work on a subshell of its own.
        known: Questions whose end the page has seen already.
    """

    def __init__(self, client: BlockingKernelClient, *, subshell: bool = True, known: tuple[str, ...] = ()) -> None:
        self._client, self._comm = client, uuid.uuid4().hex
        self._subshell = self._made_subshell() if subshell else None
        self.said: list[dict[str, Any]] = []
        self.buffers: dict[tuple[str, int], bytes] = {}
        code = {"code": LOAD, "silent": True, "store_history": False, "user_expressions": {}, "allow_stdin": False,
                "stop_on_error": False}  # fmt: skip
        self._loaded = self._shell("execute_request", code)
        opening = {"type": "sync", "known": list(known)}
        TO_KERNEL.validate(opening)
        self._shell("comm_open", {"comm_id": self._comm, "target_name": "analyst_magic", "data": opening})

    def send(self, **message: Any) -> None:
        """Tell the kernel something."""
        TO_KERNEL.validate(message)
        self._shell("comm_msg", {"comm_id": self._comm, "data": message})

    def until(self, found: Callable[[dict[str, Any]], bool], timeout: float = 90) -> dict[str, Any]:
        """The next message of the kernel that is looked for; those before it are kept in ``said``."""
        while True:
            try:
                message = self._client.get_iopub_msg(timeout=timeout)
            except Empty:
                raise AssertionError(f"Nothing came; so far: {[m['type'] for m in self.said]}") from None
            content = message["content"]
            if message["msg_type"] != "comm_msg" or content["comm_id"] != self._comm:
                continue
            data = content["data"]
            TO_PANEL.validate(data)
            self.said.append(data)
            if message["buffers"]:
                self.buffers[data.get("id") or data["request"], data.get("index", 0)] = bytes(message["buffers"][0])
            if found(data):
                return data

    def next(self, kind: str, **values: Any) -> dict[str, Any]:
        """The next message of a kind, with these values."""
        return self.until(lambda m: m["type"] == kind and all(m.get(k) == v for k, v in values.items()))

    def ask(self, text: str, **options: Any) -> dict[str, Any]:
        """Ask, and wait for the end."""
        name = options.pop("id", uuid.uuid4().hex)
        self.send(type="ask", id=name, text=text, **options)
        return self.next("done", id=name)

    def results(self, name: str) -> list[dict[str, Any]]:
        """The results of a question so far."""
        return [m for m in self.said if m["type"] == "result" and m["id"] == name]

    def text(self, name: str) -> str:
        """What has streamed of an answer so far."""
        return "".join(m["text"] for m in self.said if m["type"] == "delta" and m["id"] == name)

    def _shell(self, kind: str, content: dict[str, Any]) -> str:
        message = self._client.session.msg(kind, content)
        if self._subshell is not None:
            message["header"]["subshell_id"] = self._subshell
        self._client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _made_subshell(self) -> str:
        request = self._client.session.msg("create_subshell_request", {})
        self._client.control_channel.send(request)
        while True:
            reply = self._client.get_control_msg(timeout=60)
            if reply["parent_header"].get("msg_id") == request["header"]["msg_id"]:
                return str(reply["content"]["subshell_id"])
