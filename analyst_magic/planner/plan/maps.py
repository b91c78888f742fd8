"""Maps as Python: areas coloured by a figure, or points where rows have coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from ...turn import ColumnCard, FrameCard
from .cards import find
from .chart_parts import common, figures, group_labels
from .schema import QueryPlan
from .sql import dimensions
from .text import call, quoted
from .words import heading, name_parts

STATES: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        "alabama=AL alaska=AK arizona=AZ arkansas=AR california=CA colorado=CO connecticut=CT delaware=DE florida=FL "
        "georgia=GA hawaii=HI idaho=ID illinois=IL indiana=IN iowa=IA kansas=KS kentucky=KY louisiana=LA maine=ME "
        "maryland=MD massachusetts=MA michigan=MI minnesota=MN mississippi=MS missouri=MO montana=MT nebraska=NE "
        "nevada=NV new_hampshire=NH new_jersey=NJ new_mexico=NM new_york=NY north_carolina=NC north_dakota=ND ohio=OH "
        "oklahoma=OK oregon=OR pennsylvania=PA rhode_island=RI south_carolina=SC south_dakota=SD tennessee=TN texas=TX "
        "utah=UT vermont=VT virginia=VA washington=WA west_virginia=WV wisconsin=WI wyoming=WY"
    ).split()
)
"""The states of the USA and their codes, by which Plotly knows them."""
_COUNTRIES = frozenset({"country", "countries", "nation", "nations", "land", "iso", "iso3", "alpha3"})
_DISTRICT = "DC"


def place_kind(column: ColumnCard) -> str | None:
    """How a column names places: ``USA-states`` (codes), ``states``, ``ISO-3`` or ``country names``; or None."""
    texts = [value.strip() for value, _ in column.values if isinstance(value, str) and value.strip()]
    if column.type not in {"text", "category"} or not texts:
        return None
    codes = {*STATES.values(), _DISTRICT, "PR", "VI", "GU"}
    if all(text in codes for text in texts):
        return "USA-states"
    known = sum(text.lower().replace(" ", "_") in STATES for text in texts)
    if known > 0.8 * len(texts):
        return "states"
    named = bool(_COUNTRIES & {*name_parts(column.sql)})
    if named and all(len(text) == 3 and text.isupper() for text in texts):
        return "ISO-3"
    return "country names" if named and all(len(text) > 2 for text in texts) else None


def coordinates(columns: Sequence[ColumnCard]) -> tuple[ColumnCard, ColumnCard] | None:
    """The columns of latitude and longitude, where there is one of each."""
    found = []
    for names in ({"lat", "latitude"}, {"lon", "long", "lng", "longitude"}):
        fitting = [c for c in columns if names & {*name_parts(c.sql)} and c.type in {"float", "integer", "decimal"}]
        if len(fitting) != 1:
            return None
        found += fitting
    return found[0], found[1]


def areas(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Countries or states in colours."""
    place, value = dimensions(plan, card)[0].name, figures(plan, card)[0]
    kind = place_kind(find(card, plan.group_by[0].column)) or "country names"
    lines, at = [f"data = data[data[{quoted(place)}].notna()]"], place
    if kind == "states":
        at = "state_code"
        codes = ", ".join(f'"{name.replace("_", " ")}": "{code}"' for name, code in STATES.items())
        lines += [
            f"codes = {{{codes}}}",
            f'data["state_code"] = data[{quoted(place)}].str.strip().str.lower().map(codes)',
        ]
    mode = "USA-states" if kind == "states" else kind
    arguments = ["data", f"locations={quoted(at)}", f"locationmode={quoted(mode)}", f"color={quoted(value)}"]
    arguments += [f"hover_name={quoted(place)}", 'color_continuous_scale="Blues"']
    arguments += ['scope="usa"'] if mode == "USA-states" else []
    lines += call("fig", "px.choropleth", [*arguments, *common(plan, group_labels(plan, card))])
    return [*lines, *_fitted(mode)]


def points(plan: QueryPlan, card: FrameCard) -> list[str]:
    """A point for each row, where it lies."""
    up, across = plan.select
    arguments = ["data", f"lat={quoted(up)}", f"lon={quoted(across)}"]
    arguments += [f"color={quoted(plan.colour)}"] if plan.colour else []
    arguments += [f"size={quoted(plan.look.size)}"] if plan.look.size else []
    names = [up, across, *(name for name in (plan.colour, plan.look.size) if name)]
    labels = "labels={" + ", ".join(f"{quoted(n)}: {quoted(heading(n))}" for n in dict.fromkeys(names)) + "}"
    lines = [
        f"data = data.dropna(subset={[*dict.fromkeys([up, across, *([plan.look.size] if plan.look.size else [])])]})"
    ]
    lines += call("fig", "px.scatter_geo", [*arguments, *common(plan, labels)])
    return [*lines, *_fitted("")]


def _fitted(mode: str) -> list[str]:
    return [] if mode == "USA-states" else ['fig.update_geos(fitbounds="locations", showcountries=True)']
