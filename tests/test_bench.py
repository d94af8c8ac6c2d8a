"""The bench: its data are what it says, and it stops where tools differ. How long things take is asserted nowhere."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from eval import formats
from eval.metrics.counts import Score
from scripts import bench, generated, measured


def test_the_data_are_as_described() -> None:
    """12% of tokens in mentions, a fifth of these changed, offsets at tokens; the same shard is the same again."""
    made = generated.shard(3, 100, 10)
    gold, predicted = made.gold, made.predicted
    assert made.starts.shape == (100, 250)
    assert (gold.after - gold.first).sum() / made.starts.size == pytest.approx(0.12, abs=0.01)
    kept = set(zip(*(column.tolist() for column in vars(gold).values()), strict=True))
    found = set(zip(*(column.tolist() for column in vars(predicted).values()), strict=True))
    assert len(kept & found) / len(kept) == pytest.approx(0.8, abs=0.03)
    assert len(found) / len(kept) == pytest.approx(1 - 1 / 15, abs=0.02)
    tokens = [text.split() for text in made.texts]
    assert all(len(own) == 250 for own in tokens)
    assert made.texts[5][made.starts[5, 30] : made.ends[5, 30]] == tokens[5][30]
    assert np.array_equal(generated.shard(3, 100, 10).gold.first, gold.first)
    assert generated.shard(4, 100, 10).texts != made.texts


def test_all_files_hold_the_same(tmp_path: Path) -> None:
    """Parquet in any compression, and JSON lines; mentions where the tags have them."""
    made = generated.shard(0, 5, 4)
    generated.write(tmp_path, [made], (".parquet", ".jsonl"), "snappy")
    gold = formats.read_gold(tmp_path / "gold.parquet")
    assert gold == formats.read_gold(tmp_path / "gold.jsonl")
    assert [one.doc_id for one in gold] == made.doc_ids
    tags = generated.tags(made, made.gold)
    assert len(tags) == 5 * 4
    assert (
        sum(tag.startswith("B-") for own in tags for tag in own) == sum(len(one.mentions) for one in gold) == len(made.gold.first)
    )
    assert sum(map(len, generated.inclusive(made, made.gold))) == len(made.gold.first)
    counted = [
        measured.counted(tmp_path / f"gold{ending}", tmp_path / f"predicted{ending}", ["ner.strict"])
        for ending in (".parquet", ".jsonl")
    ]
    assert counted[0] == counted[1]


def test_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Small, but with everything that is compared."""
    monkeypatch.setattr(bench.console, "file", sys.stdout)
    bench.peers(tmp_path, 400)
    bench.bootstrap()
    printed = capsys.readouterr().out
    for words in (
        "all agree",
        "seqeval, strict IOB2",
        "nervaluate, its four modes",
        "from JSON lines",
        "peak memory",
        "counting",
        "1,000 samples",
    ):
        assert words in printed


def test_it_stops_where_tools_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both counts."""
    monkeypatch.setattr(measured, "counted", lambda gold, predicted, names: dict.fromkeys(names, Score(1, 2, 2)))
    with pytest.raises(SystemExit, match=r"ner\.strict and seqeval: eval counts 0\.5, the other 0\."):
        bench.peers(tmp_path, 400)


def test_a_run_is_measured_as_a_process_of_its_own() -> None:
    """Seconds, and memory that is not the measuring one's; a command that fails ends it."""
    ballast = bytearray(300_000_000)
    seconds, peak = bench.process([sys.executable, "-c", "x = bytearray(50_000_000)"])
    assert seconds > 0
    assert 50_000_000 < peak < 200_000_000 < len(ballast)
    with pytest.raises(SystemExit):
        bench.process([sys.executable, "-c", "raise SystemExit(3)"])
