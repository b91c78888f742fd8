"""The recipe for conda says what pyproject.toml says, in conda's names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from rattler_build import RenderConfig, Stage0Recipe, VariantConfig

import analyst_magic

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
RECIPE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
NAMES = {
    "docker": "docker-py", "duckdb": "python-duckdb", "jupyter-client": "jupyter_client",
    "jupyter-core": "jupyter_core", "jupyter-server": "jupyter_server", "kubernetes": "python-kubernetes",
    "prometheus-client": "prometheus_client", "redis": "redis-py", "xxhash": "python-xxhash",
}  # fmt: skip
"""Where conda-forge has another name than the package index."""
BY_PIP = {"bpe-openai", "httpx2", "mathml2omml-as", "mcp", "mcp-types"}
"""What the recipe leaves to pip."""


def in_conda(lines: list[str]) -> dict[str, SpecifierSet]:
    """Requirements of pip as conda has them."""
    asked = [Requirement(line) for line in lines]
    return {NAMES.get(one.name, one.name): one.specifier for one in asked if one.name not in BY_PIP}


def of_recipe(lines: list[str]) -> dict[str, SpecifierSet]:
    """Requirements of the recipe, without Python and pip."""
    parts = [line.partition(" ") for line in lines]
    return {name: SpecifierSet(versions) for name, _, versions in parts if name not in {"python", "pip"}}


def test_the_recipe_builds_this_version_for_the_pythons_that_are_named() -> None:
    assert RECIPE["context"]["version"] == analyst_magic.__version__
    assert RECIPE["package"]["name"] == PROJECT["name"]
    assert f">={RECIPE['context']['python_min']}" == PROJECT["requires-python"]
    points = [f"{name} = {target}" for name, target in PROJECT["scripts"].items()]
    assert RECIPE["build"]["python"]["entry_points"] == points
    assert of_recipe(RECIPE["requirements"]["host"]) == in_conda(PYPROJECT["build-system"]["requires"])


def test_the_builder_of_conda_reads_it_as_one_package_for_every_system() -> None:
    (rendered,) = Stage0Recipe.from_file(str(ROOT / "deploy" / "conda" / "recipe.yaml")).render(
        VariantConfig(), RenderConfig()
    )
    made = rendered.recipe.to_dict()
    assert made["package"] == {"name": PROJECT["name"], "version": analyst_magic.__version__}
    assert made["build"]["noarch"] == "python"
    assert f"python {RECIPE['context']['python_min']}.*" in made["requirements"]["host"]
    assert of_recipe(made["requirements"]["run"]) == in_conda(PROJECT["dependencies"])


def test_it_asks_for_the_same_packages_in_the_same_versions() -> None:
    needs = in_conda(PROJECT["dependencies"])
    assert of_recipe(RECIPE["requirements"]["run"]) == needs
    extras = [line for name, lines in PROJECT["optional-dependencies"].items() if name != "examples" for line in lines]
    offers = in_conda([line for line in extras if Requirement(line).name != PROJECT["name"]])
    assert of_recipe(RECIPE["requirements"]["run_constraints"]) == {
        name: versions for name, versions in offers.items() if name not in needs
    }


def test_it_says_what_the_package_says_of_itself() -> None:
    about = RECIPE["about"]
    assert about["summary"] == PROJECT["description"]
    assert about["license"] == PROJECT["license"]
    assert (ROOT / about["license_file"]).is_file()
