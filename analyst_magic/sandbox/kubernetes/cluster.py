"""The API server of a cluster: how it is found, what it is asked, and its refusals as errors of ours."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from ...errors import EngineUnavailable, NotIsolated, SandboxError
from ...language import message
from . import account
from .attach import AttachedStream
from .pod import CONTAINER, LABELS, NAME, PodOptions
from .policy import DIRECTIONS, closed, deny_all, loosening
from .sdk import ApiException, client, config, create_websocket, get_websocket_url, urllib3, websocket

NAMESPACE_VARIABLE = "ANALYST_KUBERNETES_NAMESPACE"
SELECTOR = ",".join(f"{name}={value}" for name, value in LABELS.items())
CONNECT_SECONDS = 5.0
"""How long a connection may take: a network policy of notebooks may leave the API server without an answer."""
NO_SERVER = "See whether `kubectl get --raw /readyz` answers; then ask again."
RIGHTS = (
    ("create", "pods"),
    ("get", "pods"),
    ("list", "pods"),
    ("watch", "pods"),
    ("delete", "pods"),
    ("get", "pods/attach"),
    ("create", "pods/attach"),
    ("list", "networkpolicies"),
    ("get", "configmaps"),
)
"""The verbs and resources that sandboxes need, all in one namespace."""


def connect(seconds: float) -> Cluster:
    """The cluster that ``KUBECONFIG`` names, else the one that this process runs in, else that of ``~/.kube/config``.

    Args:
        seconds: Limit of each call.

    Raises:
        EngineUnavailable: There is none, or its configuration cannot be read.
    """
    settings = client.Configuration()
    try:
        if account.inside() and not os.environ.get("KUBECONFIG"):
            own = (str(account.FOLDER / name) for name in ("token", "ca.crt"))
            config.incluster_config.InClusterConfigLoader(*own).load_and_set(settings)
            namespace = (account.FOLDER / "namespace").read_text().strip()
        else:
            file = os.environ.get("KUBECONFIG") or "~/.kube/config"  # the client looks only once, when it is imported
            config.load_kube_config(file, client_configuration=settings)
            namespace = config.list_kube_config_contexts(file)[1]["context"].get("namespace", "default")
    except (config.ConfigException, OSError, ValueError, KeyError) as error:
        raise EngineUnavailable(
            message("No Kubernetes cluster is configured here: {error}", error=str(error)),
            message("Set KUBECONFIG to your cluster's file, or run inside the cluster with a service account."),
        ) from error
    settings.retries = False
    return Cluster(settings, os.environ.get(NAMESPACE_VARIABLE) or namespace, seconds)


class Cluster:
    """One namespace of a cluster. All that it gives are plain dictionaries, with every field that the server sent.

    Args:
        settings: Where the API server is, and who asks.
        namespace: The namespace of the sandboxes.
        seconds: Limit of each call.
    """

    def __init__(self, settings: Any, namespace: str, seconds: float) -> None:
        self.namespace, self._settings, self._seconds = namespace, settings, seconds
        self._client = client.ApiClient(settings)
        self._core, self._network = client.CoreV1Api(self._client), client.NetworkingV1Api(self._client)

    @property
    def address(self) -> str:
        """The API server's address."""
        return str(self._settings.host)

    def version(self) -> str:
        """The API server's version.

        Raises:
            SandboxError: It does not answer.
        """
        found = self._asked("get", "version", client.VersionApi(self._client).get_code)
        return str(found.get("gitVersion", ""))

    def options(self) -> PodOptions:
        """What the administrator says of sandboxes; the defaults where there is no such config map.

        Raises:
            SandboxError: It may not be read.
        """
        try:
            found = self._asked("get", "configmaps", self._core.read_namespaced_config_map, NAME, self.namespace)
        except NotThere as error:
            if error.namespace:
                raise
            return PodOptions()
        return PodOptions.read(found.get("data") or {})

    def owners(self) -> list[dict[str, Any]]:
        """This process's own pod, as the owner of what it makes; none where it runs elsewhere."""
        if not account.inside() or (account.FOLDER / "namespace").read_text().strip() != self.namespace:
            return []  # an owner has to be in the same namespace
        name = os.environ.get("HOSTNAME") or socket.gethostname()
        try:
            found = self.pod(name)
        except SandboxError:
            return []
        return [{"apiVersion": "v1", "kind": "Pod", "name": name, "uid": found["metadata"]["uid"]}]

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make a pod.

        Raises:
            SandboxError: The server refuses, or does not answer.
        """
        return self._asked("create", "pods", self._core.create_namespaced_pod, self.namespace, body)

    def would_create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the server would make of a pod, after all that changes pods on their way; nothing is made.

        Raises:
            SandboxError: The server refuses, or does not answer.
        """
        make = self._core.create_namespaced_pod
        return self._asked("create", "pods", make, self.namespace, body, dry_run="All")

    def pod(self, name: str) -> dict[str, Any]:
        """A pod as it is now.

        Raises:
            SandboxError: There is none, or the server does not answer.
        """
        return self._asked("get", "pods", self._core.read_namespaced_pod, name, self.namespace)

    def pods(self) -> list[dict[str, Any]]:
        """All pods of sandboxes.

        Raises:
            SandboxError: They may not be listed, or the server does not answer.
        """
        asked = self._core.list_namespaced_pod
        return self._asked("list", "pods", asked, self.namespace, label_selector=SELECTOR).get("items") or []

    def watch(self, pod: Mapping[str, Any], seconds: float) -> Iterator[dict[str, Any]]:
        """The states of a pod from now on, until it is gone or the time is over.

        Args:
            pod: The pod as it was.
            seconds: How long to watch.

        Raises:
            SandboxError: The server refuses, or does not answer.
        """
        with self._answered("watch", "pods"):
            answer = self._core.list_namespaced_pod(
                self.namespace,
                field_selector=f"metadata.name={pod['metadata']['name']}",
                resource_version=pod["metadata"]["resourceVersion"],
                watch=True,
                timeout_seconds=max(1, int(seconds)),
                _request_timeout=seconds + 5,
                _preload_content=False,
            )
            try:
                yield from _events(answer)
            finally:
                answer.close()

    def delete(self, name: str) -> None:
        """Delete a pod; nothing happens where it is gone already.

        Raises:
            SandboxError: The server refuses, or does not answer.
        """
        try:
            self._asked("delete", "pods", self._core.delete_namespaced_pod, name, self.namespace)
        except NotThere:
            return

    def attach(self, name: str) -> AttachedStream:
        """The attached stream of a running pod.

        Raises:
            SandboxError: The server refuses, or does not answer.
        """
        query = [("container", CONTAINER), *((way, "true") for way in ("stdin", "stdout", "stderr"))]
        path = f"{self.address}/api/v1/namespaces/{self.namespace}/pods/{name}/attach"
        headers: dict[str, str] = {}
        self._client.update_params_for_auth(headers, [], ["BearerToken"], path, "GET", None)
        with self._answered("create", "pods/attach"):
            return AttachedStream(create_websocket(self._settings, get_websocket_url(path, query), headers))

    def close_network(self) -> None:
        """See to a policy that closes the network of all sandboxes, and to none that opens it.

        Raises:
            NotIsolated: A policy opens it, or there is none and this user may not make one.
            SandboxError: The server does not answer.
        """
        policies = self.policies()
        opening = loosening(policies, LABELS)
        if opening:
            raise NotIsolated(
                message(
                    "The network policy {policies} lets sandboxes of the namespace {namespace} use the "
                    "network, so none is started.",
                    policies=opening,
                    namespace=self.namespace,
                ),
                message(
                    "Have it leave out pods with the label {selector}, or use a namespace of their own.",
                    selector=SELECTOR,
                ),
            )
        if closed(policies, LABELS) >= set(DIRECTIONS):
            return
        try:
            make = self._network.create_namespaced_network_policy
            self._asked("create", "networkpolicies", make, self.namespace, deny_all())
        except EngineUnavailable:
            raise
        except SandboxError as error:
            raise NotIsolated(
                message(
                    "No network policy closes the network of sandboxes in the namespace {namespace}, and "
                    "none can be made: {why}",
                    namespace=self.namespace,
                    why=error.message,
                ),
                message("Have an administrator apply deploy/kubernetes, which has it."),
            ) from error

    def policies(self) -> list[dict[str, Any]]:
        """The network policies of the namespace.

        Raises:
            SandboxError: They may not be listed, or the server does not answer.
        """
        asked = self._network.list_namespaced_network_policy
        return self._asked("list", "networkpolicies", asked, self.namespace).get("items") or []

    def may(self, verb: str, resource: str) -> bool:
        """Whether this user may do something in the namespace, by the server's own word.

        Raises:
            SandboxError: The server does not answer.
        """
        kind, _, part = resource.partition("/")
        group = "networking.k8s.io" if kind == "networkpolicies" else ""
        what = {"namespace": self.namespace, "verb": verb, "group": group, "resource": kind, "subresource": part}
        what |= {"name": NAME} if kind == "configmaps" else {}
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
        ask = client.AuthorizationV1Api(self._client).create_self_subject_access_review
        found = self._asked("create", "selfsubjectaccessreviews", ask, body | {"spec": {"resourceAttributes": what}})
        return bool((found.get("status") or {}).get("allowed"))

    def missing_rights(self) -> list[tuple[str, str]]:
        """What sandboxes need and this user may not, as verbs and resources.

        Raises:
            SandboxError: The server does not answer.
        """
        return [right for right in RIGHTS if not self.may(*right)]

    def runtime_classes(self) -> list[str]:
        """The names of the cluster's runtime classes.

        Raises:
            SandboxError: They may not be listed, or the server does not answer.
        """
        found = self._asked("list", "runtimeclasses", client.NodeV1Api(self._client).list_runtime_class)
        return sorted(str(item["metadata"]["name"]) for item in found.get("items") or [])

    def _asked(
        self, verb: str, resource: str, call: Callable[..., Any], *arguments: Any, **more: Any
    ) -> dict[str, Any]:
        with self._answered(verb, resource):
            timeout = (min(CONNECT_SECONDS, self._seconds), self._seconds)
            answer = call(*arguments, **more, _preload_content=False, _request_timeout=timeout)
            return cast(dict[str, Any], json.loads(answer.data))

    def _answered(self, verb: str, resource: str) -> _Answered:
        return _Answered(self, verb, resource)


class NotThere(SandboxError):
    """What was asked for is not there; ``namespace`` says whether its namespace is missing."""

    namespace = False


class _Answered:
    """Makes errors of ours from those of the client."""

    def __init__(self, cluster: Cluster, verb: str, resource: str) -> None:
        self._cluster, self._verb, self._resource = cluster, verb, resource

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ApiException):
            raise refusal(error.status, _message(error.body), self._cluster.namespace, self._verb, self._resource)
        if isinstance(error, websocket.WebSocketBadStatusException):
            body = getattr(error, "resp_body", b"")
            raise refusal(error.status_code, _message(body), self._cluster.namespace, self._verb, self._resource)
        if isinstance(error, (urllib3.exceptions.HTTPError, websocket.WebSocketException, OSError)):
            raise EngineUnavailable(
                message(
                    "The API server {address} does not answer ({verb} {resource}).",
                    address=self._cluster.address,
                    verb=self._verb,
                    resource=self._resource,
                ),
                NO_SERVER,
            ) from error


def refusal(code: int | None, said: str, namespace: str, verb: str, resource: str) -> SandboxError:
    """The error of a refused request.

    Args:
        code: The status of the answer.
        said: What the server says.
        namespace: The namespace that it was about.
        verb: What was to be done.
        resource: To what.
    """
    if code == 404:
        missing = NotThere(
            message("The cluster has no such thing: {said}", said=said), message("Run `analyst doctor`.")
        )
        if f'namespaces "{namespace}" not found' in said:
            missing = NotThere(
                message("The namespace {namespace} is not there.", namespace=namespace),
                message(
                    "Have an administrator apply deploy/kubernetes, or name another one in {variable}.",
                    variable=NAMESPACE_VARIABLE,
                ),
            )
            missing.namespace = True
        return missing
    if code == 401:
        return EngineUnavailable(message("The API server does not know you."), message("Log in to the cluster again."))
    if code == 403 and "exceeded quota" in said:
        return SandboxError(
            message(
                "The namespace {namespace} has no room for another sandbox: {said}", namespace=namespace, said=said
            ),
            message("Close notebooks that you do not need, or have an administrator raise the quota."),
        )
    if code == 403 and "cannot " in said:
        return not_allowed([(verb, resource)], namespace)
    return SandboxError(
        message("The API server refused to {verb} {resource}: {said}", verb=verb, resource=resource, said=said),
        message("Run `analyst doctor`."),
    )


def not_allowed(rights: Iterable[tuple[str, str]], namespace: str) -> SandboxError:
    """The error of a user who lacks rights.

    Args:
        rights: The verbs and resources.
        namespace: Where they are missing.
    """
    named = ", ".join(f"{verb} {resource}" for verb, resource in rights)
    return SandboxError(
        message(
            "You may not {named} in the namespace {namespace}, so no sandbox can be started.",
            named=named,
            namespace=namespace,
        ),
        message("Have an administrator apply deploy/kubernetes, which has the rights that sandboxes need."),
    )


def _message(body: Any) -> str:
    """What the server says in an answer that tells of an error."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    try:
        return str(json.loads(text)["message"])[:600]
    except (ValueError, KeyError, TypeError):
        return text[:600] or "no reason was given"


def _events(answer: Any) -> Iterator[dict[str, Any]]:
    """The objects in the lines of a watch, until the object is gone or the watch ends."""
    rest = b""
    for data in answer.stream(1, decode_content=False):
        rest += data
        *lines, rest = rest.split(b"\n")
        for line in filter(None, lines):
            event = json.loads(line)
            if event["type"] not in {"ADDED", "MODIFIED"}:
                return
            yield cast(dict[str, Any], event["object"])
