"""A Kubernetes API server for tests, of one namespace and one node, whose pods are real containers.

It speaks what clients speak: objects as JSON that the official schemas hold for valid, lists, watches, and streams of
``v5.channel.k8s.io``. What real clusters do to pods on their way (admission, quota, scheduling, pulling, eviction) is
switched on by a test. It was written to the API's documentation.
Source: https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import datetime
import itertools
import json
import socket
import ssl
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from aiohttp import WSMsgType, web
from certificates import certificates
from kubernetes.utils.quantity import parse_quantity
from kubernetes_pods import Change, Container, Node, Refused, unframe, unrestricted

from analyst_magic.errors import EngineUnavailable
from analyst_magic.sandbox import docker
from analyst_magic.sandbox.kubernetes.policy import closed

VERSION = "1.37"
NAMESPACE, TOKEN = "analyst", "a-token-of-the-test-cluster"
CHANNEL = "v5.channel.k8s.io"
# Plural, and for each: the group's version, the kind, and whether it is in a namespace.
KINDS = {
    "pods": ("v1", "Pod", True),
    "configmaps": ("v1", "ConfigMap", True),
    "namespaces": ("v1", "Namespace", False),
    "serviceaccounts": ("v1", "ServiceAccount", True),
    "resourcequotas": ("v1", "ResourceQuota", True),
    "limitranges": ("v1", "LimitRange", True),
    "daemonsets": ("apps/v1", "DaemonSet", True),
    "networkpolicies": ("networking.k8s.io/v1", "NetworkPolicy", True),
    "roles": ("rbac.authorization.k8s.io/v1", "Role", True),
    "rolebindings": ("rbac.authorization.k8s.io/v1", "RoleBinding", True),
    "runtimeclasses": ("node.k8s.io/v1", "RuntimeClass", False),
}
REVIEW = "selfsubjectaccessreviews"


def now() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def prefix(version: str) -> str:
    return f"/api/{version}" if version == "v1" else f"/apis/{version}"


def refusal(code: int, reason: str, message: str) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    return web.json_response(body | {"reason": reason, "code": code}, status=code)


@dataclass
class Faults:
    """What goes wrong in a test.

    Attributes:
        denied: The verbs and resources that the user may not.
        role: The name of the role that holds all that the user may; empty for a user who may all else.
        changes: What changes a pod on its way, as a mutating webhook does.
        max_pods: The quota of the namespace.
        node_memory: What the node can hold.
        policies_enforced: Whether the cluster's network puts policies into force.
        user_namespaces: Whether the server knows user namespaces; its node has none.
        node_ignores_users: Whether the node passes over the wish for one, as old runtimes do.
        away: Whether the server answers nobody.
    """

    denied: set[tuple[str, str]] = field(default_factory=set)
    role: str = ""
    changes: list[Change] = field(default_factory=list)
    max_pods: int = 20
    node_memory: int = 64_000_000_000
    policies_enforced: bool = True
    user_namespaces: bool = False
    node_ignores_users: bool = False
    away: bool = False


class TestCluster:
    """The cluster: its objects, and the containers of its pods.

    Args:
        folder: For the node's profiles and the user's configuration.

    Attributes:
        protocols: What each attached stream spoke.
        received: Bytes that came for standard inputs.
    """

    __test__ = False

    def __init__(self, folder: Path) -> None:
        (folder / "seccomp").mkdir(parents=True, exist_ok=True)
        certificates(folder)
        self.folder, self.node = folder, Node(folder / "seccomp")
        self.faults = Faults()
        self.objects: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self.containers: dict[str, Container] = {}
        self.protocols: list[str] = []
        self.received = 0
        self._numbers = itertools.count(1)
        self._watchers: list[tuple[str, asyncio.Queue[dict[str, Any]]]] = []
        self._streams: set[web.WebSocketResponse] = set()
        self._client = docker.connect()
        self.node.runtimes = frozenset(self._client.info().get("Runtimes") or {})
        self._tasks: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()
        self.port = 0

    @property
    def kubeconfig(self) -> Path:
        """A file for clients."""
        path = self.folder / "config"
        authority = str(self.folder / "ca.pem")
        cluster = {"server": f"https://127.0.0.1:{self.port}", "certificate-authority": authority}
        context = {"cluster": "test", "user": "test", "namespace": NAMESPACE}
        path.write_text(yaml.safe_dump({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": cluster}], "contexts": [{"name": "test", "context": context}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
        }))  # fmt: skip
        return path

    def account(self) -> Path:
        """A folder as a pod finds it that has a service account."""
        folder = self.folder / "account"
        folder.mkdir(exist_ok=True)
        files = {"token": TOKEN, "namespace": NAMESPACE, "ca.crt": (self.folder / "ca.pem").read_text()}
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    def clear(self) -> None:
        """Back to an empty namespace."""
        self.faults = Faults()
        for kind in self.objects.values():
            kind.clear()
        self.objects["namespaces"][NAMESPACE] = {
            "apiVersion": "v1", "kind": "Namespace", "metadata": {
                "name": NAMESPACE, "uid": "1", "resourceVersion": "1",
                "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
            },
        }  # fmt: skip
        for container in list(self.containers.values()):
            container.remove()
        self.containers.clear()

    def put(self, kind: str, name: str, **content: Any) -> None:
        """Put an object there, past all checks."""
        version, singular, _ = KINDS[kind]
        head = {"apiVersion": version, "kind": singular}
        self.objects[kind][name] = head | {"metadata": {"name": name, "namespace": NAMESPACE}, **content}

    def evict(self, name: str, message: str) -> None:
        """Evict a pod, as its node does that runs short."""
        pod = self.objects["pods"][name]
        pod["status"] = pod["status"] | {"phase": "Failed", "reason": "Evicted", "message": message}
        self.containers[name].kill()

    def drop_streams(self) -> None:
        """Cut all attached streams, as a server that goes away does."""

        async def cut() -> None:
            for stream in list(self._streams):
                if stream._req is not None and stream._req.transport is not None:
                    stream._req.transport.abort()

        asyncio.run_coroutine_threadsafe(cut(), self.loop).result(10)

    # Objects

    def _change(self, kind: str, what: str, found: dict[str, Any]) -> None:
        found["metadata"]["resourceVersion"] = str(next(self._numbers))
        for watched, queue in self._watchers:
            if watched == kind:
                queue.put_nowait({"type": what, "object": copy.deepcopy(found)})

    async def create(self, request: web.Request) -> web.Response:
        kind, body = request.match_info["kind"], await request.json()
        version, singular, _ = KINDS[kind]
        body.setdefault("apiVersion", version)
        body.setdefault("kind", singular)
        try:
            kubernetes_validate.validate(body, VERSION, strict=True)
        except kubernetes_validate.ValidationError as error:
            return refusal(422, "Invalid", f"{singular} is invalid: {error.message[:300]}")
        name = body["metadata"]["name"]
        if name in self.objects[kind]:
            return refusal(409, "AlreadyExists", f'{kind} "{name}" already exists')
        body["metadata"] |= {"uid": str(uuid.uuid4()), "creationTimestamp": now()}
        if KINDS[kind][2]:
            body["metadata"]["namespace"] = request.match_info["namespace"]
        if kind == "pods":
            refused = self._admit(body)
            if refused:
                return refused
        if request.query.get("dryRun"):
            return web.json_response(body, status=201)
        self.objects[kind][name] = body
        self._change(kind, "ADDED", body)
        if kind == "pods":
            self._later(self._run(body))
        return web.json_response(body, status=201)

    def _admit(self, pod: dict[str, Any]) -> web.Response | None:
        """What a server does to a pod before it keeps it."""
        held = len(self.objects["pods"])
        if held >= self.faults.max_pods:
            message = f"exceeded quota: sandboxes, requested: pods=1, used: pods={held}, limited: pods={held}"
            return refusal(403, "Forbidden", f'pods "{pod["metadata"]["name"]}" is forbidden: {message}')
        spec, name = pod["spec"], pod["metadata"]["name"]
        if (runtime := spec.get("runtimeClassName")) and runtime not in self.objects["runtimeclasses"]:
            message = f'pod rejected: RuntimeClass "{runtime}" not found'
            return refusal(403, "Forbidden", f'pods "{name}" is forbidden: {message}')
        if not self.faults.user_namespaces:
            spec.pop("hostUsers", None)
        spec |= {"dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler", "serviceAccountName": "default"}
        for container in spec["containers"]:
            container |= {"terminationMessagePath": "/dev/termination-log", "imagePullPolicy": "IfNotPresent"}
            memory = container["resources"]["limits"]["memory"]
            container["resources"]["limits"]["memory"] = f"{int(parse_quantity(memory)) // 1000}k"
        for change in self.faults.changes:
            change(pod)
        labels = self.objects["namespaces"][pod["metadata"]["namespace"]]["metadata"].get("labels") or {}
        restricted = labels.get("pod-security.kubernetes.io/enforce") == "restricted"
        if restricted and (against := unrestricted(spec)):
            message = f'violates PodSecurity "restricted:latest": {", ".join(against)}'
            return refusal(403, "Forbidden", f'pods "{name}" is forbidden: {message}')
        pod["status"] = {"phase": "Pending", "conditions": []}
        return None

    def _later(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Pods

    async def _run(self, pod: dict[str, Any]) -> None:
        """What the scheduler and the node do with a pod."""
        name, spec = pod["metadata"]["name"], pod["spec"]
        asked = parse_quantity(spec["containers"][0]["resources"]["requests"]["memory"])
        fits = asked <= self.faults.node_memory
        message = "0/1 nodes are available: 1 Insufficient memory."
        scheduled = {"type": "PodScheduled", "status": str(fits)}
        pod["status"]["conditions"] = [scheduled | ({} if fits else {"reason": "Unschedulable", "message": message})]
        self._change("pods", "MODIFIED", pod)
        if not fits:
            return
        policies = list(self.objects["networkpolicies"].values()) if self.faults.policies_enforced else []
        shut = closed(policies, pod["metadata"].get("labels") or {}) == {"Ingress", "Egress"}
        try:
            runtime = self.objects["runtimeclasses"].get(spec.get("runtimeClassName"), {})
            self.node.ignores_users = self.faults.node_ignores_users
            arguments = self.node.arguments(pod, closed=shut, handler=runtime.get("handler", ""))
            container = await asyncio.to_thread(Container, self._client, arguments)
        except docker.ImageNotFound:
            image = spec["containers"][0]["image"]
            self._state(pod, waiting={"reason": "ErrImagePull", "message": f"{image}: not found"})
            return
        except (Refused, KeyError, ValueError) as error:
            self._state(pod, waiting={"reason": "CreateContainerError", "message": str(error)})
            return
        if name not in self.objects["pods"]:
            await asyncio.to_thread(container.remove)
            return
        self.containers[name] = container
        pod["status"]["phase"] = "Running"
        self._state(pod, running={"startedAt": now()})
        await self._ended(pod, container)

    async def _ended(self, pod: dict[str, Any], container: Container) -> None:
        waiting = asyncio.ensure_future(asyncio.to_thread(container.wait))
        try:
            done = await asyncio.wait({waiting}, timeout=pod["spec"].get("activeDeadlineSeconds"))
            if not done[0]:
                pod["status"]["reason"] = "DeadlineExceeded"
                await asyncio.to_thread(container.kill)
            code, memory = await waiting
        except (docker.DockerException, EngineUnavailable):
            return  # it was removed
        pod["status"]["phase"] = "Failed" if code or "reason" in pod["status"] else "Succeeded"
        ending = {"exitCode": code, "reason": "OOMKilled" if memory else "Error" if code else "Completed"}
        self._state(pod, terminated=ending)

    def _state(self, pod: dict[str, Any], **state: Any) -> None:
        (container,) = pod["spec"]["containers"][:1]
        status = {"name": container["name"], "image": container["image"], "imageID": "", "restartCount": 0}
        pod["status"]["containerStatuses"] = [status | {"ready": "running" in state, "state": state}]
        if pod["metadata"]["name"] in self.objects["pods"]:
            self._change("pods", "MODIFIED", pod)

    async def attach(self, request: web.Request) -> web.StreamResponse:
        container = self.containers.get(request.match_info["name"])
        if container is None:
            return refusal(404, "NotFound", f'pods "{request.match_info["name"]}" not found')
        answer = web.WebSocketResponse(protocols=(CHANNEL, "v4.channel.k8s.io"))
        await answer.prepare(request)
        self.protocols.append(str(answer.ws_protocol))
        self._streams.add(answer)
        stream = await asyncio.to_thread(container.attached)
        raw: socket.socket = stream._sock
        raw.setblocking(False)
        inward = asyncio.ensure_future(self._inward(answer, raw))
        try:
            await self._outward(answer, raw)
            with contextlib.suppress(ConnectionError):
                await answer.send_bytes(b"\3" + json.dumps({"metadata": {}, "status": "Success"}).encode())
                await answer.close()
        finally:
            inward.cancel()
            stream.close()
            self._streams.discard(answer)
        return answer

    async def _inward(self, answer: web.WebSocketResponse, raw: socket.socket) -> None:
        async for message in answer:
            if message.type is not WSMsgType.BINARY or not message.data:
                continue
            if message.data[0] == 0:
                self.received += len(message.data)
                await self.loop.sock_sendall(raw, message.data[1:])
            elif message.data[:2] == b"\xff\0" and answer.ws_protocol == CHANNEL:
                break
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_WR)

    async def _outward(self, answer: web.WebSocketResponse, raw: socket.socket) -> None:
        buffer = bytearray()
        with contextlib.suppress(ConnectionError, OSError):
            while data := await self.loop.sock_recv(raw, 1 << 16):
                buffer += data
                for kind, piece in unframe(buffer):
                    for start in range(0, len(piece), 32_768):
                        await answer.send_bytes(bytes([kind]) + piece[start : start + 32_768])

    # Requests

    async def read(self, request: web.Request) -> web.Response:
        kind, name = request.match_info["kind"], request.match_info["name"]
        found = self.objects[kind].get(name)
        return web.json_response(found) if found else refusal(404, "NotFound", f'{kind} "{name}" not found')

    async def delete(self, request: web.Request) -> web.Response:
        kind, name = request.match_info["kind"], request.match_info["name"]
        found = self.objects[kind].pop(name, None)
        if found is None:
            return refusal(404, "NotFound", f'{kind} "{name}" not found')
        container = self.containers.pop(name, None) if kind == "pods" else None
        if container is not None:
            await asyncio.to_thread(container.remove)
        self._change(kind, "DELETED", found)
        return web.json_response(found)

    async def list(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        if request.query.get("watch") in {"true", "True", "1"}:
            return await self._watch(request, kind)
        version, singular, _ = KINDS[kind]
        found = [item for item in self.objects[kind].values() if self._chosen(request, item)]
        head = {"kind": f"{singular}List", "apiVersion": version}
        return web.json_response(head | {"metadata": {"resourceVersion": str(next(self._numbers))}, "items": found})

    async def _watch(self, request: web.Request, kind: str) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        since = int(request.query.get("resourceVersion") or 0)
        for item in self.objects[kind].values():  # what changed between the answer and the watch
            if int(item["metadata"].get("resourceVersion", 0)) > since:
                queue.put_nowait({"type": "MODIFIED" if since else "ADDED", "object": copy.deepcopy(item)})
        self._watchers.append((kind, queue))
        try:
            await answer.prepare(request)
            async with asyncio.timeout(float(request.query.get("timeoutSeconds", 300))):
                while True:
                    event = await queue.get()
                    if self._chosen(request, event["object"]):
                        await answer.write(json.dumps(event).encode() + b"\n")
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self._watchers.remove((kind, queue))
        return answer

    def _chosen(self, request: web.Request, item: dict[str, Any]) -> bool:
        labels = dict(part.split("=") for part in request.query.get("labelSelector", "").split(",") if part)
        fields = dict(part.split("=") for part in request.query.get("fieldSelector", "").split(",") if part)
        mine = item["metadata"].get("labels") or {}
        name = item["metadata"]["name"]
        return labels.items() <= mine.items() and fields.get("metadata.name", name) == name

    async def review(self, request: web.Request) -> web.Response:
        body = await request.json()
        asked = body["spec"]["resourceAttributes"]
        resource = "/".join(filter(None, (asked["resource"], asked.get("subresource"))))
        allowed = self._may(asked["verb"], resource)
        return web.json_response(body | {"status": {"allowed": allowed}}, status=201)

    @web.middleware
    async def authorized(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Who asks, in which namespace, and whether that is allowed."""
        if self.faults.away and request.transport is not None:
            request.transport.abort()
            raise ConnectionResetError
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if (scheme.lower(), token) != ("bearer", TOKEN):
            return refusal(401, "Unauthorized", "Unauthorized")
        where, kind = request.match_info.get("namespace"), request.match_info.get("kind")
        if kind is not None and kind not in KINDS:
            return refusal(404, "NotFound", "the server could not find the requested resource")
        if kind is not None:
            verb, resource = self._action(request, kind)
            if not self._may(verb, resource):
                message = f'{resource} is forbidden: User "test" cannot {verb} resource "{resource}" in API group ""'
                return refusal(403, "Forbidden", message)
        if where is not None and where not in self.objects["namespaces"]:
            return refusal(404, "NotFound", f'namespaces "{where}" not found')
        return await handler(request)  # type: ignore[no-any-return]

    def _may(self, verb: str, resource: str) -> bool:
        role = self.objects["roles"].get(self.faults.role, {"rules": [{"resources": [resource], "verbs": [verb]}]})
        granted = any(resource in rule["resources"] and verb in rule["verbs"] for rule in role["rules"])
        return granted and (verb, resource) not in self.faults.denied

    def _action(self, request: web.Request, kind: str) -> tuple[str, str]:
        if request.path.endswith("/attach"):
            return "create", "pods/attach"
        many = "watch" if "watch" in request.query else "list"
        verbs = {"POST": "create", "DELETE": "delete", "GET": "get" if "name" in request.match_info else many}
        return verbs[request.method], kind

    def application(self) -> web.Application:
        """The server's routes."""
        application = web.Application(middlewares=[self.authorized], client_max_size=1 << 22)
        routes = application.router
        for path, body in discovery().items():
            routes.add_get(path, _answer(body))
        routes.add_post(f"/apis/authorization.k8s.io/v1/{REVIEW}", self.review)
        attach = "/api/v1/namespaces/{namespace}/{kind:pods}/{name}/attach"
        routes.add_get(attach, self.attach)
        for version in {version for version, _, _ in KINDS.values()}:
            for base in (f"{prefix(version)}/namespaces/{{namespace}}/{{kind}}", f"{prefix(version)}/{{kind}}"):
                routes.add_post(base, self.create)
                routes.add_get(base, self.list)
                routes.add_get(f"{base}/{{name}}", self.read)
                routes.add_delete(f"{base}/{{name}}", self.delete)
        return application


def discovery() -> dict[str, dict[str, Any]]:
    """What a server says of itself, by path."""
    verbs = ["create", "delete", "get", "list", "watch"]
    found: dict[str, dict[str, Any]] = {
        "/version": {"major": "1", "minor": "37", "gitVersion": f"v{VERSION}.0-test"},
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
    }
    groups = []
    for version in sorted({version for version, _, _ in KINDS.values()}):
        resources = [
            {"name": name, "singularName": kind.lower(), "namespaced": inside, "kind": kind, "verbs": verbs}
            for name, (of, kind, inside) in KINDS.items()
            if of == version
        ]
        head = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version}
        found[prefix(version)] = head | {"resources": resources}
        if "/" in version:
            group, short = version.split("/")
            one = {"groupVersion": version, "version": short}
            groups.append({"name": group, "versions": [one], "preferredVersion": one})
    found["/apis"] = {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    return {**found, "/version/": found["/version"]}


def _answer(body: dict[str, Any]) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response(body)

    return answer


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[TestCluster]:
    """A cluster that answers on the loopback address, in a thread of its own."""
    cluster = TestCluster(folder)
    started = threading.Event()

    def work() -> None:
        asyncio.set_event_loop(cluster.loop)
        runner = web.AppRunner(cluster.application(), shutdown_timeout=1.0)
        cluster.loop.run_until_complete(runner.setup())
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
        listening = socket.create_server(("127.0.0.1", 0))
        cluster.port = listening.getsockname()[1]
        cluster.loop.run_until_complete(web.SockSite(runner, listening, ssl_context=context).start())
        started.set()
        cluster.loop.run_forever()
        cluster.loop.run_until_complete(runner.cleanup())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        cluster.clear()
        yield cluster
    finally:
        cluster.clear()
        cluster.loop.call_soon_threadsafe(cluster.loop.stop)
        thread.join(20)
