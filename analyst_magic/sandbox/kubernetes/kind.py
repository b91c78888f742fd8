"""The row ``kubernetes`` of the table of sandboxes: its provider, its pods, and what the doctor checks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...errors import AnalystError
from ..kinds import Check, RunningSandbox, SandboxKind, SandboxOptions
from ..limits import Limits
from . import account

if TYPE_CHECKING:
    from .cluster import Cluster
    from .provider import KubernetesProvider


class KubernetesKind(SandboxKind):
    """Sandboxes as pods of a Kubernetes cluster."""

    name = "kubernetes"

    @property
    def automatic(self) -> bool:
        """Whether this process runs in a cluster that gave it an account; elsewhere it has to be asked for."""
        return account.inside()

    def make(self, options: SandboxOptions) -> KubernetesProvider:
        """A provider; the cluster is not asked yet.

        Raises:
            MissingExtra: The client is not installed.
        """
        from .provider import KubernetesProvider

        return KubernetesProvider(options.limits, options.image, options.runtime, options.packages)

    def running(self) -> Sequence[RunningSandbox]:
        """All sandboxes of the namespace; none where no cluster is meant to be used.

        Raises:
            SandboxError: The cluster does not answer, or refuses.
        """
        if not self._used:
            return ()
        from .provider import sandboxes

        return sandboxes(_cluster())

    def remove_orphans(self, *, everything: bool = False) -> int:
        """Delete pods that have ended, or whose owner on this machine is gone.

        Raises:
            SandboxError: The cluster does not answer, or refuses.
        """
        if not self._used:
            return 0
        from .provider import remove_orphans

        return remove_orphans(_cluster(), everything=everything)

    def checks(self, options: SandboxOptions, *, automatic: bool) -> Iterator[Check]:
        """The cluster, the rights in the namespace, the network policy, what the API server makes of a sandbox's pod,
        the filter and the runtime classes."""
        try:
            cluster = _cluster()
            yield Check("cluster", "pass", f"{cluster.version()}, {cluster.address}, namespace {cluster.namespace}")
        except AnalystError as error:
            yield Check("cluster", "warn" if automatic else "fail", error.message, error.next_step)
            return
        rights = _checked("rights", lambda: _rights(cluster))
        if rights.state == "fail" and automatic:
            yield replace(rights, state="warn", found=f"{rights.found}; another sandbox takes its place")
            return
        yield rights
        yield _checked("network policy", lambda: _network(cluster))
        yield from _pod(cluster, options)
        yield _seccomp(cluster)
        yield _runtimes(cluster, options.runtime)

    @property
    def _used(self) -> bool:
        return self.automatic or bool(os.environ.get("KUBECONFIG") or os.environ.get("ANALYST_KUBERNETES_NAMESPACE"))


def _cluster() -> Cluster:
    from .cluster import connect

    return connect(Limits().engine_timeout)


def _checked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except AnalystError as error:
        return Check(name, "fail", error.message, error.next_step)


def _rights(cluster: Cluster) -> Check:
    missing = [f"{verb} {resource}" for verb, resource in cluster.missing_rights()]
    if missing:
        found = f"you may not {', '.join(missing)} in the namespace {cluster.namespace}"
        return Check("rights", "fail", found, "Have an administrator apply deploy/kubernetes.")
    return Check("rights", "pass", "pods, their streams, and network policies to read")


def _network(cluster: Cluster) -> Check:
    from .cluster import SELECTOR
    from .pod import LABELS
    from .policy import DIRECTIONS, closed, loosening

    policies = cluster.policies()
    opening = loosening(policies, LABELS)
    if opening:
        found = f"{', '.join(opening)} opens the network of sandboxes"
        return Check("network policy", "fail", found, f"Have it leave out pods with the label {SELECTOR}.")
    if closed(policies, LABELS) >= set(DIRECTIONS):
        return Check("network policy", "pass", "the network of sandboxes is closed; each is tried from inside")
    if cluster.may("create", "networkpolicies"):
        return Check("network policy", "pass", "none closes the network yet; one is made with the first sandbox")
    found = "none closes the network of sandboxes, and you may not make one"
    return Check("network policy", "fail", found, "Have an administrator apply deploy/kubernetes.")


def _pod(cluster: Cluster, options: SandboxOptions) -> Iterator[Check]:
    """What the API server would make of a sandbox's pod, by a dry run."""
    from .pod import verify
    from .provider import KubernetesProvider

    try:
        asked = KubernetesProvider(options.limits, options.image, options.runtime).body("analyst-doctor")
        found = cluster.would_create(asked)
        verify(asked, found)
        version = cluster.version()
    except AnalystError as error:
        yield Check("pod", "fail", error.message, error.next_step)
        return
    yield Check("pod", "pass", "a dry run gives the one asked for; nothing changes it on its way")
    if "hostUsers" not in asked["spec"]:
        step = "Clear hostUsers in the config map once the nodes have user namespaces."
        yield Check("user namespaces", "warn", "pods share those of their node, as the config map says", step)
    elif found["spec"].get("hostUsers") is False:
        yield Check("user namespaces", "pass", f"{version} has them: each pod has users of its own")
    else:
        found_out = f"{version} has none: code runs as an ordinary user of its node, without rights"
        yield Check("user namespaces", "warn", found_out, "Kubernetes has them from 1.33 on.")


def _seccomp(cluster: Cluster) -> Check:
    try:
        profile = cluster.options().seccomp_profile
    except AnalystError as error:
        return Check("system-call filter", "fail", error.message, error.next_step)
    if profile:
        return Check("system-call filter", "pass", f"ours, {profile} on the nodes")
    return Check(
        "system-call filter",
        "warn",
        "the runtime's own",
        "Install ours with deploy/kubernetes, and name it as seccompProfile in the config map.",
    )


def _runtimes(cluster: Cluster, runtime: str) -> Check:
    try:
        known = cluster.runtime_classes()
    except AnalystError:
        return Check("runtime classes", "pass", "you may not list them; the cluster's own is used unless one is named")
    if runtime and runtime not in known:
        step = f"Clear the setting runtime, or use one of {', '.join(known) or 'none'}."
        return Check("runtime classes", "fail", f"{runtime} is not known to the cluster", step)
    return Check("runtime classes", "pass", ", ".join(known) or "the cluster's own alone")
