"""Files that the sandbox made, kept beside the notebook."""

from __future__ import annotations

from .check import check
from .names import EXTENSIONS, safe_name
from .store import FOLDER, Kept, Store

__all__ = ["EXTENSIONS", "FOLDER", "Kept", "Store", "check", "safe_name"]
