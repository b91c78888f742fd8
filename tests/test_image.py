"""The sandbox image: what is in it and what is not, how packages are added, and what a missing one or file leads to."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import runpy
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pypdfium2
import pytest
from docker import APIClient
from docker.errors import APIError
from packaging.utils import canonicalize_name

from analyst_magic import Analyst
from analyst_magic.commands.doctor import examine
from analyst_magic.errors import CodeFailed, ImageMissing, ImageOutdated, InputError, SandboxError
from analyst_magic.models.prompt import messages
from analyst_magic.packages import Packages, build_command, modules, offered, parse_packages, pins, source_directory
from analyst_magic.sandbox import docker, image
from analyst_magic.sandbox.advice import advice
from analyst_magic.turn import Context, Question, Turn

# -- the requirements --------------------------------------------------------------------------------------------------


def test_every_requirement_is_pinned_with_hashes_and_no_address() -> None:
    text = (source_directory() / "requirements.txt").read_text()
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(entries) == len(pins()) > 60
    for entry in entries:
        head, *hashes = entry.replace("\\\n", " ").split()
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[\w.+!-]+", head), entry
        assert hashes, f"{head} has no hash"
        assert len(hashes) <= 2, f"{head} has hashes of files for other systems than the image's: make requirements"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", part) for part in hashes), entry
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE), "an option of pip's"
    assert {canonicalize_name(name) for name in offered()} <= set(pins())


def test_hashes_of_files_for_other_systems_are_left_out() -> None:
    text = "# ours\nsix==1.17 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via pandas\n"

    def report(digest: str) -> dict[str, Any]:
        return {"install": [{"download_info": {"archive_info": {"hashes": {"sha256": digest}}}}]}

    assert KEEP_HASHES(text, [report("bb")]) == "# ours\nsix==1.17 \\\n    --hash=sha256:bb\n    # via pandas\n"
    assert KEEP_HASHES(text, [report("bb"), report("aa")]) == text
    with pytest.raises(SystemExit, match=r"six==1\.17"):
        KEEP_HASHES(text, [report("cc")])


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        (["prophet,nltk"], ("nltk", "prophet")),
        (["prophet", " NLTK "], ("nltk", "prophet")),
        (["nltk>=3.9,<4,prophet"], ("nltk<4,>=3.9", "prophet")),
        (["dask[dataframe,array]"], ("dask[array,dataframe]",)),
        (["dask[dataframe", "array]"], ("dask[array,dataframe]",)),  # as a setting's commas are read
        (["pandas", "Scikit_Learn>=1", "seaborn"], ()),  # there already
        ([], ()),
    ],
)
def test_packages_are_read_in_one_spelling(given: list[str], parsed: tuple[str, ...]) -> None:
    assert parse_packages(given) == parsed


@pytest.mark.parametrize(
    "text",
    ["-e .", "--index-url=x", "foo --hash=sha256:0", "foo @ https://example.org/foo.whl", "git+https://example.org/x",
     "./foo.whl", "../foo", "foo bar", "foo\n--index-url x", "foo; python_version > '3'", "foo\\", "$(id)", "foo;id"],
)  # fmt: skip
def test_what_is_no_package_by_name_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no package that can be added"):
        parse_packages([text])


def test_another_version_of_what_the_image_has_is_refused_with_the_one_it_has() -> None:
    with pytest.raises(InputError, match=re.escape(f"The sandbox has pandas {pins()['pandas']}, so pandas<2")):
        parse_packages(["pandas<2"])


def test_each_set_of_packages_has_an_image_and_a_command_of_its_own() -> None:
    names = {
        image.image_name(parse_packages([text])) for text in ("", "nltk", "prophet", "nltk,prophet", "prophet,nltk")
    }
    assert len(names) == 4
    assert image.image_name() == image.IMAGE
    assert all(name.startswith(image.IMAGE) for name in names)
    assert build_command(("nltk<4,>=3.9",)) == "analyst image build --with 'nltk<4,>=3.9'"


def test_packages_reach_the_build_as_a_file_and_never_as_a_command(tmp_path: Path) -> None:
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(b"")
    (tmp_path / "fonts-noto-core_1_all.deb").write_bytes(b"")
    with tarfile.open(fileobj=image._context(tmp_path, None, ("nltk>=3.9", "prophet"))) as archive:
        content = archive.extractfile("extras.txt")
        assert content is not None
        assert content.read() == b"nltk>=3.9\nprophet\n"
        assert {
            "wheels/a-1-py3-none-any.whl",
            "debs/fonts-noto-core_1_all.deb",
            "requirements.txt",
            "fonts.txt",
        } <= set(archive.getnames())


def report(**changes: Any) -> dict[str, Any]:
    """What pip reports of one package."""
    item = {
        "metadata": {"name": "My_Package", "version": "1.0"},
        "download_info": {"archive_info": {"hashes": {"sha256": "0" * 64}}},
    }
    return {"install": [item | changes]}


KEEP_HASHES = runpy.run_path(str(source_directory() / "keep_hashes.py"))["keep_hashes"]
LOCK = runpy.run_path(str(source_directory() / "lock.py"))["lock"]


def test_what_pip_would_install_becomes_a_lock_with_hashes() -> None:
    assert LOCK(report()) == f"my-package==1.0 --hash=sha256:{'0' * 64}\n"
    assert LOCK({"install": []}) == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"download_info": {}},
        {"download_info": {"archive_info": {"hashes": {"md5": "0"}}}},
        {"download_info": {"vcs_info": {}}},
        {"metadata": {"name": "x\n--index-url=http://x", "version": "1"}},
        {"metadata": {"name": "--index-url=x", "version": "1"}},
        {"metadata": {"name": "x", "version": "1 --no-binary=x"}},
    ],
)
def test_what_cannot_be_checked_is_not_locked(changes: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="without a SHA-256"):
        LOCK(report(**changes))


def test_a_lock_is_read_with_several_hashes_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "extras.lock"
    path.write_text(
        f"# ours\n\nnltk==3.9 \\\n    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}\n    # via us\n"
    )
    assert image.read_lock(path).split() == ["nltk==3.9", f"--hash=sha256:{'a' * 64}", f"--hash=sha256:{'b' * 64}"]


@pytest.mark.parametrize(
    "line",
    ["", "nltk", "nltk==3.9", "nltk==3.9 --hash=md5:0", "nltk>=3 --hash=sha256:" + "a" * 64, "-r other.txt",
     "--index-url https://example.org", "nltk @ https://example.org/x.whl --hash=sha256:" + "a" * 64,
     f"nltk==3.9 --hash=sha256:{'a' * 64} --no-binary=nltk", f"nltk==3.9 --hash=sha256:{'a' * 64}; x"],
)  # fmt: skip
def test_a_lock_with_anything_else_in_it_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "extras.lock"
    path.write_text(f"{line}\n")
    with pytest.raises(InputError, match="no lock of packages"):
        image.read_lock(path)
    with pytest.raises(InputError, match="cannot be read"):
        image.read_lock(tmp_path)


@pytest.mark.parametrize(
    ("cause", "step"),
    [
        ("No matching distribution found for nonesuch", "Check the package's name"),
        ("the packages of fonts could not be fetched", "--no-fonts"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "where the packages come from"),
        ("the lock lacks what these packages need", "another file with --lock"),
    ],
)
def test_a_failed_build_says_what_pip_said_and_what_to_do(cause: str, step: str) -> None:
    said = [{"stream": f"\x1b[31mERROR: {cause}\x1b[0m\n"}, {"error": "returned a non-zero code: 1"}]
    with pytest.raises(SandboxError, match=cause) as failure:
        list(image._lines(said))
    assert step in failure.value.next_step


# -- what code can import ----------------------------------------------------------------------------------------------


def test_the_model_is_told_of_the_packages_that_are_offered() -> None:
    system = messages(Context(Question("q"), ()))[0]["content"]
    (line,) = [line for line in system.splitlines() if "no network" in line]
    for name in ("pandas 3", "duckdb 2", "plotly 7", "seaborn", "scikit-learn", "xgboost"):
        assert name in line
    told = messages(Context(Question("q"), (), packages=Packages(("prophet",)).environment))[0]["content"]
    assert "prophet" in told
    assert "{environment}" not in system + told


@pytest.mark.parametrize(
    ("module", "lacks"),
    [("pandas", False), ("sklearn.cluster", False), ("bs4", False), ("json", False), ("yaml", False), ("torch", True),
     ("jedi", True), ("scikit_learn", True)],
)  # fmt: skip
def test_which_modules_the_image_lacks(module: str, lacks: bool) -> None:
    assert Packages().lacks(module) is lacks
    assert not Packages(("prophet",)).lacks(module), "what further packages bring is known when they run"


def test_the_local_sandbox_has_what_this_python_has() -> None:
    local = Packages(local=True)
    assert not local.lacks("traitlets.config")
    assert local.lacks("no_such_module_anywhere")
    assert "pip install scikit-learn" in local.how_to_add("sklearn")
    assert "pandas" in local.listing


def test_a_package_that_is_installed_later_is_found_and_one_that_is_removed_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    local, module = Packages(local=True), tmp_path / "installed_later.py"
    assert local.lacks("installed_later")
    module.write_text("")
    os.utime(tmp_path, ns=(1, 1))  # a clock that is coarser than this test
    assert not local.lacks("installed_later")
    module.unlink()
    os.utime(tmp_path, ns=(2, 2))
    assert local.lacks("installed_later")


@pytest.mark.docker
def test_the_list_of_modules_is_what_the_image_has(analyst: Analyst) -> None:
    found = value(
        analyst.run(
            "import importlib.metadata, importlib.util\n"
            "names = sorted(importlib.metadata.packages_distributions())\n"
            f"wanted = {sorted(modules())!r}\n"
            "[n for n in names if n.isidentifier() and importlib.util.find_spec(n)], "
            "[n for n in wanted if importlib.util.find_spec(n) is None]"
        )
    )
    there, missing = ast.literal_eval(found)
    assert missing == []
    # Modules that are private, or that nobody imports for analysis.
    rest = {name for name in there if not name.startswith("_")} - modules()
    assert rest <= {"adbc_driver_duckdb", "isympy", "jupyter", "pypdfium2_cfg", "pypdfium2_cli"}


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    """In Docker, with one sandbox for all tests of this file."""
    with Analyst(sandbox="docker", spares=0, model="offline") as made:
        yield made


def value(turn: Turn) -> str:
    """The text of a run that went well."""
    assert turn.error is None, turn.error
    return str([result for result in turn.results if result.kind == "text"][-1].text)


@pytest.mark.docker
@pytest.mark.parametrize(
    "code",
    [
        "import seaborn as sns\nsns.set_theme()\nsns.histplot(x=[1, 2, 2]).get_title()",
        "import pandas as pd\npd.DataFrame({'a': [1]}).to_markdown()",
        "from tqdm.auto import tqdm\nlist(tqdm(range(2)))",
        "import networkx as nx\nnx.shortest_path_length(nx.path_graph(4), 0, 3)",
        "import sympy\nsympy.diff(sympy.Symbol('x') ** 2)",
        "import yaml, rich\nyaml.safe_load('a: 1')",
        "import io, pandas as pd\n"
        "[len(pd.read_html(io.StringIO('<table><tr><th>a</th></tr><tr><td>1</td></tr></table>'), flavor=f)[0]) "
        "for f in ('lxml', 'bs4')]",
        "import numpy as np\nfrom lightgbm import LGBMRegressor\n"
        "LGBMRegressor(n_estimators=2, verbose=-1).fit(np.arange(60).reshape(-1, 1), np.arange(60)).n_features_in_",
        "import numpy as np\nfrom xgboost import XGBRegressor\n"
        "XGBRegressor(n_estimators=2).fit(np.arange(60).reshape(-1, 1), np.arange(60)).n_features_in_",
        "import pandas as pd\n[pd.get_option(f'io.excel.{e}.reader') for e in ('xlsb', 'ods')]",
    ],
)
def test_packages_of_the_image_work(analyst: Analyst, code: str) -> None:
    assert value(analyst.run(code))


# -- what is missing ---------------------------------------------------------------------------------------------------


@pytest.mark.docker
def test_a_missing_package_leads_to_what_there_is_and_how_to_add_it(analyst: Analyst) -> None:
    for module, package in (("prophet", "prophet"), ("cv2.data", "opencv-python-headless")):
        error = analyst.run(f"import {module}").error
        assert isinstance(error, CodeFailed)
        assert f"analyst image build --with {package}`" in error.next_step
        assert "seaborn, statsmodels" in error.next_step


def test_the_local_sandbox_names_pip(tmp_path: Path) -> None:
    with Analyst(sandbox="local", spares=0, model="offline") as local:
        error = local.run("import no_such_module_anywhere").error
    assert isinstance(error, CodeFailed)
    assert "`pip install no-such-module-anywhere`" in error.next_step


@pytest.mark.docker
def test_a_name_of_a_module_that_the_sandbox_makes_up_is_not_repeated(analyst: Analyst) -> None:
    for text in ("x'; rm -rf ~ #", "a b", "--index-url=evil", "../evil", "é" * 5):
        error = analyst.run(f"raise ModuleNotFoundError({f'No module named {text!r}'!r})").error
        assert isinstance(error, CodeFailed)
        assert "--with" not in error.next_step


FILES = [
    "import pandas as pd\npd.read_csv('sales.csv')",
    "import pandas as pd\npd.read_csv('./sales.csv')",
    "import pandas as pd\npd.read_excel('sales.xlsx')",
    "import pandas as pd\npd.read_parquet('sales.parquet')",
    "import pandas as pd\npd.read_json('sales.json')",
    "import polars as pl\npl.read_csv('sales.csv')",
    "import polars as pl\npl.scan_parquet('sales.parquet').collect()",
    "import duckdb\nduckdb.sql(\"select * from 'sales.csv'\")",
    "import duckdb\nduckdb.read_csv('sales.csv')",
    "import pyarrow.csv\npyarrow.csv.read_csv('sales.csv')",
    "open('sales.csv')",
    "from pathlib import Path\nPath('sales.csv').read_text()",
]


@pytest.mark.docker
@pytest.mark.parametrize("code", FILES)
def test_a_data_file_beside_the_notebook_is_named_with_the_option_that_gives_it(
    analyst: Analyst, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    absent = analyst.run(code).error
    assert isinstance(absent, CodeFailed)
    assert "-f" not in absent.next_step
    for ending in ("csv", "xlsx", "parquet", "json"):
        (tmp_path / f"sales.{ending}").write_text("a\n1\n")
    there = analyst.run(code).error
    assert isinstance(there, CodeFailed)
    assert re.search(r"`%%analyst -f sales=sales\.(csv|xlsx|parquet|json)`", there.next_step), there


@pytest.mark.docker
@pytest.mark.parametrize(
    "name", ["../secret.csv", "/etc/secret.csv", "~/secret.csv", ".secret.csv", "secret.key", "folder"]
)
def test_no_other_file_of_the_host_is_looked_for(
    analyst: Analyst, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notebooks" / "folder").mkdir(parents=True)
    for path in ("secret.csv", "notebooks/.secret.csv", "notebooks/secret.key"):
        (tmp_path / path).write_text("a\n1\n")
    monkeypatch.chdir(tmp_path / "notebooks")
    error = analyst.run(f"open({name!r})").error
    assert isinstance(error, CodeFailed)
    assert "-f" not in error.next_step


@pytest.mark.docker
def test_the_sandbox_cannot_ask_for_files_that_the_code_does_not_name(
    analyst: Analyst, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "payroll.csv").write_text("a\n1\n")
    error = analyst.run("open('pay' + 'roll.csv')").error
    assert isinstance(error, CodeFailed)
    assert "-f" not in error.next_step


@pytest.mark.docker
def test_a_picture_of_a_plotly_figure_leads_to_what_works(analyst: Analyst) -> None:
    for call in ("write_image('x.png')", "to_image()"):
        error = analyst.run(f"import plotly.express as px\npx.bar(x=[1], y=[1]).{call}").error
        assert isinstance(error, CodeFailed)
        assert "draw with matplotlib" in error.next_step, error


@pytest.mark.parametrize("line", ["!echo hi", "names = !ls", "import subprocess; subprocess.run('ls', shell=True)"])
def test_a_program_that_the_local_sandbox_lacks_leads_to_python(line: str) -> None:
    with Analyst(sandbox="local", spares=0, model="offline") as analyst:
        error = analyst.run(line).error
    assert error is not None
    assert "no shell and no programs beside Python" in str(error)


def test_advice_for_what_no_rule_knows_is_to_correct_the_code() -> None:
    assert advice("ValueError", "x") == "Correct the code, or ask again in other words."


# -- fonts -------------------------------------------------------------------------------------------------------------

SCRIPTS = {
    "Greek": "Ελλάδα", "Cyrillic": "Москва", "Arabic": "القاهرة", "Hebrew": "ירושלים", "Devanagari": "दिल्ली",
    "Bengali": "ঢাকা", "Tamil": "சென்னை", "Telugu": "హైదరాబాద్", "Thai": "กรุงเทพ", "Georgian": "თბილისი",
    "Armenian": "Երևան", "Ethiopic": "አዲስ", "Khmer": "ភ្នំពេញ", "Lao": "ວຽງຈັນ", "Myanmar": "ရန်ကုန်", "Sinhala": "කොළඹ",
    "Chinese": "北京東京", "Japanese": "とうきょう", "Korean": "서울", "Mathematics": "∑∫√≈ℝ", "Emoji": "😀📈✅🚀",
}  # fmt: skip


@pytest.mark.docker
@pytest.mark.parametrize("theme", ["", "import seaborn; seaborn.set_theme()", "plt.rcParams['font.family'] = 'serif'"])
def test_matplotlib_writes_every_script(analyst: Analyst, theme: str) -> None:
    code = f"""
import warnings
import matplotlib.pyplot as plt
{theme}
boxes = {{}}
for script, text in {SCRIPTS!r}.items():
    for weight in ("normal", "bold"):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            figure = plt.figure()
            figure.text(0.1, 0.5, text, weight=weight)
            figure.canvas.draw()
            plt.close(figure)
        if any("missing from font" in str(one.message) or "LastResort" in str(one.message) for one in said):
            boxes[script] = [str(one.message) for one in said]
boxes
"""
    assert value(analyst.run(code)) == "{}"


LOOKED_AT = {script: SCRIPTS[script] for script in ("Arabic", "Hebrew", "Thai", "Chinese", "Japanese", "Korean")} | {
    "Emoji": "✅⏰"  # those that PDFium counts as one letter each
}


@pytest.mark.docker
def test_a_chart_has_the_letters_of_every_script_and_no_boxes(analyst: Analyst) -> None:
    """Looked at in the pixels: two letters that have no glyph would be the same box."""
    code = f"""
import matplotlib.pyplot as plt, numpy as np
def drawn(letter):
    figure = plt.figure(figsize=(1, 1))
    figure.text(0.2, 0.3, letter, fontsize=30)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
    plt.close(figure)
    return pixels
box = drawn("\U0010fffd")
wrong = []
for script, text in {SCRIPTS!r}.items():
    first, second = drawn(text[0]), drawn(text[1])
    if (first == 255).all() or (first == second).all() or (first == box).all() or (second == box).all():
        wrong.append(script)
wrong
"""
    assert value(analyst.run(code)) == "[]"


@pytest.mark.docker
def test_a_pdf_has_the_letters_of_every_script_and_no_boxes(analyst: Analyst) -> None:
    places = pd.DataFrame({"place": LOOKED_AT.values(), "visits": range(10, 10 + len(LOOKED_AT))})
    turn = analyst.ask("total visits by place as a PDF", frames={"places": places}, model="offline")
    assert turn.ok, turn.error
    letters = _letters_of(turn.documents[0].path)
    for script, text in LOOKED_AT.items():
        found = [letters[letter] for letter in text if letter in letters]
        assert len(found) > 1, f"{script} is not in the file"
        assert all(shape.min() < 160 for shape in found), f"{script} has no ink"
        first, second = found[0], found[1]
        same = first.shape == second.shape and bool((first == second).all())
        assert not same, f"{script} is boxes"


def _letters_of(path: Path) -> dict[str, Any]:
    """The pixels of each letter of a PDF, as it is drawn."""
    letters: dict[str, Any] = {}
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            pixels = page.render(scale=4).to_numpy().min(axis=2)
            text = page.get_textpage()
            for index, letter in enumerate(text.get_text_range()):
                left, bottom, right, top = (round(4 * edge) for edge in text.get_charbox(index))
                height = pixels.shape[0]
                shape = pixels[max(0, height - top) : height - bottom, left:right]
                if shape.size:
                    letters.setdefault(letter, shape)
    return letters


# -- what is not in the image ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shell() -> Any:
    """Runs a shell command in the image, as root, without the sandbox's limits: what is not there cannot hide."""
    client = docker.connect()

    def run(command: str) -> str:
        made = client.create_container(
            image.IMAGE, ["sh", "-c", command], user="0:0", host_config=client.create_host_config(network_mode="none")
        )["Id"]
        try:
            client.start(made)
            client.wait(made)
            return str(client.logs(made, stderr=False).decode())
        finally:
            client.remove_container(made, force=True)

    return run


@pytest.mark.docker
def test_no_program_of_the_image_changes_its_user(shell: Any) -> None:
    assert shell("find / -xdev -perm /6000 ! -type l; echo looked") == "looked\n"


@pytest.mark.docker
def test_the_image_has_no_package_manager_compiler_or_perl(shell: Any) -> None:
    names = "apt apt-get aptitude dpkg dpkg-deb rpm apk pip pip3 pip3.12 uv conda gcc g++ cc c++ as ld make clang perl"
    assert shell(f"for name in {names}; do command -v $name; done; echo looked") == "looked\n"
    hidden = (
        r"find / -xdev \( -name 'pip-*.whl' -o -path '*/site-packages/pip' -o -name ensurepip -o -name 'libperl.so*' \)"
    )
    assert shell(f"{hidden}; echo looked") == "looked\n"


@pytest.mark.docker
def test_what_was_removed_is_in_no_layer(shell: Any) -> None:
    """The image starts from nothing: its first layer adds, and no layer of the base image lies below it."""
    base = docker.connect().inspect_image(image.BASE_IMAGE)["RootFS"]["Layers"]
    assert not set(base) & set(docker.connect().inspect_image(image.IMAGE)["RootFS"]["Layers"])


@pytest.mark.docker
def test_the_image_names_the_base_that_it_was_made_from() -> None:
    labels = docker.connect().inspect_image(image.IMAGE)["Config"]["Labels"]
    assert re.search(r"sha256:[0-9a-f]{64}", labels[image.BASE_LABEL])
    assert labels[image.FONTS_LABEL] == "yes"


class ScriptedEngine:
    """An engine's API over HTTP, with images that no registry of this machine could give, and builds that do nothing.

    Attributes:
        images: What ``inspect`` says of them, by name.
        pulled: What was pulled; it is then there, as ``later`` has it.
        built: The arguments and labels of each build.
    """

    def __init__(self, images: dict[str, Any], later: dict[str, Any] | None = None) -> None:
        self.images, self.later = images, later or {}
        self.pulled: list[str] = []
        self.built: list[tuple[dict[str, str], dict[str, str]]] = []
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = unquote(urlsplit(self.path).path).partition("/images/")[2].removesuffix("/json")
                found = {"ApiVersion": "1.47"} if self.path.endswith("/version") else engine.images.get(name)
                self.answer(200 if found else 404, found or {"message": f"No such image: {name}"})

            def do_POST(self) -> None:
                url = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(url.query).items()}
                while size := int(self.rfile.readline(), 16) if "Transfer-Encoding" in self.headers else 0:
                    self.rfile.read(size + 2)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if url.path.endswith("/images/create"):
                    name = asked["fromImage"] + (f":{asked['tag']}" if "tag" in asked else "")
                    engine.pulled.append(name)
                    engine.images |= engine.later
                else:
                    engine.built.append((json.loads(asked["buildargs"]), json.loads(asked["labels"])))
                self.answer(200, {"stream": "Step 1/1"})

            def answer(self, status: int, content: Any) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def build(self, base: str) -> tuple[list[str], str, str]:
        """Build on a base: the messages, what it was built from, and what its label says."""
        client = APIClient(f"tcp://127.0.0.1:{self.server.server_port}", version="1.47")
        said = list(image.build(client, base_image=base))
        arguments, labels = self.built[-1]
        return said, arguments["BASE_IMAGE"], labels[image.BASE_LABEL]


@pytest.fixture
def engine() -> Iterator[ScriptedEngine]:
    made = ScriptedEngine({})
    yield made
    made.server.shutdown()
    made.server.server_close()


MIRROR = "mirror.example:5000/python"
ONE, TWO = (f"sha256:{digit * 64}" for digit in "12")


@pytest.mark.parametrize(
    ("name", "digests", "pinned"),
    [
        ("python:3.12-slim", [f"python@{ONE}"], f"python@{ONE}"),
        ("python:3.12-slim", [f"mirror.example:5000/python@{TWO}", f"python@{ONE}"], f"python@{ONE}"),
        ("docker.io/library/python:3.12-slim", [f"z/x@{TWO}", f"python@{ONE}"], f"python@{ONE}"),
        (MIRROR, [f"a@{ONE}", f"{MIRROR}@{TWO}"], f"{MIRROR}@{TWO}"),
        ("mine", [f"python@{ONE}"], f"python@{ONE}"),
        (f"python@{ONE}", [f"python@{ONE}"], f"python@{ONE}"),
        (f"python:3.12-slim@{ONE}", [f"python@{TWO}", f"python@{ONE}"], f"python:3.12-slim@{ONE}"),
    ],
)  # fmt: skip
def test_a_base_from_a_registry_is_built_from_and_recorded_by_its_digest(
    engine: ScriptedEngine, name: str, digests: list[str], pinned: str
) -> None:
    engine.images[name] = {"Id": TWO, "RepoDigests": digests}
    said, built_from, label = engine.build(name)
    assert (built_from, label) == (pinned, pinned)
    assert said[0] == f"The base image is {pinned}."


@pytest.mark.parametrize("digests", [[], None])
def test_a_base_that_comes_from_no_registry_is_recorded_by_its_id_and_that_is_said(
    engine: ScriptedEngine, digests: list[str] | None
) -> None:
    engine.images["mine:1"] = {"Id": ONE, "RepoDigests": digests}
    said, built_from, label = engine.build("mine:1")
    assert (built_from, label) == ("mine:1", f"mine:1 {ONE}")
    assert said[0] == f"The base image is mine:1 {ONE}, which has no digest of a registry."


def test_a_base_that_is_not_there_is_pulled_by_tag_or_digest_and_then_pinned(engine: ScriptedEngine) -> None:
    found = {"Id": ONE, "RepoDigests": [f"python@{TWO}"]}
    engine.later = {"python:3.12-slim": found, f"python@{TWO}": found}
    assert engine.build("python:3.12-slim")[1:] == (f"python@{TWO}", f"python@{TWO}")
    engine.images.clear()
    assert engine.build(f"python@{TWO}")[1] == f"python@{TWO}"
    assert [one.replace("@", ":") for one in engine.pulled] == ["python:3.12-slim", f"python:{TWO}"]


def test_an_engine_that_gives_another_image_than_the_digest_asks_for_builds_nothing(engine: ScriptedEngine) -> None:
    for digests in ([f"python@{TWO}"], []):
        engine.images[f"python@{ONE}"] = {"Id": TWO, "RepoDigests": digests}
        with pytest.raises(SandboxError, match="gave another image for python@sha256:111"):
            engine.build(f"python@{ONE}")
    assert engine.built == []


def test_nothing_in_the_build_turns_off_the_signatures_of_debians_packages() -> None:
    """Fonts come through apt, which checks Debian's signatures and the hashes of what it fetches."""
    source = (source_directory() / "Dockerfile").read_text("utf-8").casefold()
    weak = (
        "allow-unauthenticated",
        "allowunauthenticated",
        "insecure",
        "trusted=yes",
        "trusted = yes",
        "force-yes",
        "allow-downgrade",
        "verify-peer",
        "verify-host",
        "check-valid-until",
        "gpgv",
        "apt-key",
        "sources.list",
    )
    assert [word for word in weak if word in source] == []
    fetched = re.findall(r"\b(?:curl|wget|git clone|add https?:)", source)
    assert fetched == []


# -- further packages --------------------------------------------------------------------------------------------------


def analyst_command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analyst_magic.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=170, env={**os.environ, **environment})


@pytest.mark.docker
def test_an_image_without_the_packages_of_the_setting_is_told_with_the_command_that_makes_it() -> None:
    client = docker.connect()
    with pytest.raises(ImageMissing, match="analyst image build --with nonesuch-package`"):
        docker.check_image(client, image.image_name(("nonesuch-package",)), ("nonesuch-package",))
    with pytest.raises(ImageOutdated, match="was built without nonesuch-package"):
        docker.check_image(client, image.IMAGE, ("nonesuch-package",))
    with Analyst(sandbox="docker", spares=0, packages="nonesuch-package", model="offline") as analyst:
        assert isinstance(analyst.run("1").error, ImageMissing)


@pytest.mark.docker
@pytest.mark.timeout(400)
def test_a_package_is_added_beside_the_pinned_ones_and_the_setting_uses_it(tmp_path: Path) -> None:
    """``humanize`` is small and needs nothing. Only a layer is added, so this takes seconds."""
    name, lock = image.image_name(("humanize",)), tmp_path / "extras.lock"
    built = analyst_command("image", "build", "--with", "humanize", "--lock", str(lock), "--quiet")
    try:
        assert built.returncode == 0, built.stdout + built.stderr
        written = lock.read_text()
        assert re.fullmatch(r"humanize==[\d.]+ --hash=sha256:[0-9a-f]{64}\n", written)
        version = written.split()[0].removeprefix("humanize==")
        for said in (built.stdout, analyst_command("image", "status", ANALYST_PACKAGES="humanize").stdout):
            assert f"Added, checked by hash: humanize {version}." in said
        lock.write_text(re.sub(r"[0-9a-f]{60}", "0" * 60, written))
        forged = analyst_command("image", "build", "--with", "humanize", "--lock", str(lock), "--quiet")
        assert forged.returncode == 1
        assert "DO NOT MATCH THE HASHES" in forged.stderr
        assert name in built.stdout
        assert "ANALYST_PACKAGES=humanize" in built.stdout
        assert (
            "is there and up to date, made from python"
            in analyst_command("image", "status", ANALYST_PACKAGES="humanize").stdout
        )
        with Analyst(sandbox="docker", spares=0, packages="humanize", model="offline") as analyst:
            text = "import humanize, numpy, sys\nhumanize.intcomma(1234567), numpy.__version__, humanize.__file__"
            assert ast.literal_eval(value(analyst.run(text)))[:2] == ("1,234,567", pins()["numpy"])
            missing = analyst.run("import prophet").error
            assert isinstance(missing, CodeFailed)
            assert "--with humanize,prophet`" in missing.next_step
            (line,) = [check.found for check in examine(analyst) if check.name == "image"]
        assert "with humanize" in line
        base, more = (docker.connect().inspect_image(n)["RootFS"]["Layers"] for n in (image.IMAGE, name))
        assert len(set(more) & set(base)) >= 3, "the large layers are shared"
    finally:
        with contextlib.suppress(APIError):
            docker.connect().remove_image(name)


@pytest.mark.docker
def test_a_package_that_does_not_exist_fails_with_its_name() -> None:
    failed = analyst_command("image", "build", "--quiet", "--with", "no-such-package-anywhere-at-all")
    assert failed.returncode == 1
    assert "No matching distribution found for no-such-package-anywhere-at-all" in failed.stderr
    assert "Traceback" not in failed.stderr
