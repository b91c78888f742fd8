"""A JupyterHub's default pod: an ordinary user in a plain container, with no engine and no user namespaces."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import engine_address

from analyst_magic.sandbox import docker

pytestmark = pytest.mark.docker
BASE = "python:3.12-slim"
PROJECT = Path(__file__).resolve().parent.parent
ESCAPES = {
    "a file of the user": "open('/home/jovyan/key.txt').read()",
    "a file among the user's": "open('/home/jovyan/new.txt', 'w')",
    "the user's process": "open('/proc/1/environ').read()",
    "the network": "import socket; socket.create_connection(ADDRESS, timeout=2)",
}
JOB = """
import json, socket, subprocess
import pandas as pd
from analyst_magic import Analyst

frame = pd.DataFrame({"region": ["North", "South", "North"], "revenue": [10, 5, 7]})
with Analyst(model="offline") as analyst:
    answer = analyst.ask("Total revenue by region as a bar chart", {"sales": frame})
    book = analyst.ask("Total revenue by region as an Excel file", {"sales": frame})
    refused = {name: analyst.run(code, language="python").error for name, code in ESCAPES.items()}
socket.create_connection(ADDRESS, timeout=5).close()  # what the sandbox may not, its user may
print(json.dumps({
    "answer": answer.answer, "figures": len(answer.figures), "notes": " ".join(answer.notes),
    "book": book.documents[0].path.read_bytes()[:2].decode(),
    "refused": {name: getattr(error, "name", str(error)) for name, error in refused.items()},
    "namespaces": subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode == 0,
}))
"""


@pytest.fixture
def place(tmp_path: Path) -> tuple[Any, list[str]]:
    """A client of the engine, and what a container needs to see of this machine: Python, its packages, the project."""
    client = docker.connect()
    if not client.images(BASE):
        client.pull(BASE)
    (tmp_path / "passwd").write_text("root:x:0:0::/root:/bin/sh\njovyan:x:1000:100::/home/jovyan:/bin/sh\n")
    home = tmp_path / "home"
    home.mkdir()
    (home / "key.txt").write_text("sk-secret")
    for path in (home, home / "key.txt"):
        path.chmod(0o777)
    mounts = [f"{tmp_path / 'passwd'}:/etc/passwd:ro", f"{home}:/home/jovyan"]
    seen = list(dict.fromkeys((Path(sys.base_prefix).resolve(), Path(sys.prefix), PROJECT)))
    for number, top in enumerate({path.parents[-2] for path in seen}):  # as `/root`, which is closed to others
        hollow = tmp_path / str(number)
        hollow.mkdir()
        for path in (path for path in seen if path.is_relative_to(top)):
            (hollow / path.relative_to(top)).mkdir(parents=True, exist_ok=True)
        mounts.append(f"{hollow}:{top}")
    return client, [*mounts, *(f"{path}:{path}:ro" for path in seen)]


def run_as_jovyan(client: Any, mounts: list[str], source: str) -> str:
    """What a program prints in a default container, and nothing of the container is left."""
    made = client.create_container(
        BASE,
        [sys.executable, "-c", source],
        user="1000:100",
        working_dir="/home/jovyan",
        environment={"HOME": "/home/jovyan", "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
        host_config=client.create_host_config(binds=mounts),
        labels={docker.LABEL: "test"},
    )["Id"]
    try:
        client.start(made)
        status = client.wait(made, timeout=120)["StatusCode"]
        output, errors = (client.logs(made, stdout=out, stderr=not out).decode() for out in (True, False))
    finally:
        client.remove_container(made, force=True)
    assert status == 0, errors[-3000:]
    return str(output)


def test_in_a_hubs_default_pod_a_question_is_answered_in_a_sandbox_of_landlock(place: tuple[Any, list[str]]) -> None:
    client, mounts = place
    with socket.create_server((engine_address(client), 0)) as server:
        address = f"ADDRESS = {server.getsockname()!r}\n"
        escapes = {name: address + code for name, code in ESCAPES.items()}
        source = f"{address}ESCAPES = {escapes!r}\n{JOB}"
        found = json.loads(run_as_jovyan(client, mounts, source))
    assert not found["namespaces"], "the engine gives containers user namespaces, so this tests nothing"
    assert found["answer"].startswith("North has the highest total revenue: 17")
    assert found["figures"] == 1
    assert found["book"] == "PK"
    assert "No Docker engine answers. The code ran in the local sandbox: Landlock and seccomp" in found["notes"]
    assert found["refused"] == dict.fromkeys(ESCAPES, "PermissionError") | {"the network": "OSError"}
