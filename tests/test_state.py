"""What `annotate serve` shows of a project, and what it keeps in its folder, without a Label Studio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from annotation.studio import environment, project
from annotation.studio.login import Login
from annotation.studio.state import State
from eval.document import BadInput


def task(*annotations: tuple[int | None, bool]) -> dict[str, Any]:
    """Of annotations given as (who, skipped)."""
    return {
        "id": 1,
        "annotations": [{"id": i, "completed_by": who, "was_cancelled": no} for i, (who, no) in enumerate(annotations)],
    }


def test_an_article_is_annotated_once_however_often_it_is() -> None:
    """By somebody, and by each; to skip it is something else, unless it was annotated too."""
    state = State.of(
        1234,
        [
            task((1, False), (2, False)),
            task((1, False), (1, False)),
            task((1, True)),
            task((2, True), (2, False)),
            task((None, False)),
        ],
    )
    assert state.lines({1: "a@wafd.example", 2: "b@wafd.example", 3: "c@wafd.example"}) == [
        "articles: 1,234, 4 of them annotated; annotate push brings more",
        "          a@wafd.example: 2 annotated, 1 skipped",
        "          b@wafd.example: 2 annotated",
        "          c@wafd.example: 0 annotated",
        "          an account that is gone: 1 annotated",
    ]


def test_a_key_that_label_studio_could_not_read_again_is_replaced(tmp_path: Path) -> None:
    """Any other stays; nobody else can read it."""
    path = tmp_path / ".env"
    environment.keep_key(tmp_path)
    made = path.read_text(encoding="utf-8")
    assert (made.startswith("SECRET_KEY="), len(made) > 60, path.stat().st_mode & 0o077) == (True, True, 0)
    environment.keep_key(tmp_path)
    assert path.read_text(encoding="utf-8") == made
    path.write_text("\nSECRET_KEY=$a\n", encoding="utf-8")
    environment.keep_key(tmp_path)
    assert "$" not in path.read_text(encoding="utf-8")


def test_what_is_no_email_address_is_refused() -> None:
    """Before a server is asked; capital letters make no difference."""
    assert project.email_address("A.b+c@Wafd.Example") == "a.b+c@wafd.example"
    for words in ("", "anna", "anna@", "@wafd.example", "anna@wafd", "a b@wafd.example", "a@b@wafd.example", "a@wafd.example\n"):
        with pytest.raises(BadInput, match=r"is no e-mail address; one is like name@example\.org"):
            project.email_address(words)


def test_password_and_token_are_in_no_repr() -> None:
    """Nor, therefore, in a traceback that shows one."""
    assert "secret" not in repr(Login("http://127.0.0.1:1", "a@wafd.example", "secret", "secret"))
