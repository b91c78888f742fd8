"""Packs each file of a folder by xz, as small as it gets: ``python pack.py FOLDER``."""

from __future__ import annotations

import lzma
import sys
from pathlib import Path

FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "pb": 0, "nice_len": 273}]
"""``pb=0`` is for text."""


def pack(folder: Path) -> None:
    """Replace the files of a folder by packed ones.

    Args:
        folder: Each of its files becomes ``NAME.xz``.
    """
    for file in sorted(folder.iterdir()):
        packed = lzma.compress(file.read_bytes(), check=lzma.CHECK_CRC32, filters=FILTERS)
        file.with_name(f"{file.name}.xz").write_bytes(packed)
        file.unlink()


if __name__ == "__main__":
    pack(Path(sys.argv[1]))
