"""Figures as pictures, for files that cannot draw them: one start of the browser for all of a report."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import ReportError
from .browser import Browser, Page, find_browser
from .page import bare_page
from .plots import Picture, Plot

WIDTH = 900
_HIGHEST = 1400
_SECONDS = 60.0


class _PictureCache:
    """Pictures that were drawn before, up to a size: a notebook is often exported to several formats in turn, and a
    figure in three dimensions takes seconds where there is no graphics card.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pictures: OrderedDict[bytes, Picture] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, arguments: Sequence[str]) -> Picture | None:
        with self._lock:
            if picture := self._pictures.get(key := _digest(arguments)):
                self._pictures.move_to_end(key)
            return picture

    def put(self, arguments: Sequence[str], picture: Picture) -> None:
        with self._lock:
            self._pictures[_digest(arguments)] = picture
            while sum(len(one.data) for one in self._pictures.values()) > self._max_bytes:
                self._pictures.popitem(last=False)


def _digest(arguments: Sequence[str]) -> bytes:
    return hashlib.sha256("\0".join(arguments).encode("utf-8", "surrogatepass")).digest()


_CACHE = _PictureCache(64 << 20)


class Pictures:
    """The pictures of figures, such as those of a report, in the order in which they stand in it.

    Args:
        found: What the report holds; of all else than figures and pictures nothing is drawn.

    Attributes:
        drawn: The picture of each, or None where there is none.
        missing: Why some were not drawn, in a sentence; empty where all were.
    """

    def __init__(self, found: Sequence[object]) -> None:
        wanted = [one for one in found if isinstance(one, Plot | Picture) and _needs_browser(one)]
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

    def _draw(self, wanted: Sequence[Plot | Picture]) -> None:
        try:
            if (program := find_browser()) is None:
                self.missing = "no browser was found on this machine; install Chromium, or export to html"
                return
            new = [element for element in wanted if not self._take_cached(program, element)]
            if not new:
                return
            with Browser(program) as browser:
                page = browser.open(bare_page([element for element in new if isinstance(element, Plot)]), width=WIDTH)
                for element in new:
                    self._draw_one(program, page, element)
        except ReportError as error:
            self.missing = error.message.rstrip(".")

    def _take_cached(self, program: Path, element: Plot | Picture) -> bool:
        if cached := _CACHE.get((str(program), *_arguments(element))):
            self.drawn[id(element)] = replace(cached, alt=getattr(element, "alt", ""))
        return cached is not None

    def _draw_one(self, program: Path, page: Page, element: Plot | Picture) -> None:
        arguments = _arguments(element)
        if picture := _picture(page.run(_function(element), *arguments, seconds=_SECONDS), element):
            self.drawn[id(element)] = picture
            _CACHE.put((str(program), *arguments), picture)
        else:
            self.missing = "the browser could not draw it"


def _needs_browser(element: Plot | Picture) -> bool:
    return isinstance(element, Plot) or (isinstance(element, Picture) and element.kind == "svg+xml")


def _saved(element: Plot | Picture) -> Picture | None:
    """The picture that JupyterLab left in the notebook when it drew the figure."""
    if isinstance(element, Plot) and element.saved is not None and element.saved.kind != "svg+xml":
        return Picture(element.saved.data, element.saved.kind, element.alt)
    return None


def _function(element: Plot | Picture) -> str:
    name = "plotted" if isinstance(element, Plot) else "rasterised"
    return f"function (what, size) {{ return {name}(what, size); }}"


def _arguments(element: Plot | Picture) -> tuple[str, ...]:
    if isinstance(element, Plot):
        size = {"width": WIDTH, "height": min(_HIGHEST, max(300, element.height)), "library": element.library}
        return element.json, json.dumps(size)
    return f"data:image/svg+xml;base64,{base64.b64encode(element.data).decode('ascii')}", json.dumps({"width": WIDTH})


def _picture(uri: object, element: Plot | Picture) -> Picture | None:
    head, _, data = str(uri or "").partition(",")
    if head != "data:image/png;base64":
        return None
    try:
        return Picture(base64.b64decode(data), "png", getattr(element, "alt", ""))
    except (binascii.Error, ValueError):
        return None
