"""Write the page of a run, or of two."""

from __future__ import annotations

from pathlib import Path

import click

from eval import progress
from eval.console import output, plain


@click.command()
@click.argument("runs", nargs=-1, metavar="RUN [RUN]")
@click.option("--gold", type=click.Path(path_type=Path), help="Where the gold stands, if it was moved.  [default: where it was]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The page.  [default: report.html in RUN's folder]")
def report(runs: tuple[str, ...], gold: Path | None, out: Path | None) -> None:
    """Write the page of a run, or of two runs against each other, which opens in a browser.

    RUN is the folder of a run. Its report.html has the figures, and all articles with what is right and wrong in them; of more
    than 1,000, those with the most errors. The page of two runs stands in the folder of the first, as report-against-<name of
    the second's>.html.

    Exit status: 0 done, 2 bad usage or bad input.
    """
    if len(runs) not in (1, 2):
        raise click.UsageError("name one run folder, or two")

    from eval.folder import REPORT, REPORTS
    from eval.pages import ours
    from eval.saved import load

    first, *others = map(Path, runs)
    place = out or first / (REPORTS.replace("*", others[0].resolve().name) if others else REPORT)
    for run in runs:
        load(run)
    ours.refuse_other(place)
    with progress.shown() as watch:
        if others:
            from eval.pages import comparison

            shown = comparison.write(runs[0], runs[1], place, gold, watch)
        else:
            from eval.pages import report as page

            shown = page.write(first, place, gold, watch)
    click.echo(f"shown: {shown}")
    output().print(plain(f"written to {place}"), soft_wrap=True)
