"""Where reports and questions are worked on beside this process: any executor, or the workers of a Dask cluster."""

from __future__ import annotations

from .executor import Cluster, IsStopped, Threads
from .open import open_cluster

__all__ = ["Cluster", "IsStopped", "Threads", "open_cluster"]
