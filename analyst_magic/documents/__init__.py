"""Files that the sandbox made, kept beside the notebook."""

from __future__ import annotations

from .check import check
from .store import FOLDER, Kept, Store

__all__ = ["FOLDER", "Kept", "Store", "check"]
