"""Kernels that are not the one the panel is made for: Python without subshells, and another language.

``python kernels.py older|echo -f CONNECTION_FILE`` starts one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class OlderApp(IPKernelApp):
    """A kernel of Python that runs one request after the other, as those before ipykernel 7 did."""

    def init_kernel(self) -> None:
        self.shell_channel_thread = None
        super().init_kernel()


class Echo(Kernel):
    """A kernel of a language in which each program prints itself."""

    implementation, implementation_version, banner = "echo", "1", "Echo"
    language_info = {"name": "echo", "mimetype": "text/plain", "file_extension": ".txt"}

    def do_execute(self, code: str, silent: bool, *_: Any, **__: Any) -> dict[str, Any]:
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


class EchoApp(IPKernelApp):
    kernel_class = Echo


APPLICATIONS = {"older": (OlderApp, "python"), "echo": (EchoApp, "echo")}


def install(share: Path) -> None:
    """Make the kernels known to a server whose ``JUPYTER_PATH`` holds ``share``."""
    for name, (_, language) in APPLICATIONS.items():
        folder = share / "kernels" / name
        folder.mkdir(parents=True)
        argv = [sys.executable, __file__, name, "-f", "{connection_file}"]
        (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": language}))


if __name__ == "__main__":
    APPLICATIONS[sys.argv[1]][0].launch_instance(sys.argv[2:])
