"""Widgets of a notebook as they were saved: what they show, and which value each has."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from ..drawing.figures import left_out
from ..results.html import one_line
from .markdown import with_formulas
from .plain import text_of
from .sanitise import clean

WIDGET = "application/vnd.jupyter.widget-view+json"
_STATES = "application/vnd.jupyter.widget-state+json"
_MAX_DEPTH = 8
_MAX_WIDGETS = 200
_SILENT = {
    "Layout", "DescriptionStyle", "ButtonStyle", "SliderStyle", "ProgressStyle", "Link", "DirectionalLink",
}  # fmt: skip


def states_of(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """The saved states of a notebook's widgets, by the ids of their models."""
    saved = notebook.get("metadata", {}).get("widgets")
    found = saved.get(_STATES) if isinstance(saved, Mapping) else None
    states = found.get("state") if isinstance(found, Mapping) else None
    return states if isinstance(states, Mapping) else {}


def widget_html(
    view: Any, states: Mapping[str, Any], show: Callable[[list[Mapping[str, Any]]], list[Markup]]
) -> Markup:
    """A widget as it was saved; empty where its state was not.

    Args:
        view: What the output says of it.
        states: The saved states of the notebook's widgets.
        show: Shows the outputs that a widget has captured.
    """
    name = view.get("model_id") if isinstance(view, Mapping) else None
    shown = with_formulas(_Widgets(states, show).html(str(name), 0), None) if name else Markup()
    return Markup('<div class="output html" tabindex="0" data-widget="1">{}</div>').format(shown) if shown else Markup()


class _Widgets:
    """Shows widgets and those inside them, up to a number."""

    def __init__(self, states: Mapping[str, Any], show: Callable[[list[Mapping[str, Any]]], list[Markup]]) -> None:
        self._states, self._show, self._left = states, show, _MAX_WIDGETS
        self._seen: set[str] = set()

    def html(self, name: str, depth: int) -> Markup:
        """The widget of that name."""
        name = name.removeprefix("IPY_MODEL_")
        model = self._states.get(name)
        self._left -= 1
        if name in self._seen:
            return Markup()
        self._seen.add(name)
        if not isinstance(model, Mapping) or depth > _MAX_DEPTH or self._left < 0:
            return Markup()
        kind = str(model.get("model_name", "")).removesuffix("Model")
        state = model.get("state")
        state = state if isinstance(state, Mapping) else {}
        if isinstance(state.get("children"), list):
            return self._box(kind, state, depth)
        if kind == "Output":
            return self._output(state)
        if kind in {"HTML", "HTMLMath"}:
            return Markup("<div>{}</div>").format(clean(text_of(state.get("value", ""))))
        if kind == "Label":
            return Markup("<div>{}</div>").format(text_of(state.get("value", "")))
        if kind == "Image":
            return _image(model)
        return Markup() if kind in _SILENT else _value(kind, state)

    def _box(self, kind: str, state: Mapping[str, Any], depth: int) -> Markup:
        inside = [self.html(str(child), depth + 1) for child in state["children"]]
        given = state.get("titles")
        titles = given if isinstance(given, list) else []
        if kind in {"Tab", "Accordion"}:
            named = [
                one_line(str(titles[at]), 80) if at < len(titles) else f"Part {at + 1}" for at in range(len(inside))
            ]
            part = Markup('<details class="tab" open><summary>{}</summary>{}</details>')
            return Markup().join(part.format(title, html) for title, html in zip(named, inside, strict=True))
        return Markup("<div>{}</div>").format(Markup().join(inside)) if any(inside) else Markup()

    def _output(self, state: Mapping[str, Any]) -> Markup:
        found = state.get("outputs")
        shown = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
        plain = [one for one in shown if not (isinstance(one.get("data"), Mapping) and WIDGET in one["data"])]
        return Markup().join(self._show(plain))


def _image(model: Mapping[str, Any]) -> Markup:
    """A picture; its bytes are among the buffers of the notebook's saved state."""
    buffers = model.get("buffers")
    data = next((text_of(one.get("data", "")) for one in buffers or [] if isinstance(one, Mapping)), "")
    try:
        start = base64.b64decode(data)[:3]
    except ValueError:
        return Markup()
    mime = {b"\x89PN": "image/png", b"\xff\xd8\xff": "image/jpeg"}.get(start)
    return Markup('<img src="data:{};base64,{}" alt="Picture of a widget">').format(mime, data) if mime else Markup()


def _shown(value: Any) -> str:
    """A value as a reader expects it: yes and no, dates, both ends of a range, numbers without the noise of binary."""
    if value is None or isinstance(value, bool):
        return {True: "yes", False: "no"}.get(value, "")  # type: ignore[arg-type]
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, Mapping) and {"year", "month", "date"} <= value.keys():
        month = value["month"] + 1 if isinstance(value["month"], int) else 0  # JavaScript counts them from 0
        return f"{value['year']}-{month:02}-{value['date']!s:>02}"
    if isinstance(value, list):
        return (" to " if len(value) == 2 else ", ").join(
            str(one) if isinstance(one, list) else _shown(one) for one in value
        )
    return text_of(value)


def _value(kind: str, state: Mapping[str, Any]) -> Markup:
    """A control as its name and its value."""
    words = one_line(text_of(state.get("description", "")), 120)
    value = state.get("value")
    options = state.get("_options_labels")
    if isinstance(options, list):
        at = state.get("index")
        places = [one for one in (at if isinstance(at, list) else [at]) if isinstance(one, int)]
        chosen = [options[one] for one in places if 0 <= one < len(options)]
        value = " to ".join(map(str, chosen)) if "Range" in kind else ", ".join(map(str, chosen))
    if value is None and not words:
        return left_out(f"A widget ({one_line(kind, 60) or 'unknown'}) was left out: it has no value.", "widget")
    shown = one_line(_shown(value), 500)
    limit = f" of {state['max']}" if kind.endswith("Progress") and "max" in state else ""
    return Markup("<p>{}{}<strong>{}</strong></p>").format(words, " " if words else "", f"{shown}{limit}")
