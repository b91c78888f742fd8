"""What becomes of recorded replies of models: answers in words that are true, and what is wrong unseen.

    python benchmarks/answers.py [--verbose]

Replies and right values are those of the tests (``tests/data/recorded``); the model is a scripted server on loopback.
Cells that need Docker are left out where no engine answers. Tokens are estimated as the product estimates them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from replay import CELLS, SLIPS, Group, Played, Player, Right, faults, load, wrong_values

from analyst_magic.errors import SandboxError
from analyst_magic.sandbox import docker
from analyst_magic.testing import Request
from analyst_magic.turn.tokens import estimate_tokens


def has_docker() -> bool:
    try:
        docker.connect()
    except SandboxError:
        return False
    return True


@dataclass(frozen=True)
class Outcome:
    """What became of a cell, judged while its files are there."""

    played: Played
    faults: list[str]
    silent: bool
    in_words: bool | None
    """Whether the answer is said in words and true; None where none can be."""


def play(groups: Sequence[Group]) -> list[Outcome]:
    """What becomes of all cells."""
    with tempfile.TemporaryDirectory() as folder, Player(Path(folder)) as player:
        return [judged(one) for group in groups for one in player.play(group)]


def judged(played: Played) -> Outcome:
    """A cell is silently wrong where a user would be misled, and neither an error nor a doubt says so."""
    turn, right = played.turn, Right.of(played).answer
    doubted = bool(turn.attempts and turn.attempts[-1].doubt)
    silent = bool(wrong_values(played)) and turn.ok and not doubted
    return Outcome(played, faults(played), silent, turn.answer == right if right else None)


def tokens(request: Request) -> int:
    """Tokens of a request: its messages and its tools."""
    body = request.body
    return estimate_tokens("".join(map(_text, body["messages"])) + json.dumps(body.get("tools", "")))


def _text(message: dict[str, object]) -> str:
    return f"{message.get('content') or ''}{json.dumps(message['tool_calls']) if 'tool_calls' in message else ''}"


def report(title: str, found: Sequence[Outcome], verbose: bool) -> None:
    """Print the figures of some cells."""
    requests = [one.played.requests for one in found]
    first, every = [tokens(turn[0]) for turn in requests], [tokens(r) for turn in requests for r in turn]
    bad, silent = [one for one in found if one.faults], [one for one in found if one.silent]
    with_words = [one.in_words for one in found if one.in_words is not None]
    print(f"\n{title}: {len(found)} cells")
    _line("a true answer in words, of those that can have one", f"{sum(with_words)} of {len(with_words)}")
    _line("all as it should be", f"{len(found) - len(bad)} of {len(found)}")
    _line("silently wrong or empty", f"{len(silent)} of {len(found)}")
    _line("model calls, beyond the first", f"{len(every)}, {len(every) - len(found)}")
    _line("prompt tokens of first requests, of all", f"{sum(first):,}, {sum(every):,}")
    _line("median prompt tokens of a first request", f"{statistics.median(first):,.0f}")
    for one in bad if verbose else silent:
        cell = one.played.cell
        print(f"  {cell.name} {cell.slip or 'good reply'}: {'; '.join(one.faults)[:200]}")


def _line(name: str, value: str) -> None:
    print(f"  {name:58} {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--verbose", action="store_true", help="name every cell that is not as it should be")
    options = parser.parse_args()
    engine = has_docker()
    recorded, slips = ([g for g in load(path) if engine or g.sandbox != "docker"] for path in (CELLS, SLIPS))
    report("good replies", play([group for group in recorded if group.model == "good"]), options.verbose)
    report("weak replies", play([group for group in recorded if group.model == "weak"]), options.verbose)
    report("slips", play(slips), options.verbose)


if __name__ == "__main__":
    main()
