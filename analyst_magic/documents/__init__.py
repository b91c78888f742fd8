"""Files that the sandbox made, stored beside the notebook with their versions."""

from __future__ import annotations

from .check import check
from .store import DocumentVersion, Store

__all__ = ["DocumentVersion", "Store", "check"]
