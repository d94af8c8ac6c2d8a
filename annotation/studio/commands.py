"""The commands that run a Label Studio or speak to one: parse, call, print."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click

from annotation import EXPORT
from annotation.studio import address as addresses
from eval.console import output, plain
from eval.document import BadInput

# So many documents are each told of; of more, so many that changed.
_TOLD, _FIRST = 20, 5

_FILE = click.Path(path_type=Path, dir_okay=False)

in_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=addresses.FOLDER,
    show_default=True,
    help="Where Label Studio keeps its data.",
)
elsewhere = click.option(
    "--url",
    metavar="URL",
    help=f"One that runs elsewhere, in place of ours; its access token stands in ${addresses.KEY}.",
)


def in_studio(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which Label Studio a command speaks to."""
    return in_folder(elsewhere(command))


@click.command()
@in_folder
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The server's port.  [default: 8080, or a free one where that is taken]"
)
@click.option("--push", "first_push", is_flag=True, help="Bring the articles of seeds/ first, with what is annotated so far.")
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
def serve(folder: Path, port: int | None, first_push: bool, no_browser: bool) -> None:
    """Run Label Studio with our project, on this machine only, until Ctrl-C. The first start installs it (about 800 MB)."""
    import signal

    from rich.console import Console

    from annotation.studio import browser, environment, project, server, tasks
    from annotation.studio import push as pushing
    from annotation.studio.state import State

    # However it is ended, the block below is left and the server stopped; a shell may have set Ctrl-C to be ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    environment.install()
    with Console(stderr=True).status("") as status, server.running(folder, port, status.update) as running:
        address = addresses.find(folder, None)
        if first_push:
            annotated = EXPORT if EXPORT.exists() else None
            pushing.push(lambda: address, None, annotated, None, lambda words, *_: status.update(words), _say)
        with project.reached(address) as http:
            client = project.client(address, http)
            project_id = project.opened(client)
            page = f"{address.url}/projects/{project_id}"
            status.stop()
            _say(f"server:   Label Studio {environment.VERSION}, over {folder}")
            _say(f"address:  {page}")
            _say(f"log in:   {running.login.email}, password {running.login.password}")
            if not no_browser:
                browser.show(page)
            status.update("counting what is done")  # some seconds where these are thousands
            status.start()
            state = State.of(tasks.total(http, project_id), tasks.marked(http, project_id))
            told = state.lines(project.emails(client))
        status.stop()
        try:
            for line in (*told, "Ctrl-C stops it; what is submitted stays."):
                _say(line)
            running.wait()
        except KeyboardInterrupt:
            click.echo("stopped")


@click.command()
@in_studio
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Bring these instead: documents (.jsonl, .parquet), or a dataset's folder; doc_id, text and date are taken.",
)
@click.option(
    "--annotations", type=_FILE, help="Annotated documents to bring along: an export (.json), or documents (.jsonl, .parquet)."
)
@click.option(
    "--annotator", metavar="EMAIL", help="Whose annotations they are; an account is made where there is none.  [default: yours]"
)
@click.option(
    "--with",
    "extractors",
    multiple=True,
    metavar="EXTRACTOR",
    help="Let annotators start from what this one finds, by its name for eval run. Repeatable: they start from the first's.",
)
@click.option(
    "--option", "-o", "options", multiple=True, metavar="NAME=VALUE", help="An option of the extractor's own. Repeatable."
)
@click.option(
    "--order",
    type=click.Choice(["uncertain"]),
    help="Which article Label All Tasks brings next: the one on which the extractors, two or more, disagree most.",
)
def push(
    folder: Path,
    url: str | None,
    articles: Path | None,
    annotations: Path | None,
    annotator: str | None,
    extractors: tuple[str, ...],
    options: tuple[str, ...],
    order: str | None,
) -> None:
    """Bring the articles of seeds/ into the running Label Studio. What is there already stays as it is.

    A push that was stopped, however, goes on with the same command.

    An extractor of --with that learns is fitted on annotation/exports/gold.json; an article that is in it, by one that was
    fitted on the others. What it found before is replaced where it differs; no annotation is touched.
    """
    from annotation.studio import push as pushing
    from annotation.studio.preannotation import preannotation
    from eval import progress, settings

    if annotations is None and annotator is not None:
        raise BadInput("--annotator says whose the annotations of --annotations FILE are; give that too")
    where = partial(addresses.find, folder, url)
    found = preannotation(extractors, dict(settings.options(options)), uncertain_first=order is not None)
    with found or nullcontext(), progress.shown() as show:
        done = pushing.push(where, articles, annotations, annotator, show, partial(_say, err=True), found)
    for remark in found.remarks() if found else ():
        _say(remark, err=True)
    _tell(done)


@click.command()
@in_studio
@click.option("--annotator", metavar="EMAIL", help="Only this annotator's annotations.")
@click.option("--out", type=_FILE, default=EXPORT, show_default=True, help="The export.")
@click.option("--dry-run", is_flag=True, help="Only show what would change, in full, and write nothing.")
def pull(folder: Path, url: str | None, annotator: str | None, out: Path, dry_run: bool) -> None:
    """Bring what is annotated in the running Label Studio into the export, and show what that changes.

    An annotation takes the place of the same annotator's of the same article; other annotators' stay, and so does what has been
    deleted or skipped in Label Studio since. The gold, annotation/exports/gold.json, has one annotation of an article: where
    one annotator's is pulled, it takes the place of whoever's was there, unless it says the same. A file that changes is first
    kept in .backup/ beside it.

    What the page writes amiss is put right where it is certain what is meant. An annotation of which no document can be made
    is not taken: it is kept in NAME.aside.json beside the export, for annotate check to tell of, until it is corrected in Label
    Studio and pulled again. Exit status: 0 done, 1 something was not taken, 2 nothing done.
    """
    from annotation import aside
    from annotation.studio import pull as pulling
    from eval import progress

    with progress.shown() as show:
        pulled = pulling.pull(addresses.find(folder, url), out, annotator, show, dry_run)
    _tell(pulled.done, pulled.details)
    for line in pulled.not_taken:
        _say(line, err=True)
    if pulled.not_taken_count > len(pulled.not_taken):
        click.echo(f"and {pulled.not_taken_count - len(pulled.not_taken):,} more that were not taken", err=True)
    if pulled.aside:
        kept = aside.path_of(out)
        click.echo(f"{pulled.aside:,} annotation(s) set aside in {kept}; annotate check {kept} tells all", err=True)
    click.echo("nothing is written (--dry-run)" if dry_run else f"written to {out}; annotate check {out} looks for problems")
    sys.exit(1 if pulled.not_taken_count else 0)


@click.group()
def user() -> None:
    """Who may annotate in the running Label Studio."""


@user.command("add")
@click.argument("email", metavar="EMAIL")
@in_studio
def user_add(email: str, folder: Path, url: str | None) -> None:
    """Make an account for a person, and a password, which is shown once.

    An account that a push has made for its annotator gets one too.
    """
    from rich.console import Console

    from annotation.studio import accounts

    address = addresses.find(folder, url)
    with Console(stderr=True).status("making the account"):
        password = accounts.add(address, email)
    _say(f"e-mail:   {email.lower()}")
    _say(f"password: {password}")
    _say(f"log in:   {address.url}/user/login")
    _say("The password is kept nowhere and shown this once.")


@click.command()
@in_studio
@click.option("--json", "as_json", is_flag=True, help="All of it as JSON, with every type and every check.")
def status(folder: Path, url: str | None, as_json: bool) -> None:
    """Show what is going on in the running Label Studio: who has done what, how fast, which checks fail, how far two agree."""
    import json

    from annotation.status import table
    from annotation.studio import status as asking
    from eval import progress

    with progress.shown() as show:
        found = asking.status(addresses.find(folder, url), show)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        table.show(found, output())


def _say(line: str, err: bool = False) -> None:
    """A line in which a text or a server may have had a word: nothing in it steers the terminal."""
    click.echo(plain(line).plain, err=err)


def _tell(done: dict[str, str], details: Mapping[str, Sequence[str]] = MappingProxyType({})) -> None:
    """What was done with each document, and in detail; where these are many, with how many, and with the first that changed."""
    changed = {doc_id: what for doc_id, what in done.items() if not what.startswith(("there already", "unchanged", "kept"))}
    if len(done) > _TOLD:
        click.echo(", ".join(f"{times:,} {what}" for what, times in Counter(done.values()).most_common()))
        done = dict(islice(changed.items(), _FIRST))
    for doc_id, what in done.items():
        _say(f"{doc_id}: {what}")
        for line in details.get(doc_id, ()):
            _say(f"  {line}")
    if 0 < len(done) < len(changed):
        click.echo(f"and {len(changed) - len(done):,} more that changed")


COMMANDS = (serve, push, pull, status, user)
