"""From what a caller names to the cluster that it is."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

from ..errors import UnknownOption
from .executor import Cluster


def open_cluster(given: object) -> Cluster[Any]:
    """The workers that an argument names.

    Args:
        given: The address of a Dask scheduler, a ``distributed.Client``, a Dask cluster (one of dask-gateway too), or
            any executor of ``concurrent.futures``.

    Raises:
        UnknownOption: It is none of these.
        MissingExtra: Dask is not installed.
        ClusterError: The scheduler does not answer.

    Example:
        >>> open_cluster(7)
        Traceback (most recent call last):
        ...
        analyst_magic.errors.UnknownOption: A int is no cluster. \
Give the address of a Dask scheduler, a distributed.Client or an executor of concurrent.futures.
    """
    if isinstance(given, Executor):
        return Cluster(given)
    if isinstance(given, str) or hasattr(given, "get_client") or _is_client(given):
        from .dask import open_dask

        return open_dask(given)
    raise UnknownOption(
        f"A {type(given).__name__} is no cluster.",
        "Give the address of a Dask scheduler, a distributed.Client or an executor of concurrent.futures.",
    )


def _is_client(given: object) -> bool:
    """Whether it is a client of Dask, found out without a look at Dask."""
    return any((kind.__module__, kind.__name__) == ("distributed.client", "Client") for kind in type(given).__mro__)
