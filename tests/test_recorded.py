"""What becomes of replies that a language model gave, and of slips of small ones: it is right, or says why not.

Each notebook runs through the whole of the product: the cell's own parser, a scripted endpoint on loopback, the checks,
a real sandbox, the firewall, the inspection, the lock file and the display. Right values are computed with pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from replay import CELLS, SLIPS, Cell, Group, Played, Player, faults, load

GROUPS = {group.name: group for path in (CELLS, SLIPS) if path.exists() for group in load(path)}


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    with Player(tmp_path_factory.mktemp("notebook")) as made:
        yield made


@pytest.fixture(scope="module")
def played(player: Player) -> Callable[[Group], dict[str, Played]]:
    """What became of a notebook's cells, by their names; it is played once."""
    done: dict[str, dict[str, Played]] = {}

    def play(group: Group) -> dict[str, Played]:
        if group.name not in done:
            done[group.name] = {one.cell.name: one for one in player.play(group)}
        return done[group.name]

    return play


def cells() -> Iterator[Any]:
    for group in GROUPS.values():
        for cell in group.cells:
            marks = [pytest.mark.docker] if group.sandbox == "docker" else []
            marks += [pytest.mark.xfail(strict=True, reason=cell.not_yet)] if cell.not_yet else []
            name = f"{cell.name}: {cell.slip}" if cell.slip else cell.name
            yield pytest.param(group, cell, marks=marks, id=name)


@pytest.mark.parametrize(("group", "cell"), list(cells()))
def test_a_cell_comes_out_right(played: Callable[[Group], dict[str, Played]], group: Group, cell: Cell) -> None:
    assert faults(played(group)[cell.name]) == []


@pytest.mark.parametrize("name", ["N01", "N20"])
def test_a_pinned_answer_says_the_numbers_of_the_data_that_it_runs_over(player: Player, name: str) -> None:
    first = [one.turn.answer for one in player.play(GROUPS[name])]
    flights = player.names["flights"]
    some = flights[flights.day < 15].reset_index(drop=True)
    for one in player.rerun(GROUPS[name], flights=some):
        assert faults(one) == []
        assert one.turn.answer not in first


def test_there_are_as_many_cells_as_were_recorded() -> None:
    recorded = [cell for group in load(CELLS) for cell in group.cells]
    assert len(recorded) == 46
    assert sum(bool(cell.slip) for cell in recorded) == 16
