"""Measure annotate push and pull with a real Label Studio and made-up articles, a share of them annotated; print a table.

uv run --extra label-studio python scripts/label_studio_scale.py            10,000 articles: about five minutes
uv run --extra label-studio python scripts/label_studio_scale.py --articles 1000
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotation import export, label_studio, schema
from annotation.studio import environment, server
from eval import formats
from eval.document import Document
from scripts.bench import process

ROOT = Path(__file__).parent.parent
ANNOTATE = Path(sys.executable).with_name("annotate")

console = Console(highlight=False, width=120)
status = Console(stderr=True).status("")


def articles(number: int) -> Iterator[Document]:
    """Our five, each time with a line of its own, so that lengths and annotations are those of real ones."""
    gold = [label_studio.to_document(task) for task in export.read(ROOT / "annotation" / "exports" / "gold.json")]
    for i in range(number):
        one = gold[i % len(gold)]
        yield replace(one, doc_id=f"made-up-{i:07}", text=f"{one.text}\nمقال {i}")


def write(folder: Path, number: int, share: float) -> tuple[int, int]:
    """articles.jsonl, and annotated.json with every so many of them; returns how many these are, and all articles' bytes."""
    every, known = round(1 / share), schema.load()
    formats.write(folder / "articles.jsonl", (document.bare() for document in articles(number)))
    chosen = [label_studio.to_task(document, known) for document in list(articles(number))[::every]]
    (folder / "annotated.json").write_text(export.dumps(chosen), encoding="utf-8")
    return len(chosen), (folder / "articles.jsonl").stat().st_size


def peak(folder: Path) -> int:
    """The most memory, in bytes, that the server over a folder had so far; 0 where /proc does not tell."""
    most = 0
    for one in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"LABEL_STUDIO_BASE_DATA_DIR={folder}\0".encode() in (one / "environ").read_bytes():
                lines = (one / "status").read_text().splitlines()
                most = max(most, *(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")))
    return most


def measure(table: Table, number: int, share: float) -> None:
    """Add the rows of so many articles, with a server of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        status.update(f"{number:,} articles: making them up")
        annotated, size = write(folder, number, share)
        out = folder / "pulled.json"
        with server.running(folder / "studio", progress=status.update):
            to = ["--folder", str(folder / "studio")]
            push = ["push", *to, "--articles", str(folder / "articles.jsonl"), "--annotations", str(folder / "annotated.json")]
            pull = ["pull", *to, "--out", str(out)]
            steps = {
                "push": (push, number),
                "push again": (push, number),
                "push --with lexicon": ([*push, "--with", "lexicon"], number),
                "push --with lexicon again": ([*push, "--with", "lexicon"], number),
                "pull": (pull, annotated),
                "pull again": (pull, annotated),
            }
            for what, (command, count) in steps.items():
                status.update(f"{number:,} articles: {what}")
                seconds, memory = process([str(ANNOTATE), *command])
                row = f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{memory / 1e6:.0f}", f"{peak(folder / 'studio') / 1e6:.0f}"
                table.add_row(f"{number:,}", f"{annotated:,}", f"{size / 1e6:.0f}", what, *row)
        table.add_section()
        pulled = {task["data"]["doc_id"]: len(task["annotations"][0]["result"]) for task in export.each(out)}
        brought = {
            task["data"]["doc_id"]: len(task["annotations"][0]["result"]) for task in export.each(folder / "annotated.json")
        }
        if pulled != brought:
            sys.exit(f"{number:,} articles: what was pulled is not what was pushed")


@click.command(help=__doc__)
@click.option("--articles", "number", type=click.IntRange(min=10), default=10_000, show_default=True, help="How many.")
@click.option(
    "--annotated", "share", type=click.FloatRange(0, 1, min_open=True), default=0.2, show_default=True, help="Their share."
)
def main(number: int, share: float) -> None:
    """Print the table, of a tenth of the articles and of all."""
    columns = "seconds", "articles/s", "client's MB", "server's MB"
    table = Table("articles", "annotated", "MB", "command", *(Column(name, justify="right") for name in columns))
    environment.install()
    with status:
        for some in (number // 10, number):
            measure(table, some, share)
    console.print(table)


if __name__ == "__main__":
    main()
