"""What `pip install wafd` gives: the commands, outside the repository, and none of the articles' texts."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import regex

from annotation import gold as golds
from annotation.explorer import pages
from eval import __version__, formats
from tests.conftest import BIN, ROOT, Command, files

WORDS = 12
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
PAGE = (ROOT / "docs" / "package.md").read_text(encoding="utf-8")

Installed = Callable[..., "subprocess.CompletedProcess[str]"]


def uv(*arguments: object) -> None:
    """Run uv, which is in the tests' environment."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["uv", *map(str, arguments)], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("built")
    uv("build", "--out-dir", folder, ROOT)
    return folder


def members(file: Path) -> Iterator[tuple[str, bytes]]:
    """Each file in a wheel or an sdist, with its path there."""
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            yield from ((name, wheel.read(name)) for name in wheel.namelist())
    else:
        with tarfile.open(file) as sdist:
            for member in filter(tarfile.TarInfo.isfile, sdist):
                content = sdist.extractfile(member)
                assert content
                yield member.name.partition("/")[2], content.read()


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of WORDS words, whatever stands between them."""
    words = WORD.findall(text)
    return {tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}


def test_no_text_of_an_article_is_in_wheel_or_sdist(built: Path) -> None:
    """No twelve words that stand together in one, but for three such runs in an example of the guidelines."""
    own = {run for file in (ROOT / "seeds").glob("*.txt") for run in runs(file.read_text(encoding="utf-8"))}
    assert len(own) > 1000
    for file in (*built.glob("*.whl"), *built.glob("*.tar.gz")):
        found = dict(members(file))
        assert {"annotation/schema.yaml", "annotation/about.yaml", "annotation/guidelines.ar.md", "eval/__main__.py"} <= set(
            found
        )
        # All is plain text: nothing is hidden in what is compressed or escaped.
        texts = {name: content.decode("utf-8") for name, content in found.items()}
        assert {Path(name).suffix for name in texts} & {".json", ".jsonl", ".parquet"} == set()
        quoted = {name: len(both) for name, text in texts.items() if (both := runs(text) & own)}
        assert quoted == {"annotation/guidelines.md": 3, "annotation/guidelines.ar.md": 3}


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel and what it needs, in the tests' own versions, which uv has already."""
    folder = tmp_path_factory.mktemp("clean")
    found = importlib.metadata.distributions()
    versions = [f"{one.name}=={one.version}\n" for one in found if one.name != "wafd"]
    (folder / "versions.txt").write_text("".join(versions), encoding="utf-8")
    uv("venv", "--python", sys.executable, folder / "venv")
    (wheel,) = built.glob("*.whl")
    uv("pip", "install", "--python", folder / "venv", "--constraints", folder / "versions.txt", wheel)
    return folder / "venv" / "bin"


@pytest.fixture
def installed(environment: Path, command: Command) -> Installed:
    """Run a program of the wheel's."""
    alone = {name: "" for name in ("PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
    path = f"{environment}{os.pathsep}{os.environ['PATH']}"
    return lambda program, *rest, **more: command(environment / program, *rest, PATH=path, **alone, **more)


def test_the_commands_are_there(installed: Installed, tmp_path: Path) -> None:
    """Under all their names, also where a folder is named as one of the packages; nothing else brings a module `eval`.

    What an extra is missing for is said.
    """
    for name in ("eval", "annotation"):
        (tmp_path / name).mkdir()
    for command, says in (
        (("eval", "--version"), f"eval, version {__version__}\n"),
        (("python", "-m", "eval", "--version"), f"eval, version {__version__}\n"),
        (("wafd", "--version"), f"eval, version {__version__}\n"),
        (("run", "--help"), "Usage: eval run "),
        (("annotate", "--help"), "Usage: annotate "),
        (("python", "-m", "annotation", "--version"), f"annotate, version {__version__}\n"),
        (("python", "-c", "from eval.document import Mention; print(Mention(None, 0, 1, 'X').span)"), "(0, 1, 'X')\n"),
        (("python", "-c", "from importlib.metadata import *; print(packages_distributions()['eval'])"), "['wafd']\n"),
    ):
        done = installed(*command)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout.startswith(says), command
    refused = installed("annotate", "serve", "--folder", "studio")
    assert (refused.returncode, "pip install 'wafd[label-studio]'" in refused.stderr) == (2, True)


def test_what_the_package_page_says(installed: Installed, tmp_path: Path) -> None:
    """Each of its commands, on its own document, with its own module."""
    example, code = (re.findall(rf"```{of}\n(.*?)```", PAGE, re.DOTALL) for of in ("json", "python"))
    for name in ("my_gold.jsonl", "mine.jsonl"):
        (tmp_path / name).write_text(example[0], encoding="utf-8")
    (tmp_path / "my_module.py").write_text(code[0], encoding="utf-8")
    shutil.copy(ROOT / "tests" / "exports" / "valid" / "small.json", tmp_path / "export.json")
    install, commands = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    assert install == "pip install wafd\n"
    for line in commands.splitlines():
        done = installed("/bin/bash", "-c", line)
        assert (done.returncode, done.stderr) == (0, ""), line
    found = [
        json.loads(path.read_text(encoding="utf-8"))["metrics"]["ner.strict"]["f1"] for path in tmp_path.rglob("scores.json")
    ]
    assert found == [1, 1, 1]


def test_the_same_score_and_page_as_in_the_repository(installed: Installed, command: Command, tmp_path: Path) -> None:
    """With the same signature, of a copy of data/ and of JSON lines, which have no titles; without --gold, one line says what to do."""
    shutil.copytree(ROOT / "data", tmp_path / "copied")
    formats.write(tmp_path / "gold.jsonl", formats.read_gold(ROOT / "data"))
    scores, reports = [], []
    for run, out, *gold in (
        (command, "repository", "--gold", ROOT / "data"),
        (installed, "folder", "--gold", "copied"),
        (installed, "lines", "--gold", "gold.jsonl"),
    ):
        done = run("eval", "run", *gold, "--samples", 0, "--out", out)
        assert (done.returncode, done.stderr) == (0, "")
        scores.append((tmp_path / out / "scores.json").read_bytes())
        reports.append((tmp_path / out / "report.html").read_bytes())
    assert scores[0] == scores[1] == scores[2]
    assert reports[0] == reports[1]
    refused = installed("eval", "run")
    assert (refused.returncode, refused.stderr) == (
        2,
        "eval: data: no such file or folder; --gold names the gold: a file of documents (.jsonl, .parquet, .conll, .spacy), a folder"
        " of brat's or a dataset's; none comes with the package\n",
    )


def test_a_dataset_of_ones_own(installed: Installed, tmp_path: Path) -> None:
    """annotate build and browse, where seeds/ and annotation/ are: the same files as in the repository."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "annotation" / "exports").mkdir(parents=True)
    for file in (*(ROOT / "annotation").glob("*.jsonl"), ROOT / "annotation" / "exports" / "gold.json"):
        shutil.copy(file, tmp_path / file.relative_to(ROOT))
    done = installed("annotate", "build")
    assert (done.returncode, done.stderr) == (0, "")
    built = {path.relative_to(tmp_path): path.read_bytes() for path in (tmp_path / "data").rglob("*.parquet")}
    assert built == {path.relative_to(ROOT): path.read_bytes() for path in (ROOT / "data").rglob("*.parquet")}
    done = installed("annotate", "browse", "--no-serve")
    assert (done.returncode, done.stderr) == (0, "")
    assert files(tmp_path / "explorer") == {path: page.encode() for path, page in pages.pages(golds.read(tmp_path))}
