"""Whether spans start, end and nest as the guidelines say. Only what is certain is a problem."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from annotation.checks.fields import bare
from annotation.checks.view import Problem, Region, View
from eval.segment import tokens

# What may stand in a word before a mention: a conjunction, then a preposition or the future س; short vowels and tatweel besides.
_PROCLITICS = regex.compile(r"[وف]?[بلكس]?")
# ل before a noun with its article, whose alef is gone; shorter words are roots (فلل).
_FUSED = regex.compile(r"ل\p{L}{2}")
_DEFINITE = regex.compile(r"ال\p{L}{3}")
# Brackets and quotes with those that close or open them.
_PARTNERS = {
    "(": ")",
    ")": "(",
    "[": "]",
    "]": "[",
    "«": "»",
    "»": "«",
    '"': '"',
    "'": "'",
    "“": "”",
    "”": "“„",
    "‘": "’",
    "’": "‘",
}
# A mark that belongs to a short form or a Latin name: د. or U.S. or Inc. or Yahoo!
_SHORT_FORM = regex.compile(r"(?:.*[^\p{L}\p{M}])?\p{L}\.", regex.DOTALL)
_LATIN_END = regex.compile(r"\p{Latin}$")


def crossing(view: View) -> Iterator[Problem]:
    """crossing-spans: two regions overlap and neither lies in the other."""
    open_: list[Region] = []
    for region in view.regions:
        open_ = [other for other in open_ if other.end > region.start]
        for other in open_:
            if other.end < region.end and other.start < region.start:
                yield view.problem("crossing-spans", region, f"crosses {other}; one must lie in the other, or both stay apart")
        open_.append(region)


def duplicates(view: View) -> Iterator[Problem]:
    """duplicate-span: the same span with the same label twice."""
    first: dict[tuple[int, int, str], Region] = {}
    for region in view.regions:
        if (other := first.setdefault((region.start, region.end, region.type), region)) is not region:
            yield view.problem("duplicate-span", region, f"is marked already, as region {other.id}; delete one")


def edges(view: View) -> Iterator[Problem]:
    """edge-whitespace, edge-punctuation."""
    for region in view.regions:
        if region.surface != region.surface.strip():
            yield view.problem("edge-whitespace", region, "begins or ends with white space; leave it outside")
        elif mark := _edge_mark(region):
            yield view.problem(
                "edge-punctuation", region, f"begins or ends with {mark!r}; punctuation round a mention stays outside"
            )


def words(view: View) -> Iterator[Problem]:
    """start-inside-word, end-inside-word: a word is split where no proclitic ends."""
    spans = tokens(view.text).tolist()
    start_of = {offset: start for start, end in spans for offset in range(start + 1, end)}
    for region in view.regions:
        if region.start in start_of:
            before = view.text[start_of[region.start] : region.start]
            if not _PROCLITICS.fullmatch(bare(before)):
                yield view.problem(
                    "start-inside-word", region, f"leaves out {before!r} of its first word, which is no proclitic; take it in"
                )
        if region.end in start_of:
            rest = regex.match(r"[\p{L}\p{M}\p{N}]*", view.text[region.end :])
            yield view.problem(
                "end-inside-word", region, f"leaves out {rest[0] if rest else ''!r} of its last word; suffixes stay inside"
            )


def proclitics(view: View) -> Iterator[Problem]:
    """proclitic-inside: the span begins with proclitics that are certainly none of its first word's letters."""
    marked = {(region.type, region.fields.get("entity_id", ""), bare(region.surface)) for region in view.regions}
    known = {bare(view.text[start:end]) for start, end in tokens(view.text).tolist()}
    for region in view.regions:
        surface = bare(region.surface)
        for length in (1, 2):
            proclitic, rest = surface[:length], surface[length:]
            if not rest or not _PROCLITICS.fullmatch(proclitic):
                break
            if proclitic[-1] == "ل" and _FUSED.match(rest):
                yield view.problem("proclitic-inside", region, "begins with the ل before a fused article; start at the second ل")
                break
            # Verbs and verbal nouns are too short and too many for the rest to prove anything.
            entity_id = region.fields.get("entity_id", "")
            same = entity_id and (region.type, entity_id, rest) in marked
            if region.type != "EVENT" and (same or (_DEFINITE.match(rest) and rest.split()[0] in known)):
                yield view.problem(
                    "proclitic-inside", region, f"begins with the proclitic {proclitic!r}; start after it, at {rest!r}"
                )
                break


def _edge_mark(region: Region) -> str | None:
    """The punctuation at an edge of the region that is no part of it."""
    surface = region.surface
    first, last = surface[0], surface[-1]
    if last in _PARTNERS.get(first, "") and len(surface) > 1:
        return first  # the whole stands in brackets or quotes
    for mark, others in ((first, surface[1:]), (last, surface[:-1])):
        category = unicodedata.category(mark)
        if category[0] not in "PS" or mark == "_" or any(partner in others for partner in _PARTNERS.get(mark, "")):
            continue
        if region.type == "QUANTITY" and (category == "Sc" or mark in "%٪‰°+-−"):
            continue
        if mark in ".!" and others and (_SHORT_FORM.fullmatch(surface) or _LATIN_END.search(others)):
            continue
        return mark
    return None


CHECKS = (crossing, duplicates, edges, words, proclitics)
