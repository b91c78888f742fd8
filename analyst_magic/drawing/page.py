"""Pages that draw and load nothing: their scripts, and the policy that lets no other script run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from .bundles import Script, plotly, script
from .maps import figure_settings
from .plots import Plot

_CHARTS = Path(__file__).parent / "charts.js"
_PICTURES = Path(__file__).parent / "pictures.js"


def scripts_for(drawn: Sequence[tuple[str, tuple[str, ...]]]) -> list[Script]:
    """The scripts for what is drawn: libraries with the parts of them that are needed."""
    traces = {part for library, parts in drawn if library == "plotly" for part in parts}
    others = [part for library, parts in drawn if library != "plotly" for part in parts]
    found = [plotly(frozenset(traces))] if any(library == "plotly" for library, _ in drawn) else []
    return found + [one for name in dict.fromkeys(others) if (one := script(name)) is not None]


def drawing_script(figures: str, *further: Path) -> str:
    """The script of ours that draws figures, with what it has to know of them.

    Args:
        figures: Their JSON, or text that holds it.
        further: Files with scripts that belong behind it.
    """
    return figure_settings(figures) + "\n".join(path.read_text("utf-8") for path in (_CHARTS, *further))


def bare_page(plots: Sequence[Plot]) -> str:
    """A page that turns figures into pictures, shows nothing, and loads nothing.

    Args:
        plots: The figures that it will draw.
    """
    figures = "".join(plot.json for plot in plots)
    libraries = scripts_for([(plot.library, plot.traces) for plot in plots])
    scripts = [inline(text) for text in (*(one.text for one in libraries), drawing_script(figures, _PICTURES))]
    shown = "".join(f"<script>{text}</script>" for text in scripts)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{content_policy(scripts)}">'
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">{policy}</head><body><div id="canvas"></div>{shown}</body>'
    )


def inline(script: str) -> str:
    """A script as it may stand in a page, and as the browser will hash it."""
    return script.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def content_policy(scripts: list[str]) -> str:
    """Nothing from the network, and no script but these, known by their hashes.

    Hashes rather than a nonce: the same notebook makes the same report, byte for byte.
    """
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii") for script in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "media-src data:; worker-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )
