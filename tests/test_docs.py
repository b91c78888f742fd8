"""What the documents promise is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]


def test_every_test_that_the_security_document_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    there = {path: functions(ROOT / path) for path in dict(named) if (ROOT / path).exists()}
    assert [f"{path}::{name}" for path, name in named if path not in there or (name and name not in there[path])] == []


def functions(path: Path) -> set[str]:
    """The names of a module's functions."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_the_pictures_that_pages_show_are_there_and_small() -> None:
    for page in ("charts.md", "states.md"):
        pictures = re.findall(
            r"\]\(((?:charts|states)/[\w.-]+\.png)\)", (ROOT / "docs" / page).read_text(encoding="utf-8")
        )
        assert len(pictures) >= (30 if page == "charts.md" else 15)
        assert [name for name in pictures if (ROOT / "docs" / name).stat().st_size > 60_000] == []


def test_the_readme_is_short_and_shows_a_session_that_moves_and_a_comparison_with_its_date() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) < 120
    [(words, address)] = re.findall(r"!\[([^]]*)\]\(([^)]+)\)", readme)
    assert len(words) > 40
    picture = ROOT / address
    assert picture.stat().st_size < 300_000
    with Image.open(picture) as film:
        assert film.n_frames > 20
        assert film.info["loop"] == 1  # what moves for ever keeps from reading
    comparison = readme.partition("## How it compares")[2].partition("\n## ")[0]
    assert re.search(r"As of \w+ 20\d\d", comparison)
    assert "## Where it is not the right tool" in readme
    names = [name for name in re.findall(r"\]\((?!https?:)([^)#]+)", readme) if not (ROOT / name).exists()]
    assert names == []


def test_every_picture_of_the_documents_is_made_by_the_script_and_shown() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    texts = "\n".join(page.read_text(encoding="utf-8") for page in pages if "_build" not in page.parts)
    listed = subprocess.run(["git", "ls-files", "docs"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    pictures = [Path(name) for name in listed if name.endswith((".png", ".gif"))]
    script = (ROOT / "docs" / "pictures.py").read_text(encoding="utf-8")
    assert [str(path) for path in pictures if path.name not in texts] == []
    above = [path.name for path in pictures if path.parent.name == "docs"]
    assert [name for name in above if f'"{name}"' not in script] == []


def test_the_panel_is_small() -> None:
    """What a page loads at once; what the panel fetches when it is first shown, such as the grid, comes later."""
    static = ROOT / "analyst_magic" / "labextension" / "static"
    texts = {file.name.partition(".")[0]: file.read_text(encoding="utf-8") for file in static.glob("*.js")}
    later: set[str] = set()
    found = {name for name, text in texts.items() if "analyst-magic-lab:panel" in text}
    while found:
        asked = {number for name in found for number in re.findall(r"\.e\((\d+)\)", texts[name])}
        found = asked - later
        later |= asked
    assert later, "the panel is not built: make panel"
    later |= {name for name, text in texts.items() if "RecordBatch" in text}  # what reads Arrow, for the grid alone
    assert sum(len(text.encode()) for name, text in texts.items() if name not in later) < 110_000


def test_the_site_builds_without_a_warning_and_its_links_lead_somewhere(tmp_path: Path) -> None:
    """As `make docs` does it, but for the reports of the gallery's notebooks, which other tests make."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-q", str(ROOT / "docs"), str(tmp_path)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=170)
    assert built.returncode == 0, built.stderr[-3000:]
    lychee = Path(sys.executable).with_name("lychee")
    links = [str(lychee), "--offline", "--no-progress", "--exclude", "/reports/", str(tmp_path)]
    checked = subprocess.run(links, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-1000:]
