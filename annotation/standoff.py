"""The dataset without its texts (stand-off), and how it is joined with them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from annotation import build, card, croissant, texts
from annotation.about import About
from annotation.configs import CONFIGS
from eval.document import BadInput

if TYPE_CHECKING:
    from datasets import Dataset


def join(folder: Path, source: Path, out: Path) -> dict[str, int]:
    """Write the dataset of `folder` with the texts of `source`, a folder or a file, into `out`; return each config's rows.

    It is what a full build of the same gold gives. Raises BadInput, before anything is written, where `folder` is no stand-off
    dataset of ours, where `source` has not each article byte for byte, where what comes out has not the digest that the card
    names, and where `out` holds something else.
    """
    with _as_written(folder):
        found = read(folder)
        wanted = [texts.Article(row["doc_id"], row["title"], row["sha256"]) for row in found["documents"]]
    stated, readme = croissant.about(folder / croissant.NAME), folder / "README.md"
    if not card.is_ours(readme, stated):
        raise BadInput(f"{readme}: not the card of this dataset; get the dataset again")
    body = card.body_of(readme.read_text(encoding="utf-8"))
    _, digest = card.named(folder)
    if digest is None:
        raise BadInput(f"{readme}: names no digest, by which a join is checked; get the dataset again")
    _check_out(out, stated, digest)
    by_sum = texts.find(source, wanted)
    with _as_written(folder):
        full = _with_texts(found, {article.doc_id: by_sum[article.sha256] for article in wanted})
    if (made := build.digest(full)) != digest:
        raise BadInput(
            f"{folder}: with its texts its digest is {made}, and its card says {digest}; it is damaged, or of another version"
            " than this annotate: get the dataset again, or the wafd of its time"
        )
    build.write(full, body, stated, out)
    return {name: len(dataset) for name, dataset in full.items()}


@contextmanager
def _as_written(folder: Path) -> Iterator[None]:
    """Rows of another form than ours are the dataset's fault: BadInput."""
    try:
        yield
    except BadInput:
        raise
    except (LookupError, TypeError, ValueError) as error:  # pyarrow's are among them
        raise BadInput(
            f"{folder}: not as annotate build --stand-off writes it ({type(error).__name__}: {error}); it is damaged, or of"
            " another version than this annotate: get the dataset again, or the wafd of its time"
        ) from None


def _with_texts(found: Mapping[str, Dataset], text_of: Mapping[str, str]) -> dict[str, Dataset]:
    """The configs with the words at their places; `text_of` is by doc_id."""
    full = {}
    for name, dataset in found.items():
        rows, with_text = dataset.to_list(), CONFIGS[name].with_text
        if with_text:
            rows = [with_text(row, text_of[row["doc_id"]]) for row in rows]
        full[name] = build.typed(rows, dataset.features)
    return full


def read(folder: Path) -> dict[str, Dataset]:
    """Each config of a stand-off dataset, typed. What else lies in the folder is passed over.

    Raises BadInput where it is none of ours, has its texts, or has a file that is not the one of which croissant.json tells.
    """
    from datasets import Features
    from pyarrow import parquet

    if not folder.is_dir():
        raise BadInput(
            f"{folder}: no such folder; name a dataset as annotate build --stand-off writes it, or hf download brings it"
        )
    croissant.verify(folder)
    found = {}
    for name in CONFIGS:
        path = folder / name / f"{card.SPLIT}.parquet"
        if not path.is_file():
            raise BadInput(
                f"{path}: no such file; the dataset is of another version than this annotate: get the wafd of its time"
            )
        table = parquet.read_table(path)
        found[name] = build.typed(table.to_pylist(), Features.from_arrow_schema(table.schema))
    if build.has_texts(found["documents"].data):
        raise BadInput(f"{folder}: has its texts already and loads as it is; there is nothing to join")
    return found


def _check_out(out: Path, stated: About, digest: str) -> None:
    """Raise BadInput where another dataset of ours stands: it may be of a gold that its owner has nowhere else."""
    if card.is_ours(out / "README.md", stated):
        _, there = card.named(out)
        if there != digest:
            raise BadInput(
                f"--out {out}: holds another dataset (digest {there or 'unknown'}, and this one is {digest}); name another folder"
            )
