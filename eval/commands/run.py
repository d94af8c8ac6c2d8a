"""Score an extractor."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eval import progress
from eval.console import Stopped, output, plain
from eval.document import BadInput

if TYPE_CHECKING:
    from eval.run import BaseRun
    from eval.settings import Settings


@click.command()
@click.argument("extractor", default="lexicon")
@click.option(
    "--gold",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="A dataset's folder, a file of documents (.jsonl, .parquet, .conll, .spacy), or a folder of brat's (.ann).",
)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/<extractor>-<digest>]")
@click.option(
    "--protocol",
    type=click.Choice(["leave-one-out", "as-is"]),
    help="Fit on the other folds, or take the extractor as it is.  [default: leave-one-out where it can be fitted]",
)
@click.option(
    "--train",
    type=click.Path(path_type=Path),
    help="Fit on these documents, a folder or a file as with --gold, and predict all of the gold.",
)
@click.option(
    "--option",
    "-o",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="An option of the extractor's own; eval list names them. Repeatable.",
)
@click.option("--base-url", metavar="URL", help="Where llm:MODEL is served; the same as --option base-url=URL.")
@click.option(
    "--match",
    type=click.Choice(["token", "char"]),
    default="token",
    show_default=True,
    help="Widen spans to the tokens they touch, or compare offsets as they are.",
)
@click.option(
    "--nested",
    type=click.Choice(["all", "outermost", "innermost"]),
    default="all",
    show_default=True,
    help="Which mentions count.",
)
@click.option("--metrics", metavar="NAME,NAME…", help="Which metrics.  [default: all]")
@click.option(
    "--unit",
    type=click.Choice(["document", "sentence"]),
    default="document",
    show_default=True,
    help="What the intervals resample.",
)
@click.option(
    "--samples", type=click.IntRange(0, 1_000_000), default=1000, show_default=True, help="How many resamples; 0: no intervals."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The seed of the resampling.")
@click.option(
    "--engine",
    default="local",
    show_default=True,
    metavar="local|dask[:ADDRESS]",
    callback=lambda context, parameter, value: _engine(value),
    help="Who does the work: this process, or the workers of a Dask cluster, file by file of the gold: one made of this "
    "machine's cores, or one whose scheduler has the address.",
)
@click.option(
    "--min",
    "minima",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Exit with 1 below this, e.g. ner.strict=0.5 or ner.strict.PER.recall=0.9. Repeatable.",
)
@click.option(
    "--fail-fast/--no-fail-fast",
    default=None,
    help="Stop at the first document that the extractor fails on, or record its error and go on.  "
    "[default: stop; with --engine dask, go on]",
)
@click.option("--errors", is_flag=True, help="Print confusions of types, and the ten costliest kinds of error with examples.")
def run(
    extractor: str,
    gold: Path,
    out: Path | None,
    metrics: str | None,
    minima: tuple[str, ...],
    errors: bool,
    engine: str | None,
    options: tuple[str, ...],
    base_url: str | None,
    fail_fast: bool | None,
    **settings: object,
) -> None:
    """Score EXTRACTOR: lexicon (the default), another that eval list names, or your own package.module:object.

    What it finds is kept document by document: a run that was stopped goes on with the same command.

    Exit status: 0 done, 1 a --min was missed, 2 bad usage or bad input, 130 stopped.
    """
    from eval import folder, formats, gate, report
    from eval.errors import table
    from eval.metrics import METRICS, metrics_for
    from eval.settings import Settings, names_of
    from eval.settings import options as parsed
    from eval.tally import ERRORS

    if out is not None:
        folder.check(out)
    console = output()
    with progress.shown() as watch:
        watch(f"reading {gold}")
        names = names_of(metrics)
        # Attributes have metrics too; which there are, the whole gold says.
        asked = [*(names or ()), *minima]
        known = METRICS if not any("attributes." in name for name in asked) else metrics_for(formats.attributes(gold))
        if unknown := [name for name in names or () if name not in known]:
            raise BadInput(f"--metrics: no metric {unknown[0]!r}; there are {', '.join(metrics_for(formats.attributes(gold)))}")
        if errors and not set(names or known) & set(ERRORS):
            raise BadInput(f"--errors takes {' and '.join(ERRORS)} apart; name one of them with --metrics")
        minimum = [gate.parse(text, names or known, known) for text in minima]
        own = parsed((*options, *([f"base-url={base_url}"] if base_url else [])))
        gated = tuple(m.metric for m in minimum)
        given = {**settings, "fail_fast": engine is None if fail_fast is None else fail_fast, "gold_tags": formats.tags(gold)}
        chosen = Settings(metrics=names, options=own, gated=gated, **given)  # type: ignore[arg-type]
        with _run(gold, extractor, chosen, engine, watch) as one:
            try:
                scores, out = folder.save(one, out, _tell)
            except Stopped:
                click.echo(_used(one.usage), err=True, nl=bool(one.usage))
                raise
        taken_apart = {metric: found for metric, found in scores["errors"].items() if found["kinds"] and errors}
        texts = formats.texts(gold, table.shown(taken_apart.values())) if taken_apart else {}
        from eval.pages import picked  # here, so that a run begins at once
        from eval.pages import report as page

        if one.documents <= picked.MANY:
            page.write(out, out / folder.REPORT, gold, watch)
    report.show(scores, console)
    for metric, found in taken_apart.items():
        table.show(metric, found, texts, console)
    if one.usage:
        console.print(plain(_used(one.usage)), soft_wrap=True)
    if one.documents > picked.MANY:
        many = f"the {picked.MANY:,} of {one.documents:,} documents that have the most errors"
        console.print(plain(f"eval report {out} makes a page to look at, of {many}"), soft_wrap=True)
    console.print(plain(f"written to {out}"), soft_wrap=True)
    missed = [m for m in minimum if not m.reached(scores["metrics"])]
    for m in missed:
        found = m.found(scores["metrics"])
        why = f" (neither side has the type {m.type})" if m.nobody(scores["metrics"]) else ""
        click.echo(f"missed: {m} is {'null' if found is None else f'{found:.4f}'}{why}, --min asks for {m.value:g}", err=True)
    sys.exit(1 if missed else 0)


@contextmanager
def _run(gold: Path, extractor: str, settings: Settings, engine: str | None, watch: progress.Progress) -> Iterator[BaseRun]:
    if engine is None:
        from eval.run import Run

        yield Run(gold, extractor, settings, watch)
        return
    from eval.cluster import connected
    from eval.sharded import Sharded

    watch("connecting to Dask" if engine else "starting Dask")
    with connected(engine, _tell) as cluster:
        run = Sharded(gold, extractor, settings, cluster, watch)
        if single := gold if len(run.files) == 1 else run.file if run.file and run.file.is_file() else None:
            _tell(f"{single} is one file, so that one worker has work; a folder of Parquet files is shared out")
        yield run


def _engine(text: str) -> str | None:
    """None for local, else the address of a scheduler of Dask's, "" for one of our own."""
    name, colon, address = text.partition(":")
    if text == "local" or (name == "dask" and bool(colon) == bool(address)):
        return None if text == "local" else address
    raise click.BadParameter(f"{text!r} is none of local, dask, dask:ADDRESS")


def _tell(message: str) -> None:
    click.echo(message, err=True)


def _used(usage: Mapping[str, float]) -> str:
    return "used: " + ", ".join(f"{amount:,.10g} {what}" for what, amount in usage.items()) if usage else ""
