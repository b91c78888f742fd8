"""Figures as pictures, for files that cannot draw them: one start of the browser for all of a report."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from ..errors import ReportError
from .browser import Browser, find_browser
from .elements import Element, Picture, Plot
from .html import bare_page

WIDTH = 900
_HIGHEST = 1400
_SECONDS = 60.0


class Pictures:
    """The pictures of a report's figures, in the order in which they stand in it.

    Attributes:
        drawn: The picture of each, or None where there is none.
        missing: Why some were not drawn, in a sentence; empty where all were.
    """

    def __init__(self, found: Sequence[Element]) -> None:
        wanted = [element for element in found if _needs_browser(element)]
        self.drawn: dict[int, Picture | None] = {id(element): _saved(element) for element in wanted}
        self._elements = wanted  # their ids are the keys
        self.missing = ""
        if wanted:
            self._draw(wanted)

    def of(self, element: Plot | Picture) -> Picture | None:
        """The picture to put into a file; None where it could not be drawn and the notebook holds none."""
        if isinstance(element, Picture) and not _needs_browser(element):
            return element
        return self.drawn[id(element)]

    def _draw(self, wanted: Sequence[Element]) -> None:
        try:
            if find_browser() is None:
                self.missing = "no browser was found on this machine; install Chromium, or export to html"
                return
            with Browser() as browser:
                plots = [element for element in wanted if isinstance(element, Plot)]
                page = browser.open(bare_page(plots), width=WIDTH)
                for element in wanted:
                    if picture := _picture(
                        page.run(_function(element), *_arguments(element), seconds=_SECONDS), element
                    ):
                        self.drawn[id(element)] = picture
                    else:
                        self.missing = "the browser could not draw it"
        except ReportError as error:
            self.missing = error.message.rstrip(".")


def _needs_browser(element: Element) -> bool:
    return isinstance(element, Plot) or (isinstance(element, Picture) and element.kind == "svg+xml")


def _saved(element: Element) -> Picture | None:
    """The picture that JupyterLab left in the notebook when it drew the figure."""
    if isinstance(element, Plot) and element.saved is not None and element.saved.kind != "svg+xml":
        return Picture(element.saved.data, element.saved.kind, element.alt)
    return None


def _function(element: Element) -> str:
    name = "plotted" if isinstance(element, Plot) else "rasterised"
    return f"function (what, size) {{ return {name}(what, size); }}"


def _arguments(element: Element) -> tuple[str, ...]:
    if isinstance(element, Plot):
        size = {"width": WIDTH, "height": min(_HIGHEST, max(300, element.height)), "library": element.library}
        return element.json, json.dumps(size)
    assert isinstance(element, Picture)
    return f"data:image/svg+xml;base64,{base64.b64encode(element.data).decode('ascii')}", json.dumps({"width": WIDTH})


def _picture(uri: object, element: Element) -> Picture | None:
    head, _, data = str(uri or "").partition(",")
    if head != "data:image/png;base64":
        return None
    try:
        return Picture(base64.b64decode(data), "png", getattr(element, "alt", ""))
    except (binascii.Error, ValueError):
        return None
