"""What the README shows is what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from eval import formats
from scripts import tables
from tests import meanwhile
from tests.conftest import ROOT, Command

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(after: str, language: str) -> str:
    """The first code block of a language after some words."""
    found = re.search(rf"```{language}\n(.*?)```", README[README.index(after) :], re.DOTALL)
    assert found, after
    return found[1]


def test_the_two_commands_are_named() -> None:
    """As they are typed."""
    assert "pip install uv && uv run eval run " in README
    assert "pip install uv && uv run --group test pytest " in README


def make(folder: Path) -> None:
    """What the commands of the tables print: `printed.json`."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in tables.DOCUMENTS]
    printed = {commands: after for text in texts for commands, _, after in tables.both(text)}
    (folder / "printed.json").write_text(json.dumps(printed), encoding="utf-8")


@pytest.mark.tables
@pytest.mark.parametrize("name", tables.DOCUMENTS)
def test_tables_are_what_their_commands_print(name: str) -> None:
    """The comment above each table names the command."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "<!-- made by: uv run " in text
    printed = json.loads((meanwhile.made("tables") / "printed.json").read_text(encoding="utf-8"))
    for made_by in tables.TABLE.finditer(text):
        before, after = made_by["table"], printed[made_by["commands"]]
        if "results.py" in made_by["commands"]:  # what is trained has other last digits on another processor
            words = [re.split(r"([+-]?\d\.\d{3})", re.sub("predictions:[0-9a-f]+", "", one)) for one in (before, after)]
            assert words[0][::2] == words[1][::2]
            assert [float(one) for one in words[0][1::2]] == pytest.approx([float(one) for one in words[1][1::2]], abs=0.02)
        else:
            assert before == after


def test_the_researchers_example_prints_what_it_says(command: Command, tmp_path: Path) -> None:
    """load_dataset from the project's root."""
    example = block("For a researcher", "python")
    printed = command("python", "-c", example, cwd=ROOT, HF_HOME=str(tmp_path)).stdout
    assert f"```\n{printed}```" in README


def test_what_annotate_diff_ends_with(command: Command) -> None:
    """As the README says."""
    line = command(*block("**Versions.**", "sh").split()[2:], cwd=ROOT).stdout.splitlines()[-1]
    assert f"Its last line is `{line}`" in README


def test_the_engineers_examples_can_be_scored(command: Command, tmp_path: Path) -> None:
    """The line of JSON and the extractor of one's own."""
    (tmp_path / "mine.jsonl").write_text(block("A line of `mine.jsonl`", "json"), encoding="utf-8")
    (tmp_path / "my_module.py").write_text(block("`my_module.py` is as short", "python"), encoding="utf-8")
    (tmp_path / "all.jsonl").write_text(block("With all that can be scored", "json"), encoding="utf-8")
    done = command(
        "eval",
        "run",
        "predictions:all.jsonl",
        "--gold",
        "all.jsonl",
        "--min",
        "relations.entity=1",
        "--min",
        "attributes.factuality=1",
    )
    assert (done.returncode, done.stderr) == (0, "")
    named = sum("دمشق" in (document.text or "") for document in formats.read_gold(ROOT / "data"))
    for extractor, correct in (("predictions:mine.jsonl", 2), ("my_module:extract", named)):
        done = command("eval", "run", extractor, "--gold", ROOT / "data", "--metrics", "ner.strict")
        assert (done.returncode, done.stderr) == (0, "")
        assert re.search(rf"micro .* {correct} │ +{correct} │", done.stdout)
