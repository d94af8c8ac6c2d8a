"""Compare runs."""

from __future__ import annotations

import click

from eval import progress
from eval.console import output


@click.command()
@click.argument("runs", nargs=-1, metavar="RUN RUN…")
@click.option("--metrics", metavar="NAME,NAME…", help="Which metrics.  [default: all that the runs share]")
@click.option(
    "--samples",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="How many resamples, and how many random swaps.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="The seed of both.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def compare(runs: tuple[str, ...], metrics: str | None, samples: int, seed: int, as_json: bool) -> None:
    """Compare the folders of two or more runs: each RUN with each after it.

    A difference is the F1 of the later run minus that of the earlier, with a 95% interval by the paired bootstrap, p by paired
    approximate randomization, and the least p that so many documents allow; of more than two runs, also p after Holm's correction
    for the pairs of a metric.

    Runs of another gold, --match, --nested or version of a metric are refused.

    Exit status: 0 done, 2 bad usage or bad input.
    """
    if len(runs) < 2:
        raise click.UsageError("name two run folders or more")

    from eval.compare import compare as difference
    from eval.settings import names_of

    with progress.shown() as watch:
        watch("resampling")
        record = difference(runs, names_of(metrics), samples, seed)
    if as_json:
        import orjson

        click.echo(orjson.dumps(record, option=orjson.OPT_INDENT_2).decode())
        return

    from eval import side_by_side

    side_by_side.show(record, output())
