"""``image``: build the sandbox image, or say whether it is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..packages import parse_packages
from ..sandbox import docker, image
from ..wording import size


def build(
    *,
    packages: Sequence[str],
    named: bool = False,
    base_image: str = "",
    wheels: Path | None = None,
    fonts: bool = True,
    ca: Path | None = None,
    tag: str = "",
) -> Iterator[str]:
    """Build the image, and yield what to show; the last line says what was built.

    Args:
        packages: Packages beside the image's own.
        named: Whether they are named for this build, and not by the setting.
        base_image: The image to start from, where it is not the usual one.
        wheels: A folder of wheels to install from, without a network.
        fonts: Whether to put fonts for other scripts in.
        ca: A certificate to trust for the package index.
        tag: The image's name, where it is not the usual one.

    Raises:
        SandboxError: No engine answers, or the build fails.
    """
    client = docker.connect()
    wanted = parse_packages(packages)
    name = tag or image.image_name(wanted)
    chosen = {"base_image": base_image} if base_image else {}
    yield f"Building {name} (about 1 GB; three minutes the first time) ..."
    yield from image.build(client, wheels=wheels, ca=ca, packages=wanted, fonts=fonts, tag=name, **chosen)
    ready = f"The sandbox image {name} is ready ({size(client.inspect_image(name)['Size'])})."
    use = f"To use it, set ANALYST_PACKAGES={shlex.quote(','.join(wanted))}, or the setting packages."
    yield f"{ready}\n{use}" if wanted and named else ready


def status(packages: Sequence[str]) -> str:
    """Whether the image is there and up to date.

    Raises:
        SandboxError: It is not.
    """
    wanted = parse_packages(packages)
    name = image.image_name(wanted)
    docker.check_image(docker.connect(), name, wanted)
    return f"The sandbox image {name} is there and up to date."
