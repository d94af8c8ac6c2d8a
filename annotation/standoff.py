"""The dataset without its texts (stand-off), and how it is joined with them again."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from annotation import about, build, card, texts, versions
from annotation.configs import CONFIGS
from eval.document import BadInput

if TYPE_CHECKING:
    from datasets import Dataset

_DIGEST = re.compile(r"\bdigest `([0-9a-f]{12})`")  # as card.md names it


def join(folder: Path, source: Path, out: Path) -> dict[str, int]:
    """Write the dataset of `folder` with the texts of `source`, a folder or a file, into `out`; return each config's rows.

    It is what a full build of the same gold gives. Raises BadInput, before anything is written, where `folder` is no stand-off
    dataset of ours, where `source` has not each article byte for byte, where what comes out has not the digest that the card
    names, and where `out` holds something else.
    """
    found, body = read(folder)
    stated = _DIGEST.search(body)
    if stated is None:
        raise BadInput(f"{folder / 'README.md'}: names no digest, by which a join is checked; get the dataset anew")
    _check_out(out, stated[1])
    articles = texts.find(source, _articles(found))
    sums = {row["doc_id"]: row["sha256"] for row in found["documents"]}
    full = {}
    for name, dataset in found.items():
        rows, with_text = dataset.to_list(), CONFIGS[name].with_text
        if with_text:
            rows = [with_text(row, articles[sums[row["doc_id"]]]) for row in rows]
        full[name] = build.typed(rows, dataset.features)
    if (made := versions.digest(full)) != stated[1]:
        raise BadInput(
            f"{folder}: with its texts its digest is {made}, and its card says {stated[1]}; it is damaged, or of another version"
            " than this annotate: get the dataset anew, or the wafd of its time"
        )
    build.write(full, body, out)
    return {name: len(dataset) for name, dataset in full.items()}


def read(folder: Path) -> tuple[dict[str, Dataset], str]:
    """Each config of a stand-off dataset, typed, and the body of its card. What else lies in the folder is passed over.

    Raises BadInput where it is none of ours, has its texts, or where a file is not the one that the card sums.
    """
    from datasets import Features
    from pyarrow import parquet

    path = folder / "README.md"
    if not card.is_ours(path, about.load()):
        raise BadInput(
            f"{folder}: {'no dataset of ours' if folder.is_dir() else 'no such folder'}; name one that annotate build --stand-off"
            " has written or hf download has brought, with the README.md in it"
        )
    try:
        head, body = card.parse(path.read_text(encoding="utf-8"))
        sums = {one["config_name"]: one["description"] for one in head["configs"]}
    except (ValueError, KeyError, TypeError):
        raise BadInput(f"{path}: not the card as it was written; get the dataset anew") from None
    if set(sums) != set(CONFIGS):
        raise BadInput(f"{path}: has the configs {', '.join(sums)}; this version of annotate knows {', '.join(CONFIGS)}")
    found = {}
    for name in CONFIGS:
        table = parquet.read_table(BytesIO(_content(folder / name / f"{card.SPLIT}.parquet", sums[name])))
        found[name] = build.typed(table.to_pylist(), Features.from_arrow_schema(table.schema))
    if build.has_texts(found["documents"].data):
        raise BadInput(f"{folder}: has its texts already and loads as it is; there is nothing to join")
    return found, body


def _articles(found: Mapping[str, Dataset]) -> list[texts.Article]:
    tokens = defaultdict[str, list[tuple[int, int]]](list)
    for row in found["ner"]:
        tokens[row["doc_id"]] += zip(row["token_starts"], row["token_ends"], strict=True)
    return [texts.Article(row["doc_id"], row["title"], row["sha256"], tuple(tokens[row["doc_id"]])) for row in found["documents"]]


def _content(path: Path, stated: str) -> bytes:
    """The bytes of a config's file. Raises BadInput where they are not what the card says of them."""
    if not path.is_file():
        raise BadInput(f"{path}: no such file, and the card names it; get the dataset anew")
    content = path.read_bytes()
    if (found := f"sha256 {hashlib.sha256(content).hexdigest()}") != stated:
        raise BadInput(f"{path}: is not the file of which README.md says {stated}, but has {found}; get the dataset anew")
    return content


def _check_out(out: Path, digest: str) -> None:
    """Raise BadInput where another dataset of ours stands: it may be of a gold that its owner has nowhere else."""
    if card.is_ours(out / "README.md", about.load()):
        there = _DIGEST.search((out / "README.md").read_text(encoding="utf-8"))
        if there is None or there[1] != digest:
            raise BadInput(
                f"--out {out}: holds another dataset (digest {there[1] if there else 'unknown'}, and this one is {digest});"
                " name another folder"
            )
