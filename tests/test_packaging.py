"""A wheel brings the side panel along: whoever installs it needs no Node."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from installed_wheel import MAX_BYTES, Environment, main_job
from packaging.specifiers import SpecifierSet

import analyst_magic

ROOT = Path(__file__).resolve().parents[1]
LIST = "from jupyterlab.labextensions import main; main()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stderr[-2000:]
    return next(folder.glob("*.whl"))


@pytest.mark.timeout(400)
def test_a_wheel_works_without_node_and_jupyterlab_finds_the_panel_and_the_server_extension(
    wheel: Path, tmp_path: Path
) -> None:
    fresh = Environment(tmp_path)
    fresh.run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    # JupyterLab and the other packages are borrowed from here; what is proved is the wheel.
    site = fresh.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    assert str(fresh.folder) in fresh.run("-c", "import analyst_magic; print(analyst_magic.__file__)")
    line = next(line for line in fresh.run("-c", LIST, "list").splitlines() if "analyst-magic-lab" in line)
    assert "enabled" in line
    assert "OK" in line
    assert (fresh.folder / "share/jupyter/labextensions/analyst-magic-lab/static/style.js").exists()
    listed = fresh.run("-m", "jupyter_server.extension.serverextension", "list")
    assert "analyst_magic enabled" in listed.replace("\x1b[32m", "").replace("\x1b[0m", "")
    main_job(fresh.run, tmp_path)


def test_a_wheel_holds_the_panel_once_and_no_sources_of_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    panel = [name for name in names if "analyst-magic-lab" in name]
    assert any(name.endswith("install.json") for name in panel)
    assert any("/static/remoteEntry" in name for name in panel)
    assert not [name for name in names if name.endswith((".ts", ".tsx", ".map")) or "node_modules" in name]
    assert not [name for name in names if name.startswith("analyst_magic/labextension/")]
    assert "analyst_magic/server/routes.py" in names
    assert {f"analyst_magic/report/outlines/world_{scale}.json.xz" for scale in ("110m", "50m")} <= set(names)
    assert {f"analyst_magic/report/bundles/{name}.js.xz" for name in ("plotly", "vega", "bokeh")} <= set(names)
    assert len([name for name in panel if "/remoteEntry" in name]) == 1, "an older build lies beside it: make panel"
    assert wheel.stat().st_size < MAX_BYTES


def test_the_version_is_the_same_wherever_it_has_to_stand() -> None:
    version = analyst_magic.__version__
    assert json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))["version"] == version
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_a_wheel_is_what_the_package_index_takes(wheel: Path) -> None:
    for command in (["twine", "check", "--strict"], ["check-wheel-contents"]):
        program = Path(sys.executable).with_name(command[0])
        checked = subprocess.run([str(program), *command[1:], str(wheel)], capture_output=True, text=True, timeout=60)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_pinned_versions_install_on_the_oldest_python_that_is_named() -> None:
    oldest = next(
        iter(SpecifierSet(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]))
    )
    asks = {d.name: d.metadata.get("Requires-Python") or "" for d in importlib.metadata.distributions()}
    pins = [line.partition("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    found = {name: asks[name] for name, _, _ in pins if name in asks}
    assert len(found) > 100
    assert {name: asked for name, asked in found.items() if f"{oldest.version}.0" not in SpecifierSet(asked)} == {}
