"""The command: parse, call, print. What it does lives in the other modules, imported only where they are needed."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from annotation import ENTITIES, EXPORT, SEEDS, WAIVERS
from annotation.studio import commands
from eval import __version__
from eval.console import output, plain, run_command
from eval.document import BadInput

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
@click.version_option(__version__, prog_name="annotate")
def cli() -> None:
    """Annotate articles in Label Studio, check what comes out of it, and build the dataset.

    The way of an article: add, push, annotate in the browser, pull, check, build. Run it where seeds/ and annotation/ are.
    """


@cli.command()
@click.argument("file", type=_FILE)
@click.option("--date", required=True, metavar="YYYY-MM-DD", help="The day of the article.")
@click.option("--outlet", required=True, help="Who published it, or unknown.")
@click.option("--date-source", default="stated by who added it", show_default=True, help="How the date is known.")
@click.option("--outlet-source", default="stated by who added it", show_default=True, help="How the outlet is known.")
@click.option("--titled", is_flag=True, help="The first line is the article's title.")
def add(file: Path, date: str, outlet: str, date_source: str, outlet_source: str, titled: bool) -> None:
    """Add FILE, an article in UTF-8, to seeds/ as it is."""
    from annotation import seeds

    article = seeds.add(file, SEEDS, date, outlet, {"date": date_source, "outlet": outlet_source}, titled)
    click.echo(f"{article.doc_id}: {SEEDS / article.file}")


@cli.command()
@click.argument("file", type=_FILE, default=EXPORT)
@click.option("--json", "as_json", is_flag=True, help="A JSON list of problems: code, doc_id, region, message, span.")
def check(file: Path, as_json: bool) -> None:
    """List every problem of an export. Exit status: 0 none, 1 some, 2 FILE is no export.

    An inconsistency that is none is waived by a line of annotation/waivers.jsonl: code, doc_id, start, end, reason.
    """
    from annotation import checks, export, repair, schema
    from annotation.checks import waivers
    from annotation.checks.view import View

    tasks = export.read(file)
    known, written = schema.load(), waivers.read(WAIVERS)
    stand, waived = waivers.apply(checks.inconsistent(tasks, known), written)
    problems = [*checks.unsound(tasks, known), *stand]
    for idle in waivers.idle(written, waived, {View.of(task, known).doc_id for task in tasks}):
        click.echo(f"{WAIVERS}: nothing is {idle.code} in {idle.doc_id} at [{idle.start}, {idle.end}); delete the line", err=True)
    if as_json:
        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(plain(f"{problem.doc_id}  {problem.region or '-'}  {problem.code}: {problem.message}").plain)
        codes = ", ".join(f"{code} {times}" for code, times in Counter(problem.code for problem in problems).most_common())
        click.echo(f"{file}: {len(tasks)} document(s), {len(problems)} problem(s)" + (f": {codes}" if codes else ""))
        if mended := repair.mended(tasks, known) if problems else None:
            codes = ", ".join(f"{code} {times}" for code, times in mended.most_common())
            click.echo(f"annotate pull repairs what is certain of what comes from Label Studio; of these: {codes}")
        if waived:
            click.echo(f"{len(waived)} waived in {WAIVERS}")
    sys.exit(1 if problems else 0)


@cli.command()
@click.argument("first", type=_FILE)
@click.argument("second", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="All figures and all disagreements as JSON.")
@click.option("--list", "listed", is_flag=True, help="List the disagreements by kind, each with its sentence.")
@click.option("--gamma", "with_gamma", is_flag=True, help="Also measure γ, made for nested spans; needs wafd[gamma].")
@click.option("--samples", type=click.IntRange(0, 1_000_000), default=1000, show_default=True, help="Resamples of the intervals.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The seed of the resampling.")
def agree(first: Path, second: Path, as_json: bool, listed: bool, with_gamma: bool, samples: int, seed: int) -> None:
    """Measure how far two annotators' exports agree, on mentions, tokens, relations, clusters and attributes."""
    from rich.console import Console

    from annotation import agreement
    from annotation.agreement import disagreement, figures, gamma, table

    with Console(stderr=True).status("comparing"):
        pair = agreement.read(first, second)
        found = figures.agreement(*pair, samples, seed)
        if with_gamma:
            found["gamma"] = gamma.gamma(*pair, seed=seed)
        differences = list(disagreement.disagreements(*pair))
    for alone in agreement.only_one_has(first, second):
        click.echo(f"{alone}, not compared", err=True)
    if as_json:
        click.echo(json.dumps({**found, "disagreements": [asdict(one) for one in differences]}, ensure_ascii=False, indent=2))
        return
    console = output()
    if listed:
        table.show_list(differences, console)
    table.show(found, console)


@cli.command()
@click.argument("first", type=_FILE)
@click.argument("second", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="The tasks to write; annotate push --annotations takes them.")
def adjudicate(first: Path, second: Path, out: Path) -> None:
    """Make tasks of two annotators' exports, in which what they do not agree on is noted with who says what.

    Push them as a third annotator's, decide in Label Studio by correcting each such region or leaving it and deleting its
    note, and pull; annotate check names the notes that are left.
    """
    from annotation import adjudicate as adjudicating
    from annotation import agreement, export, schema
    from eval import atomic

    if out.exists():
        raise BadInput(f"--out {out}: is there already, and may hold decisions; name another file")
    if out.suffix != ".json":
        raise BadInput(f"--out {out}: tasks are Label Studio's JSON; name a file that ends in .json")
    if first.exists() and second.exists() and first.samefile(second):
        raise BadInput(f"{first} and {second} are one file; name the exports of two annotators")
    pair = agreement.read(first, second)
    one, other = (", ".join(export.annotators(export.read(path))) or path.stem for path in (first, second))
    if one == other:
        one, other = str(first), str(second)
    for alone in agreement.only_one_has(first, second):
        click.echo(f"{alone}, not in {out}", err=True)
    tasks, found = adjudicating.adjudication(*pair, (one, other), schema.load())
    out.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(out, export.dumps(tasks).encode())
    kinds = ", ".join(f"{kind} {times}" for kind, times in Counter(one.kind for one in found).most_common())
    click.echo(f"{out}: {len(tasks)} document(s), {len(found)} to decide" + (f": {kinds}" if kinds else ""))


@cli.command()
@click.option("--out", type=_FOLDER, help="The dataset's folder.  [default: data; with --stand-off, data-stand-off]")
@click.option("--stand-off", is_flag=True, help="Leave the texts out; annotate join puts them in again.")
def build(out: Path | None, stand_off: bool) -> None:
    """Make the dataset from the gold: seeds/, and what annotation/ says of it.

    The same inputs give the same bytes. Where CHANGELOG.md has the versions of the data, what is wrong with this one is said too.
    """
    from rich.console import Console

    from annotation import build as building
    from annotation import entities, examples, gold, versions

    out = out or Path("data-stand-off" if stand_off else "data")
    with Console(stderr=True).status("building"):
        found = gold.read()
        rows = building.build(found, out, standoff=stand_off)
    for fault in entities.faults(entities.read(ENTITIES), found.documents):
        click.echo(fault, err=True)
    if out == Path("data") and versions.are_kept(Path()):
        for fault in (*examples.gone(found), *versions.faults(Path(), found)):
            click.echo(plain(fault).plain, err=True)
    click.echo(f"{out}: " + ", ".join(f"{config} {count} rows" for config, count in rows.items()))


@cli.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Both sides, each difference, and how many there are of each kind, as JSON."
)
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Say in words what changed in the gold from OLD to NEW. Exit status: 0, changed or not; 2 one of them is no such thing.

    Each is a dataset's folder, an export of Label Studio (.json), or documents in a format that eval reads, such as
    annotation/releases/VERSION.jsonl. One without texts is shown with the other's.
    """
    from annotation.versions import diff as comparing
    from annotation.versions import edition

    before, after = edition.read(old), edition.read(new)
    found = comparing.differences(before, after)
    if as_json:
        click.echo(json.dumps(comparing.record((str(old), before), (str(new), after), found), ensure_ascii=False, indent=2))
        return
    console = output()
    for line in (
        f"{old}{edition.called(before)} → {new}{edition.called(after)}",
        *comparing.lines(found),
        comparing.counted(found) or "no change",
    ):
        console.print(plain(line), soft_wrap=True)


@cli.command()
@click.argument("folder", metavar="STANDOFF", type=_FOLDER)
@click.argument("texts", type=click.Path(path_type=Path))
@click.option("--out", type=_FOLDER, required=True, help="The folder of the dataset with its texts.")
def join(folder: Path, texts: Path, out: Path) -> None:
    """Put the articles' texts into the dataset without texts, as annotate build --stand-off writes it.

    TEXTS is where you have them: a folder, sub-folders too, or a file. An article is known by the sha256 of its file, whatever
    the name; a text that differs by one byte is refused, since every offset would be in doubt.
    """
    from rich.console import Console

    from annotation import standoff

    with Console(stderr=True).status("joining"):
        rows = standoff.join(folder, texts, out)
    click.echo(f"{out}: " + ", ".join(f"{config} {count} rows" for config, count in rows.items()))


@cli.command()
@click.option("--out", type=_FOLDER, default="explorer", show_default=True, help="The folder of the pages.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to serve them on.  [default: a free one]")
@click.option("--no-serve", is_flag=True, help="Write the pages and end; they open from disk too.")
def browse(out: Path, port: int | None, no_serve: bool) -> None:
    """Show the gold as a reader sees it: articles, entities, a time line, contradictions; on this machine only, until Ctrl-C.

    The pages are of the gold as it is now: run it again when that has changed. They hold the articles' texts, which belong to
    their publishers, and are not to be published unasked.
    """
    import signal
    from contextlib import nullcontext

    from annotation import gold
    from annotation.explorer import folder, pages, serving
    from annotation.studio import browser
    from eval.progress import shown

    folder.check(out)
    # However it is ended, the block below is left; a shell may have set Ctrl-C to be ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    with nullcontext() if no_serve else serving.server(out, port) as server:
        with shown() as progress:
            progress("reading the gold")
            found = gold.read()
            folder.write(pages.pages(found), pages.count(found), out, progress)
        click.echo(f"pages:    {out / 'index.html'}")
        if server:
            try:
                url = f"http://{serving.LOOPBACK}:{server.server_port}/"
                click.echo(f"address:  {url}")
                browser.show(url)
                click.echo("Ctrl-C stops it.")
                server.serve_forever()
            except KeyboardInterrupt:
                click.echo("stopped")


for _command in commands.COMMANDS:
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """The program `annotate`."""
    run_command(cli, "annotate", arguments)


if __name__ == "__main__":
    main()
