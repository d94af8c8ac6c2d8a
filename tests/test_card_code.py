"""What the dataset's card shows to run is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

from datasets import Dataset

from annotation.configs import CONFIGS
from tests.conftest import ROOT, Command

BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "annotation" / "card.md").read_text(encoding="utf-8"), re.DOTALL)


def blocks(language: str) -> list[str]:
    """The blocks of a language, with what a user of data/ loads."""
    return [Template(code).substitute(source="./data") for found, code in BLOCKS if found == language]


def loaded(config: str) -> Dataset:
    """A config of data/."""
    return Dataset.from_parquet(str(ROOT / "data" / config / "test.parquet"))


def test_every_block_is_of_a_language_that_is_read_here() -> None:
    """BibTeX is read in tests/test_citation.py."""
    assert [language for language, _ in BLOCKS] == ["python", "sh", "json", "python", "bibtex"]


def test_the_python_loads_all_configs_and_joins_the_texts(tmp_path: Path) -> None:
    """Rows without texts become those of data/ again, with their types; a document whose text is another is refused by name."""
    whole = loaded("documents")
    cut = [{**row, "text": None, "mentions": [{**one, "text": None} for one in row["mentions"]]} for row in whole.to_list()]
    shutil.copytree(ROOT / "data", tmp_path / "data")
    Dataset.from_list(cut, features=whole.features).to_parquet(tmp_path / "data" / "documents" / "test.parquet")
    shutil.copytree(ROOT / "seeds", tmp_path / "texts", ignore=shutil.ignore_patterns("*.jsonl"))
    load, join = blocks("python")
    before = "sizes = [len(one) for one in (documents, sentences, pairs, entities, facts)]; assert documents[0]['text'] is None"
    show = "import json; print(json.dumps([sizes, repr(documents.features), documents.to_list()]), flush=True)"
    change = "next(Path('texts').glob('003*')).write_bytes(b'another')"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([load, before, join, show, change, join])],
        cwd=tmp_path,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    says = f"ValueError: document 003: no file of texts/ has the SHA-256 {whole[3]['sha256']}"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, says)
    sizes, features, rows = json.loads(done.stdout)
    assert sizes == [len(loaded(config)) for config in CONFIGS]
    assert features == repr(whole.features)
    assert rows == whole.to_list()


def test_the_command_scores_the_line_of_json(command: Command, tmp_path: Path) -> None:
    """Against a folder with the texts; what it predicts is in the gold."""
    (tmp_path / "mine.jsonl").write_text(blocks("json")[0], encoding="utf-8")
    (tmp_path / "full").symlink_to(ROOT / "data")
    done = command(*blocks("sh")[0].split(), "--out", "run", "--metrics", "ner.strict,relations.strict")
    assert (done.returncode, done.stderr) == (0, "")
    metrics = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))["metrics"]
    found = {name: (metrics[name]["precision"], metrics[name]["correct"]) for name in metrics}
    assert found == {"ner.strict": (1, 2), "relations.strict": (1, 1)}
