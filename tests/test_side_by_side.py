"""`eval compare` as a user types it."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.test_compare import gold_of, make


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders a, b and c, of five documents; one of the same made another way; one of an older version; one of twenty documents."""
    folder = tmp_path_factory.mktemp("runs")
    gold = gold_of(5)
    with contextlib.chdir(folder):
        for name, found in (("a", slice(0, 6, 2)), ("b", slice(4)), ("c", slice(6))):
            make(name, gold, [replace(one, mentions=one.mentions[found]) for one in gold])
        make("char", gold, gold, match="char")
        make("more", gold_of(20), gold_of(20))
        make("old", gold, gold)
        Path("old", "counts.parquet").unlink()
    return folder


def test_two_runs(runs: Path, command: Command) -> None:
    """Who they are, their F1, what differs, the types of ner.strict; and that five documents can show nothing at 0.05."""
    done = command("eval", "compare", "a", "c/", cwd=runs)
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "│ A │ a   │ predictions:a.jsonl │ as-is    │",
        "│ B │ c/  │ predictions:c.jsonl │ as-is    │",
        "│ metric      │     A │     B │  B − A │     95% interval │      p │  p_min │".replace("│", "┃"),
        "│ ner.strict        │ 0.667 (0.667 to 0.667) │ 1.000 (1.000 to 1.000) │",
        "│ 0.667 │ 1.000 │ +0.333 │ +0.333 to +0.333 │ 0.0625 │ 0.0625 │",
        "┃ ner.strict ┃     A ┃     B ┃  B − A ┃     95% interval ┃",
        "│ B          │ 0.000 │ 1.000 │ +1.000 │ +1.000 to +1.000 │",
        "with 5 documents p is never below 0.0625: no difference can reach 0.05, however great\n",
        "nothing to score on any side: relations.strict, ",
    ):
        assert line in done.stdout, line
    assert "Holm" not in done.stdout
    assert done.stdout == command("eval", "compare", "a", "c/", cwd=runs).stdout


def test_three_runs(runs: Path, command: Command) -> None:
    """Each pair in a table of its own, with Holm's correction, and without types."""
    printed = command("eval", "compare", "a", "b", "c", "--metrics", "ner.strict,ner.exact", cwd=runs).stdout
    assert [letters for letters in ("B − A", "C − A", "C − B") if letters in printed] == ["B − A", "C − A", "C − B"]
    assert printed.count("p (Holm)") == 3
    assert "┃ ner.strict ┃" not in printed
    assert "never below 0.0625, nor after Holm's correction over 3 pairs below 0.1875: no difference can reach 0.05" in printed


def test_json_alone(runs: Path, command: Command) -> None:
    """With the keys of the contract; delta is b minus a; nothing else on standard output, and the same again."""
    done = command("eval", "compare", "a", "./c", "--json", "--samples", "100", "--seed", "7", cwd=runs)
    record = json.loads(done.stdout)
    strict = record["differences"][0]
    assert {"metric", "a", "b", "delta", "interval", "p", "p_min", "p_holm", "types"} <= set(strict)
    assert (strict["metric"], strict["a"], strict["b"]) == ("ner.strict", "a", "./c")
    scored = [json.loads((runs / name / "scores.json").read_text())["metrics"]["ner.strict"] for name in ("a", "c")]
    assert strict["delta"] == pytest.approx(scored[1]["f1"] - scored[0]["f1"])
    assert record["runs"][0]["metrics"]["ner.strict"] == {key: scored[0][key] for key in ("f1", "interval")}
    assert [run["run"] for run in record["runs"]] == ["a", "./c"]
    assert done.stdout == command("eval", "compare", "a", "./c", "--json", "--samples", "100", "--seed", "7", cwd=runs).stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a"], "name two run folders or more"),
        (["a", "char"], "a and char differ in match, token and char, so their figures do not compare; make one of them again"),
        (["a", "a.jsonl"], "a.jsonl: no run folder, it has no scores.json; name folders that eval run has written"),
        (["a", "b", "--metrics", "ner.fuzzy"], "--metrics: 'ner.fuzzy' is no metric of all the runs; there are ner.strict, "),
        (["a", "b", "--samples", "0"], "0 is not in the range"),
        (["a", "old"], "old: no counts.parquet, so it is of an older version; make it again with eval run"),
    ],
)  # fmt: skip
def test_refusals_are_one_line(arguments: list[str], says: str, runs: Path, command: Command) -> None:
    """Status 2, on standard error, and nothing on standard output."""
    done = command("eval", "compare", *arguments, cwd=runs)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_few_samples_are_named(runs: Path, command: Command) -> None:
    """Where it is they, not the units, that keep p up."""
    printed = command("eval", "compare", "more", "more", "--samples", "9", cwd=runs).stdout
    assert "with 9 samples p is never below 0.1000: no difference can reach 0.05, however great\n" in printed
    assert "never below" not in command("eval", "compare", "more", "more", cwd=runs).stdout
