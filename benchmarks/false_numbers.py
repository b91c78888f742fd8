"""False numbers in words that no result holds, and true ones: how many of each are marked.

    python benchmarks/false_numbers.py [--show] [--seed 1] [--cases 40]

The sentences are those of the tests (``tests/false_sentences.py``): of many forms, about tables of made-up businesses.
One number of each is made false in several ways: other digits, the number of another row, ten times as much, a count
that is off. The aim is that at least 95% of the false are marked, and at most 5% of the true.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from false_sentences import tally


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--show", action="store_true", help="print what was marked wrongly and what was missed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=40)
    options = parser.parse_args()
    found = tally(options.cases, options.seed)
    if options.show:
        print(*(f"marked: {text!r}" for text in found.wrongly), sep="\n")
        print(*(f"missed ({way}, {number}): {text!r}" for way, number, text in found.missed), sep="\n")
    print(f"true numbers: {found.true:,}, marked {found.marked:,} ({100 * found.marked / found.true:.1f}%)")
    whole = found.false.total()
    print(f"false numbers: {whole:,}, found {found.found.total():,} ({100 * found.found.total() / whole:.1f}%)")
    for way, number in found.false.most_common():
        print(f"  {way:15} {number:6,}  {100 * found.found[way] / number:5.1f}%")


if __name__ == "__main__":
    main()
