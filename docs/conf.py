"""How Sphinx builds the site of ``docs``. ``make docs`` runs it with warnings as errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import generated  # noqa: E402 - the pages that are written from the code

import analyst_magic  # noqa: E402

project = "Analyst Magic"
copyright = "2026, The Analyst Magic authors"
version = release = analyst_magic.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
templates_path: list[str] = []

html_theme = "furo"
html_title = "Analyst Magic"
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
html_copy_source = False
html_extra_path = ["_reports"] if (HERE / "_reports").is_dir() else []

# Docstrings are written for `help()` in Google's style; their examples are run by tests/test_examples.py.
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_numpy_docstring = False
suppress_warnings = ["ref.python"]


def reach_by_keyboard(app: Any, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Code that is wider than the page scrolls by the keyboard, too."""
    if "body" in context:
        context["body"] = context["body"].replace("<pre>", '<pre tabindex="0">')


def setup(app: Any) -> None:
    """Write the generated pages before Sphinx looks for sources."""
    app.connect("builder-inited", lambda _: generated.write_pages(HERE / "reference"))
    app.connect("html-page-context", reach_by_keyboard)
