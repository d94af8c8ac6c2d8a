"""The pages, as they are made of the gold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from annotation import ABOUT, about
from annotation.explorer import contradictions, entities, names, quotes, timeline
from annotation.explorer.atlas import Atlas, Told
from annotation.explorer.contradictions import Shown
from annotation.explorer.timeline import Event
from annotation.gold import Gold
from eval.pages import article, page
from eval.pages.article import Legend, Marked

_STYLES = ("page.css", "explorer.css")
_TOP = 5  # of each type, on the first page


def count(gold: Gold) -> int:
    """How many there are."""
    return 4 + len(gold.documents) + len(gold.entities)


def pages(gold: Gold) -> Iterator[tuple[str, str]]:
    """Each page's path in the folder, and the page. The same gold gives the same pages."""
    atlas = Atlas(gold)
    events, contradicted = timeline.events(atlas), contradictions.shown(atlas)
    grouped = entities.by_type(atlas, list(atlas.entities.values()))
    render = partial(_render, atlas)
    yield "index.html", render("front.html", here="Articles", top=_TOP, grouped=grouped, **_front(atlas))
    yield "entities.html", render("entities.html", "words.js", "search.js", here="Entities", grouped=grouped)
    yield "timeline.html", render("timeline.html", "words.js", "search.js", "folded.js", here="Time line", events=events)
    yield "contradictions.html", render("contradictions.html", here="Contradictions", contradictions=contradicted)
    articles = list(atlas.articles.values())
    for before, told, after in zip([None, *articles], articles, [*articles[1:], None], strict=False):
        yield told.href, _article(atlas, told, (before, after), events, contradicted)
    for id, called in atlas.entities.items():
        of_it, with_it = entities.facts(atlas, id)
        said: dict[str, Any] = {
            "called": called,
            "entity": gold.entities[id],
            "quotes": atlas.quotes(id),
            "of_it": of_it,
            "with_it": with_it,
        }
        yield called.href, render("entity.html", here=None, root="../", kind=atlas.event_type(id), **said)


def _render(atlas: Atlas, template: str, *scripts: str, styles: Sequence[str] = (), root: str = "", **context: Any) -> str:
    """`root` is the way from a page to the folder's root."""
    schema = atlas.gold.schema
    return page.render(
        template,
        [*_STYLES, *styles],
        ["colours.js", *scripts],
        package="annotation.explorer",
        root=root,
        atlas=atlas,
        types=schema.types,
        colours={name: type.color for name, type in schema.types.items()},
        names=names,
        apart=quotes.apart,
        **context,
    )


def _front(atlas: Atlas) -> dict[str, Any]:
    gold = atlas.gold
    return {
        # What a project does not say of itself is not what ours says of ours.
        "stated": about.load(gold.root / ABOUT) if (gold.root / ABOUT).is_file() else None,
        "figures": {
            "articles": len(gold.documents),
            "mentions": sum(len(document.mentions) for document in gold.documents),
            "relations": sum(len(document.relations) for document in gold.documents),
            "entities": len(gold.entities),
            "facts": len(gold.facts),
            "contradictions": len(gold.contradictions),
        },
        "bare": sorted(gold.articles.keys() - atlas.articles.keys()),
    }


def _article(
    atlas: Atlas, told: Told, beside: tuple[Told | None, Told | None], events: list[Event], contradicted: list[Shown]
) -> str:
    document, legend = told.quoted.document, Legend([names.SIDE])
    island = legend.island([Marked(document)])
    here = [called for called in atlas.entities.values() if told.doc_id in called.articles]
    return _render(
        atlas,
        "told.html",
        *article.SCRIPTS,
        styles=article.STYLES,
        root="../",
        here=None,
        told=told,
        beside=beside,
        island=island,
        legend=legend.record({name: type.color for name, type in atlas.gold.schema.types.items()}, _named(atlas, told)),
        grouped=entities.by_type(atlas, here),
        times={called.id: sum(doc_id == told.doc_id for doc_id, _ in atlas.mentions[called.id]) for called in here},
        events=[event for event in events if event.when and any(one.told is told and one.dates for one in event.tellings)],
        contradictions=[one for one in contradicted if told.doc_id in one.articles],
    )


def _named(atlas: Atlas, told: Told) -> dict[str, dict[str, str]]:
    """What article.js is told of each id; one mention of two entities leads to the first."""
    found = {}
    for ids in {mention.entity_id for mention in told.quoted.document.mentions if mention.entity_id}:
        called = [atlas.entities[id] for id in ids.split()]
        found[ids] = {"name": " + ".join(one.arabic or one.english for one in called), "href": f"../{called[0].href}"}
    return found
