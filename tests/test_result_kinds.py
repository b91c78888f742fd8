"""A kind of result that another package brings: it passes the firewall by its own rule and shows itself everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from installed_package import install

from analyst_magic import Analyst
from analyst_magic.panel import messages
from analyst_magic.result_kinds import installed_kinds
from analyst_magic.serialize import as_json

GAUGE = """
from analyst_magic.errors import FirewallError
from analyst_magic.results import Result, ResultKind

class Gauge(Result):
    kind = "gauge"
    def __init__(self, share):
        self.share = share
    def to_text(self):
        return f"{self.share:.0%}"
    def to_json(self):
        return self.share

class GaugeKind(ResultKind):
    mime = "application/vnd.acme.gauge+json"
    def admit(self, content):
        if not 0 <= content["share"] <= 1:
            raise FirewallError("A gauge that is no share was dropped.")
        return float(content["share"])
    def result(self, output):
        return Gauge(output.data)

broken = object()
"""
SHOW = "from IPython.display import display\ndisplay({{'application/vnd.acme.gauge+json': {}}}, raw=True)"


@pytest.fixture
def gauges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package that brings gauges is installed, and another that is broken."""
    (tmp_path / "acme_gauge.py").write_text(GAUGE)
    points = {"gauge": "acme_gauge:GaugeKind", "again": "acme_gauge:GaugeKind", "broken": "acme_gauge:broken"}
    monkeypatch.syspath_prepend(install(tmp_path, "results", **points))
    installed_kinds.cache_clear()
    with pytest.warns(UserWarning, match="result kind") as warned:
        assert list(installed_kinds()) == ["application/vnd.acme.gauge+json"]
    assert sorted(str(warning.message) for warning in warned) == [
        "The result kind application/vnd.acme.gauge+json of acme_gauge:GaugeKind has a name that is taken.",
        "The result kind broken of acme_gauge:broken cannot be loaded: its type is object, not ResultKind",
    ]
    yield
    installed_kinds.cache_clear()


@pytest.mark.usefixtures("gauges")
def test_a_result_of_another_package_passes_the_firewall_and_shows_itself(tmp_path: Path) -> None:
    with Analyst(model="offline", sandbox="local", spares=0, output_directory=str(tmp_path)) as analyst:
        turn = analyst.run(SHOW.format({"share": 0.7}))
        false = analyst.run(SHOW.format({"share": 7}))
        odd = analyst.run(SHOW.format({"part": "<script>"}))
    assert [(result.kind, result.to_text()) for result in turn.results] == [("gauge", "70%")]
    assert as_json(turn)["gauges"] == [0.7]
    [(message, buffers)] = messages.results(turn)
    assert (message["kind"], message["data"], buffers) == ("gauge", {"text/plain": "70%"}, [])
    assert (false.results, false.notes) == ((), ("A gauge that is no share was dropped.",))
    assert (odd.results, odd.notes) == (
        (),
        ("An output of the kind application/vnd.acme.gauge+json was dropped: GaugeKind failed (KeyError).",),
    )


def test_without_its_package_it_is_dropped_and_named() -> None:
    with Analyst(model="offline", sandbox="local", spares=0) as analyst:
        turn = analyst.run(SHOW.format({"share": 0.7}), frames={"sales": pd.DataFrame({"n": [1]})})
    assert turn.results == ()
    assert "An output of the kind application/vnd.acme.gauge+json was dropped: it cannot be shown safely." in (
        " ".join(turn.notes)
    )
