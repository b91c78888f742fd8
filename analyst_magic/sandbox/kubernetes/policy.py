"""Whether a namespace's network policies close the network of a sandbox.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ (what any policy allows is allowed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .pod import LABELS, NAME

DIRECTIONS = {"Ingress": "ingress", "Egress": "egress"}


def deny_all() -> dict[str, Any]:
    """The policy that closes the network of all sandboxes of a namespace."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": NAME, "labels": dict(LABELS)},
        "spec": {"podSelector": {"matchLabels": dict(LABELS)}, "policyTypes": sorted(DIRECTIONS)},
    }


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a label selector takes in a pod."""
    if any(labels.get(name) != value for name, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_holds(rule, labels) for rule in selector.get("matchExpressions") or [])


def _holds(rule: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    has, value, values = rule["key"] in labels, labels.get(rule["key"]), rule.get("values") or []
    operators = {"Exists": has, "DoesNotExist": not has, "In": has and value in values, "NotIn": value not in values}
    return operators.get(rule["operator"], True)  # one that is not known may take it in


def closed(policies: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> set[str]:
    """The directions, of ``Ingress`` and ``Egress``, that some policy closes for a pod."""
    specs = [policy["spec"] for policy in policies if selects(policy["spec"].get("podSelector") or {}, labels)]
    return {direction for spec in specs for direction in _types(spec)}


def loosening(policies: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> list[str]:
    """The names of the policies that allow a pod some traffic."""
    found = []
    for policy in policies:
        spec = policy["spec"]
        open_ways = [key for direction, key in DIRECTIONS.items() if direction in _types(spec) and spec.get(key)]
        if open_ways and selects(spec.get("podSelector") or {}, labels):
            found.append(str(policy["metadata"]["name"]))
    return found


def _types(spec: Mapping[str, Any]) -> list[str]:
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
