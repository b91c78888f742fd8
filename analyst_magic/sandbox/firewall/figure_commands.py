"""What buttons and sliders of a figure do: each attribute that they set is judged as if it stood in the figure.

The arguments of ``Plotly.restyle``, ``relayout``, ``update`` and ``animate`` are judged in the same way whatever the
method is, as a template can give an item another one: a path is looked up in the layout and in all types of trace at
once, and the strictest kind that it can be holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...language import message
from .figure_schema import MAP_TRACES, Target, schema
from .figure_values import LEFT_OUT, check_depth, judge

if TYPE_CHECKING:
    from .plotly import FigureCheck

UNKNOWN = message("Part of what a button or slider of a figure does was left out: it may not be set.")

# https://plotly.com/javascript/plotlyjs-function-reference/#plotlyanimate
_ANIMATION = {"frame", "transition", "mode", "direction", "fromcurrent", "immediate", "layout", "data"}
_NEVER_NOTHING = ("map style", "template")


def commands(value: Any, check: FigureCheck, depth: int) -> Any:
    """The arguments of a button or of a slider's step, or ``LEFT_OUT``.

    Args:
        value: The list of arguments.
        check: The check of the figure.
        depth: How deep the list lies in the figure.
    """
    if value is None or value == []:
        return value
    if not isinstance(value, list):
        check.notes.add(UNKNOWN)
        return LEFT_OUT
    if not isinstance(value[0], str):
        return [_argument(item, check, depth + 1) for item in value]
    target = _target(value[0], check)
    if target is not None:
        return _path_and_value(value, target, check, depth)
    if all(item is None or isinstance(item, Mapping) for item in value[1:]):  # a frame's name and options
        return [_argument(item, check, depth + 1) for item in value]
    check.notes.add(UNKNOWN)
    return LEFT_OUT


def _path_and_value(value: list[Any], target: Target, check: FigureCheck, depth: int) -> Any:
    """The path of an attribute, its new value, and the numbers of the traces."""
    judged = [_set(item, value[0], target, check, depth) for item in value[1:2]]
    judged += [judge(item, "word", check.notes, depth) for item in value[2:]]
    return LEFT_OUT if LEFT_OUT in judged else [value[0], *judged]


def _argument(value: Any, check: FigureCheck, depth: int) -> Any:
    """An argument that is not a path: the attributes to set, options of an animation, names or numbers."""
    check_depth(depth)
    if isinstance(value, Mapping):
        return _attributes(value, check, depth)
    if isinstance(value, list):
        return [_argument(item, check, depth + 1) for item in value]
    return judge(value, "text", check.notes, depth)


def _attributes(value: Mapping[Any, Any], check: FigureCheck, depth: int) -> dict[str, Any]:
    rebuilt: dict[str, Any] = {}
    for path, item in value.items():
        judged: Any = LEFT_OUT
        target = _target(path, check) if isinstance(path, str) else None
        if target is not None:
            judged = _set(item, path, target, check, depth)
        elif path in _ANIMATION:
            judged = _animation(path, item, check, depth)
        elif path in schema().frame:
            judged = judge(item, schema().frame[path], check.notes, depth)
        else:
            check.notes.add(UNKNOWN)
        if judged is not LEFT_OUT:
            rebuilt[path] = judged
    return rebuilt


def _animation(name: str, value: Any, check: FigureCheck, depth: int) -> Any:
    """An option of an animation, or a part of a frame that is given in place of a frame's name."""
    check_depth(depth)
    if name in {"data", "layout"}:
        return check.frame({name: value}, depth).get(name, LEFT_OUT)
    if isinstance(value, list):
        return [None if (one := _animation(name, item, check, depth + 1)) is LEFT_OUT else one for item in value]
    if isinstance(value, Mapping):
        known = {key: value[key] for key in ("duration", "redraw", "easing", "ordering") if key in value}
        judged = {key: judge(item, "word", check.notes, depth) for key, item in known.items()}
        return {key: item for key, item in judged.items() if item is not LEFT_OUT}
    return judge(value, "word", check.notes, depth)


def _set(value: Any, path: str, target: Target, check: FigureCheck, depth: int) -> Any:
    """The new value of an attribute. A list holds a value for each trace."""
    values = value if isinstance(value, list) else [value]
    is_map = any(map(schema().is_map, target.containers))
    if None in values and (is_map or target.kind in _NEVER_NOTHING):
        check.notes.add(UNKNOWN)  # without a style or a template of ours, Plotly fetches its own
        return LEFT_OUT
    if path.partition("[")[0] == "type" and any(isinstance(item, str) and item in MAP_TRACES for item in values):
        check.notes.add(UNKNOWN)
        return LEFT_OUT
    return check.attribute(value, target, depth + 1)


def _target(path: str, check: FigureCheck) -> Target | None:
    return schema().resolve(path, (schema().layout, *check.any_trace()))
