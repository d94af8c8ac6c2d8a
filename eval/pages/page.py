"""A page: templates, and styles and scripts in it, of which its Content-Security-Policy allows exactly these."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from eval.pages.article import language, written
from eval.pages.ours import GENERATOR

HERE = "eval.pages"


def render(template: str, styles: Sequence[str], scripts: Sequence[str], *, package: str = HERE, **context: Any) -> str:
    """The page that a template makes of a context; its styles and scripts are files of its package, or of this one."""
    sources = {name: _source(package, name) for name in (*styles, *scripts)}
    policy = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": _allowed(sources[name] for name in styles),
        "script-src": _allowed(sources[name] for name in scripts),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return (
        _environment(package)
        .get_template(template)
        .render(
            **context,
            generator=GENERATOR,
            policy=Markup("; ".join(f"{name} {value}" for name, value in policy.items())),
            styles=[Markup(sources[name]) for name in styles],
            scripts=[Markup(sources[name]) for name in scripts],
        )
    )


def size(value: Any) -> int:
    """How many bytes the island of a value takes up, as `tojson` writes it."""
    return len(htmlsafe_json_dumps(value, _json).encode())


def _json(value: Any, **_: Any) -> str:
    """So that Arabic is Arabic. What would end an island is escaped by whoever calls this."""
    return orjson.dumps(value).decode()


def _allowed(sources: Any) -> str:
    digests = (hashlib.sha256(source.encode()).digest() for source in sources)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"


@cache
def _environment(package: str) -> Environment:
    """Everything that a template is given is text, unless it says otherwise; what it names is there."""
    loader = ChoiceLoader([PackageLoader(name) for name in dict.fromkeys((package, HERE))])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.policies["json.dumps_function"] = _json
    environment.globals |= {"language": language, "written": written}
    return environment


def _source(package: str, name: str) -> str:
    places = (files(one) / "templates" / name for one in (package, HERE))
    return next(place for place in places if place.is_file()).read_text(encoding="utf-8")
