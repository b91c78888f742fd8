"""What all tests share: a Docker engine or a named skip, and no key of the machine in the tests' environment."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from analyst_magic.errors import SandboxError
from analyst_magic.models.providers import PROVIDERS
from analyst_magic.sandbox import docker, image


def _missing() -> str:
    """Why sandboxes cannot be tested here, or an empty text."""
    try:
        client = docker.connect()
    except SandboxError as error:
        return str(error)
    try:
        found = client.inspect_image(image.IMAGE)["Config"]["Labels"].get(image.SOURCES_LABEL)
    except (docker.ImageNotFound, AttributeError):
        return f"the image {image.IMAGE} is missing: `analyst image build`"
    return "" if found == image.sources_digest() else f"the image {image.IMAGE} is out of date: `analyst image build`"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip Docker tests by name where there is no engine; in CI they fail instead."""
    marked = [item for item in items if item.get_closest_marker("docker")]
    reason = _missing() if marked else ""
    if reason and not os.environ.get("CI"):
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=f"no sandbox: {reason}"))


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and settings of the machine must not change what a test does."""
    for name in [n for n in os.environ if n.startswith("ANALYST_")]:
        monkeypatch.delenv(name)
    for provider in PROVIDERS:
        for name in (*provider.keys, provider.url_variable):
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sandboxes() -> Iterator[set[str]]:
    """The sandboxes that were there before; afterwards there are no more of them."""
    client = docker.connect()
    before = {found["Id"] for found in docker.containers(client)}
    yield before
    assert {found["Id"] for found in docker.containers(client)} <= before, "a sandbox was left behind"
