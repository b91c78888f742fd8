"""``image``: build the sandbox image, or say whether it is there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import InputError
from ..language import message, sentences
from ..packages import parse_packages
from ..sandbox import docker, image
from ..storage.files import SHARED, write_atomic
from ..wording import size


def build(
    *,
    packages: Sequence[str],
    named: bool = False,
    lock: Path | None = None,
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
        lock: A file with their versions and hashes. It is followed where it is there, and written where not.
        base_image: The image to start from, where it is not the usual one.
        wheels: A folder of wheels to install from, without a network.
        fonts: Whether to put fonts for other scripts in.
        ca: A certificate to trust for the package index.
        tag: The image's name, where it is not the usual one.

    Raises:
        SandboxError: No engine answers, or the build fails.
        InputError: The lock is none, or no packages are to be added.
    """
    client = docker.connect()
    wanted = parse_packages(packages)
    name = tag or image.image_name(wanted)
    _check_lock(lock, wanted)
    locked = image.read_lock(lock) if lock is not None and lock.exists() else ""
    chosen = {"base_image": base_image} if base_image else {}
    yield message("Building {name} (about 1 GB; three minutes the first time) ...", name=name)
    yield from image.build(client, wheels=wheels, ca=ca, packages=wanted, lock=locked, fonts=fonts, tag=name, **chosen)
    shown = size(client.inspect_image(name)["Size"])
    ready: list[str] = [message("The sandbox image {name} is ready ({size}).", name=name, size=shown)]
    if wanted:
        installed = image.installed_packages(client, name)
        ready.append(_added(installed))
        if lock is not None and not locked:
            write_atomic(lock, installed, mode=SHARED)
            ready.append(message("Their versions and hashes are in {lock}.", lock=lock))
    if wanted and named:
        use = message(
            "To use it, set ANALYST_PACKAGES={wanted}, or the setting packages.", wanted=shlex.quote(",".join(wanted))
        )
        yield message("{ready}\n{use}", ready=sentences(ready), use=use)
    else:
        yield sentences(ready)


def _check_lock(lock: Path | None, wanted: Sequence[str]) -> None:
    """See that there are packages to lock, and a folder for the file."""
    if lock is not None and not wanted:
        raise InputError(
            message("There are no packages to lock."), message("Name them: --with PACKAGES, or the setting packages.")
        )
    if lock is not None and not lock.parent.is_dir():
        raise InputError(
            message("There is no folder {parent}.", parent=lock.parent),
            message("Name a file in a folder that is there."),
        )


def status(packages: Sequence[str]) -> str:
    """Whether the image is there and up to date.

    Raises:
        SandboxError: It is not.
    """
    wanted = parse_packages(packages)
    name = image.image_name(wanted)
    client = docker.connect()
    docker.check_image(client, name, wanted)
    added = f"\n{_added(image.installed_packages(client, name))}" if wanted else ""
    return f"The sandbox image {name} is there and up to date, made from {image.base_of(client, name)}.{added}"


def _added(installed: str) -> str:
    """What was installed beside the pinned packages, for a person."""
    versions = [line.split()[0].replace("==", " ") for line in installed.splitlines()]
    return (
        message("Added, checked by hash: {versions}.", versions=", ".join(versions))
        if versions
        else message("Nothing had to be added.")
    )
