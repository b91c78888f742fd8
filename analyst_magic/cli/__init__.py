"""The command ``analyst``. What it needs is imported when a command needs it, so that help comes at once."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from .. import __version__
from ..errors import AnalystError, InputError, Stopped, UnknownOption

if TYPE_CHECKING:
    from ..turn import Turn

EXAMPLES = """\
examples:
  analyst ask "Total revenue by region, highest first" --data sales.csv
  analyst ask "Average delay by carrier as a bar chart" --data flights=flights.parquet -o delays.html
  analyst run query.sql --data sales.csv --json
  analyst doctor
  analyst image build
  analyst export notebook.ipynb --to pdf
  analyst batch notebook.ipynb --over regions.csv --to docx
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are errors of ours."""

    def error(self, message: str) -> NoReturn:
        raise UnknownOption(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` lists the options.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 after a failure, 2 for bad input, 130 after Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = parser().parse_args(words)
        status: int = options.act(options)
        return status
    except (KeyboardInterrupt, Stopped):
        print("Stopped.", file=sys.stderr)
        return 130
    except AnalystError as error:
        return _fail(error, "--json" in words, "--debug" in words)
    except BrokenPipeError:
        return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = _Parser(
        prog="analyst",
        description="Ask data files in plain words; the code runs in a sandbox.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"analyst-magic {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_ask(commands.add_parser("ask", help="answer a question about data files"))
    _add_run(commands.add_parser("run", help="run Python or SQL in the sandbox; no model is asked"))
    _add_image(commands.add_parser("image", help="build the sandbox image, or say how it stands"))
    doctor = commands.add_parser("doctor", help="try all that a question needs, and what the sandbox isolates")
    doctor.add_argument("-m", "--model", help="offline, or PROVIDER:MODEL")
    doctor.add_argument(
        "--set", action="append", default=[], metavar="SETTING=VALUE", help="any setting, as sandbox=local"
    )
    doctor.add_argument("--json", action="store_true", help="print one JSON object")
    doctor.set_defaults(act=_doctor, privacy=None)
    _add_sandbox(
        commands.add_parser("sandbox", help="list the sandboxes of the engine, or remove what was left behind")
    )
    lock = commands.add_parser("lock", help="show, check, accept or clean the pinned answers of a folder")
    lock.add_argument("action", choices=("status", "verify", "update", "prune"))
    lock.add_argument("folder", nargs="?", default=".", help="the folder with the notebooks (default: this one)")
    lock.set_defaults(act=_lock)
    snippets = commands.add_parser("snippets", help="list the code that is kept beside the notebook, or try all of it")
    snippets.add_argument("action", choices=("list", "test"))
    snippets.add_argument("name", nargs="*", help="snippets to try (default: all)")
    _add_common(snippets)
    snippets.set_defaults(act=_snippets)
    evaluation = commands.add_parser(
        "eval",
        help="ask questions with known answers, and report how many are right",
        description="Asks questions with known answers of a model. A file of JSON lines (question, data, expect), a "
        "folder of InfiAgent-DABench, or one of text-to-SQL questions (dev.json beside the SQLite files).",
    )
    evaluation.add_argument("questions", type=Path, help="the file or folder")
    evaluation.add_argument("-m", "--model", help="offline, or PROVIDER:MODEL")
    evaluation.add_argument("--limit", type=int, help="ask only the first so many")
    evaluation.add_argument("--every", type=int, default=1, help="ask only every so many")
    evaluation.add_argument("--at-least", type=float, default=0.0, help="fail if fewer per cent than this are correct")
    evaluation.add_argument("--json", action="store_true", help="print a line of JSON for each question")
    evaluation.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="any setting")
    evaluation.set_defaults(act=_eval)
    history = commands.add_parser("history", help="list, search, show, export or prune the turns that were kept")
    history.add_argument("action", choices=("list", "show", "search", "export", "prune"))
    history.add_argument("what", nargs="*", help="the number of a turn, words, a .jsonl file, or days")
    history.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="as history_path=FILE")
    history.set_defaults(act=_history)
    documents = commands.add_parser("documents", help="the documents of a folder, their versions, and templates")
    documents.add_argument(
        "words", nargs="*", help="list, versions NAME, restore NAME N, diff NAME [N M], prune DAYS, or templates"
    )
    documents.add_argument("--folder", type=Path, help="the folder of documents (default: analyst_output)")
    documents.set_defaults(act=_documents)
    schema = commands.add_parser("plan-schema", help="print the JSON Schema of plans, which models may answer with")
    schema.set_defaults(act=_plan_schema)
    _add_export(commands.add_parser("export", help="write a notebook as a report"))
    _add_batch(commands.add_parser("batch", help="write a report of a notebook for each row of a table"))
    return top


def _add_ask(ask: argparse.ArgumentParser) -> None:
    from ..turn import DOCUMENT_FORMATS

    ask.add_argument("question", help="in plain words, or `SQL: ...` or `PYTHON: ...`")
    ask.add_argument("-m", "--model", help="offline, or PROVIDER:MODEL")
    ask.add_argument("--as", dest="wants", choices=("figure", "table", *DOCUMENT_FORMATS), help="the answer's form")
    ask.add_argument("--template", help="a .xlsx, .docx or .pptx to fill and to look like")
    ask.add_argument("--privacy", help="how much of the data the model sees: schema, stats, masked or rows")
    ask.add_argument("--dry-run", action="store_true", help="print what a model would be told; send and run nothing")
    _add_common(ask)
    ask.set_defaults(act=_ask)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("script", help="a .py or .sql file, or - for standard input")
    run.add_argument("--language", choices=("python", "sql"), help="by the file's ending where it is left out")
    _add_common(run)
    run.set_defaults(act=_run, model=None, privacy=None)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="csv, parquet, json, jsonl or xlsx; may be repeated",
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write the last table (.csv .parquet .xlsx) or figure (.html)",
    )
    command.add_argument(
        "--set", action="append", default=[], metavar="SETTING=VALUE", help="any setting, as timeout=30"
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _add_image(image: argparse.ArgumentParser) -> None:
    actions = image.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build it; what is up to date is not built again")
    build.add_argument(
        "--with",
        dest="packages",
        action="append",
        metavar="PACKAGES",
        help="further packages, as prophet,nltk (default: the setting packages)",
    )
    build.add_argument(
        "--base-image", help="the image to start from (Debian with Python 3.12); NAME@sha256:DIGEST pins it"
    )
    build.add_argument(
        "--wheels", type=Path, metavar="FOLDER", help="install from these wheels (and .deb of fonts), without a network"
    )
    build.add_argument("--no-fonts", dest="fonts", action="store_false", help="leave out fonts for other scripts")
    build.add_argument("--ca", type=Path, metavar="FILE", help="a certificate to trust for the package index")
    build.add_argument("--tag", help="the image's name")
    build.add_argument("--quiet", action="store_true", help="print the outcome alone")
    build.add_argument("--debug", action="store_true", help="show our own traceback when something fails")
    build.set_defaults(act=_build)
    actions.add_parser("status", help="say whether it is there and up to date").set_defaults(act=_image_status)


def _add_sandbox(sandbox: argparse.ArgumentParser) -> None:
    actions = sandbox.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("list", help="list the containers that run code").set_defaults(act=_sandbox_list)
    prune = actions.add_parser("prune", help="remove those whose notebook is gone, and old versions of the image")
    prune.add_argument("--all", action="store_true", help="remove all sandboxes, in use or not")
    prune.set_defaults(act=_sandbox_prune)


def _add_export(export: argparse.ArgumentParser) -> None:
    _add_report(export)
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="a file or folder (default: beside it)")
    export.add_argument("--execute", action="store_true", help="run it first; the file itself stays as it is")
    export.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="runs it with this"
    )
    export.add_argument("-r", "--text", action="append", default=[], metavar="NAME=VALUE", help="the same, always text")
    export.set_defaults(act=_export)


def _add_batch(batch: argparse.ArgumentParser) -> None:
    _add_report(batch)
    batch.add_argument(
        "--over", type=Path, required=True, metavar="TABLE", help="a CSV file; its columns are parameters"
    )
    batch.add_argument("--out", type=Path, metavar="FOLDER", help="where the reports go (default: reports, beside it)")
    batch.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    batch.add_argument("--again", action="store_true", help="make also the reports that are there already")
    batch.set_defaults(act=_batch)


def _add_report(command: argparse.ArgumentParser) -> None:
    command.add_argument("notebook", type=Path)
    command.add_argument("--to", default="html", metavar="FORM", help="html, pdf, docx or pptx")
    command.add_argument("--no-code", dest="code", action="store_const", const="none", help="leave all code out")
    command.add_argument("--show-code", dest="code", action="store_const", const="shown", help="do not fold code away")
    frozen = "when it runs: answer from analyst.lock alone, without a model (default); or let questions be asked"
    command.add_argument("--frozen", action=argparse.BooleanOptionalAction, default=True, help=frozen)
    command.add_argument("--timeout", type=int, metavar="SECONDS", help="how long a cell may take")
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _ask(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..models.prompt import messages, readable
    from ..notebook.cell import read_question, with_template
    from ..turn.tokens import told

    frames = read_data(options.data)
    question = read_question(options.question, options.wants)
    if options.template:
        question = with_template(question, options.template)
    with Analyst(**_settings(options)) as analyst:
        if options.dry_run:
            payload = readable(messages(analyst.context(question, frames)))
            print(f"{payload}\n\n[{told(payload)}; nothing was sent]")
            return 0
        return _report(analyst.ask(question, frames), options)


def _run(options: argparse.Namespace) -> int:
    from ..analyst import Analyst

    source = _script(options.script)
    language: Literal["python", "sql"] = options.language or (
        "sql" if options.script.lower().endswith(".sql") else "python"
    )
    frames = read_data(options.data, loaded=language == "python")
    with Analyst(**_settings(options)) as analyst:
        return _report(analyst.run(source, language, frames), options)


def _report(turn: Turn, options: argparse.Namespace) -> int:
    """Print a turn, for a person or for a machine, and write the file that was asked for."""
    written = write_result(turn, options.output)
    if options.json:
        from ..serialize import as_json

        print(json.dumps(as_json(turn, written), ensure_ascii=False, allow_nan=False))
    else:
        _print(turn, written)
    if turn.error is None:
        return 0
    return 2 if isinstance(turn.error, InputError) else 1


def _print(turn: Turn, written: Sequence[Path]) -> None:
    if turn.text:
        print(f"{turn.text}\n")
    if turn.question.code is None and turn.code:
        print("".join(f"    {row}\n" for row in turn.code.splitlines()))
    for result in turn.results:
        if result.kind == "table":
            print(result.to_text())
        elif result.kind == "text":
            print(result.text)
        elif result.kind == "document":
            print(f"document: {result.path}")
        elif result.kind == "figure":
            print(f"figure: {result.alt}" + ("" if written else " Write it to a file with -o FILE.html."))
    for path in written:
        print(f"written: {path}")
    for note in turn.notes:
        print(f"note: {note}")
    if turn.error is not None:
        _fail(turn.error, False, False)
    place = f" · ran in {turn.sandbox}" if turn.sandbox else ""
    print(f"[written by {turn.model} · {turn.seconds.get('total', 0.0):.2f} s{place}]", file=sys.stderr)


def write_result(turn: Turn, output: Path | None) -> list[Path]:
    """Write the last table or figure to the file that was asked for.

    Raises:
        InputError: The file's ending is not one that can be written, or there is nothing to write.
    """
    if output is None or turn.error is not None:
        return []
    ending = output.suffix.lower()
    if ending == ".html" and turn.figures:
        output.write_text(_page(turn.figures[-1]), encoding="utf-8")
    elif ending in {".csv", ".parquet", ".xlsx"} and turn.tables:
        frame = turn.tables[-1].to_flat_pandas()
        frame.columns = [str(name) for name in frame.columns]
        {".csv": frame.to_csv, ".xlsx": frame.to_excel, ".parquet": frame.to_parquet}[ending](output, index=False)
    else:
        raise InputError(
            f"{output} cannot be written from this answer.",
            "A table goes to .csv, .parquet or .xlsx, a figure to .html.",
        )
    return [output]


def _page(figure: Any) -> str:
    return str(figure.to_plotly().to_html(include_plotlyjs=True, full_html=True))


def read_data(texts: Sequence[str], *, loaded: bool = False) -> dict[str, object]:
    """The data files of ``--data``, by name; ``loaded`` ones as pandas frames, as a script expects them.

    Raises:
        InputError: A file is not there, cannot be read, or two have one name.
    """
    from ..sources.files import frame_name, open_data

    frames: dict[str, object] = {}
    for text in texts:
        name, equals, file = text.partition("=")
        path = Path(file if equals else text)
        name = name if equals else frame_name(path)
        if not name.isidentifier():
            raise InputError(
                f"{name} cannot be a frame's name.", "Use letters, digits and underscores: --data sales=FILE."
            )
        if name in frames:
            raise InputError(f"Two data files are called {name}.", "Give each its name: --data NAME=FILE.")
        frames[name] = _read(path) if loaded else open_data(path)
    return frames


def _read(path: Path) -> object:
    import pandas as pd

    readers: dict[str, Any] = {
        ".csv": pd.read_csv,
        ".tsv": lambda file: pd.read_csv(file, sep="\t"),
        ".parquet": pd.read_parquet,
        ".json": pd.read_json,
        ".jsonl": lambda file: pd.read_json(file, lines=True),
        ".xlsx": pd.read_excel,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path} is not a data file that can be read.", f"Use one of: {', '.join(readers)}.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.", "Check its name.")
    try:
        return reader(path)
    except (ValueError, OSError, ImportError) as error:
        raise InputError(f"{path} cannot be read: {str(error).splitlines()[0][:200]}.", "Check its content.") from error


def _script(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The script {name} cannot be read: {error}.", "Name a .py or .sql file, or -.") from error


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in options.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise UnknownOption(f"--set {text} has no value.", "Write --set SETTING=VALUE.")
        found[name.strip()] = value.strip()
    return found | {name: value for name in ("model", "privacy") if (value := getattr(options, name, None))}


def _build(options: argparse.Namespace) -> int:
    from ..sandbox import docker, image

    client = docker.connect()
    packages = _packages(options.packages)
    chosen = {"base_image": options.base_image} if options.base_image else {}
    tag = options.tag or image.image_name(packages)
    if not options.quiet:
        print(f"Building {tag} (about 1 GB; three minutes the first time) ...", flush=True)
    for line in image.build(
        client, wheels=options.wheels, ca=options.ca, packages=packages, fonts=options.fonts, tag=tag, **chosen
    ):
        if not options.quiet:
            print(line, flush=True)
    print(f"The sandbox image {tag} is ready ({client.inspect_image(tag)['Size'] / 1e6:,.0f} MB).")
    if packages and options.packages:
        print(f"To use it, set ANALYST_PACKAGES={shlex.quote(','.join(packages))}, or the setting packages.")
    return 0


def _packages(texts: Sequence[str] | None) -> tuple[str, ...]:
    """The packages that ``--with`` names, or those of the setting where there is no ``--with``."""
    from ..packages import parse_packages
    from ..settings import AnalystSettings

    return parse_packages(AnalystSettings().packages if texts is None else texts)


def _image_status(options: argparse.Namespace) -> int:
    from ..sandbox import docker, image

    packages = _packages(None)
    docker.check_image(docker.connect(), name := image.image_name(packages), packages)
    print(f"The sandbox image {name} is there and up to date.")
    return 0


def _lock(options: argparse.Namespace) -> int:
    from ..commands.lock import manage
    from ..history.lock import NAME, Lock

    print(manage(Lock(Path(options.folder).absolute() / NAME), options.action))
    return 0


def _snippets(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.snippets import try_all
    from ..history.snippets import Snippets
    from ..sources.files import open_registered

    kept = Snippets(Path.cwd())
    if options.action == "list":
        for name, snippet in kept.all().items():
            print(f"{name}  {snippet.code.language}  {snippet.question[:100]}")
        return 0
    frames = read_data(options.data, loaded=True)
    more, gone = open_registered(frames)
    for sentence in gone:
        print(sentence, file=sys.stderr)
    failed = 0
    with Analyst(**_settings(options)) as analyst:
        for tried in try_all(analyst, kept, {**frames, **more}, options.name):
            print(f"{'ok  ' if tried.ok else 'FAIL'}  {tried.name}  {tried.message}", flush=True)
            failed += not tried.ok
    return 1 if failed else 0


def _documents(options: argparse.Namespace) -> int:
    from ..commands.documents import told
    from ..documents import Store

    print(told(Store(options.folder), options.words))
    return 0


def _history(options: argparse.Namespace) -> int:
    from ..commands.history import exported, recall
    from ..history.store import History, history_path
    from ..settings import AnalystSettings
    from ..storage.files import write_atomic

    settings = AnalystSettings().with_options(_settings(options))
    history, what = History(history_path(settings.history_path), settings.history_days), " ".join(options.what)
    try:
        if options.action == "export":
            lines = exported(history)
            text = "".join(f"{line}\n" for line in lines)
            if what:
                write_atomic(Path(what), text)
                print(f"{len(lines)} turns are in {what}.")
            else:
                print(text, end="")
        else:
            days = str(settings.history_days) if options.action == "prune" else ""
            print(recall(history, options.action, what or days))
    finally:
        history.close()
    return 0


def _eval(options: argparse.Namespace) -> int:
    from itertools import islice

    from ..analyst import Analyst
    from ..commands.evaluate import Scored, evaluate, read_questions, report

    def tell(scored: Scored) -> None:
        turn = scored.turn
        if options.json:
            found: dict[str, Any] = {"question": scored.item.question, "outcome": scored.outcome, "code": turn.code}
            found |= {"model": turn.model, "seconds": turn.seconds.get("total"), "error": str(turn.error or "")}
            print(json.dumps(found), flush=True)
        else:
            print(f"{scored.outcome:10} {' '.join(scored.item.question.split())[:100]}", flush=True)

    items = list(islice(read_questions(options.questions), 0, None, options.every))[: options.limit]
    with Analyst(**_settings(options)) as analyst:
        scored = evaluate(analyst, items, tell)
    print(report(scored), file=sys.stderr if options.json else sys.stdout)
    right = 100 * sum(one.outcome == "correct" for one in scored) / max(1, len(scored))
    return 0 if right >= options.at_least else 1


def _plan_schema(options: argparse.Namespace) -> int:
    from ..planner.plan.schema import QueryPlan

    print(json.dumps(QueryPlan.model_json_schema(), indent=1))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.doctor import examine, failed, line

    checks = []
    with Analyst(**{"spares": 0, **_settings(options)}) as analyst:
        for check in examine(analyst):
            checks.append(check)
            if not options.json:
                print(line(check), flush=True)
    if options.json:
        print(json.dumps({"ok": not failed(checks), "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    return 1 if failed(checks) else 0


def _sandbox_list(options: argparse.Namespace) -> int:
    from ..sandbox import docker

    found = docker.sandboxes(docker.connect())
    for sandbox in found:
        print(f"{sandbox.id[:12]}  {sandbox.state:10} {sandbox.owner:24} session {sandbox.session or '-'}")
    if not found:
        print("There are no sandboxes on this engine.")
    return 0


def _sandbox_prune(options: argparse.Namespace) -> int:
    from ..sandbox import docker, image, transfer

    client = docker.connect()
    containers = docker.remove_orphans(client, everything=options.all)
    folders = transfer.remove_orphans()
    images, size = image.remove_old(client)
    print(
        f"Removed {containers} sandboxes, {folders} folders of frames and {images} old images ({size / 1e6:,.0f} MB)."
    )
    return 0


def _export(options: argparse.Namespace) -> int:
    from ..report.execute import execute
    from ..report.export import export
    from ..report.parameters import read_parameters

    parameters = read_parameters(options.parameter, options.text)
    if parameters and not options.execute:
        raise UnknownOption("Parameters need a run.", "Add --execute.")

    def run(notebook: Any) -> Any:
        folder = options.notebook.absolute().parent
        told = {"frozen": options.frozen, "seconds": options.timeout, "tell": _remark}
        return execute(notebook, folder, parameters, **told)

    code: Literal["folded", "shown", "none"] = options.code or "folded"
    print(export(options.notebook, options.to, options.output, code=code, change=run if options.execute else None))
    return 0


def _remark(sentence: str) -> None:
    print(f"note: {sentence}", file=sys.stderr)


def _batch(options: argparse.Namespace) -> int:
    from ..report.parameter_runs import Made, batch, read_rows, summary

    words = {"none": ["--no-code"], "shown": ["--show-code"]}.get(options.code, [])
    words = [*words, *([] if options.frozen else ["--no-frozen"])]
    words += ["--timeout", str(options.timeout)] if options.timeout else []
    rows = read_rows(options.notebook, options.over, options.to, words)
    count = iter(range(1, len(rows) + 1))

    def tell(made: Made) -> None:
        time = f"{made.seconds:.1f} s" if made.outcome == "made" else ""
        print(f"[{next(count)}/{len(rows)}] {made.outcome:6} {made.row.file} {made.error or time}", flush=True)

    folder = options.out or options.notebook.absolute().parent / "reports"
    kinds: dict[str, Any] = {"to": options.to, "options": words, "jobs": options.jobs, "again": options.again}
    found = batch(options.notebook, rows, folder, tell=tell, **kinds)
    print(summary(found))
    return 1 if any(made.outcome == "failed" for made in found) else 0


def _fail(error: AnalystError, as_json: bool, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    if as_json:
        said = {"kind": error.kind, "message": error.message, "next_step": error.next_step}
        print(json.dumps({"ok": False, "error": said}, ensure_ascii=False))
    else:
        print(f"error: {error.message}", file=sys.stderr)
        if error.next_step:
            print(f"next: {error.next_step}", file=sys.stderr)
    return 2 if isinstance(error, InputError) else 1
