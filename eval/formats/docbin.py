"""spaCy's DocBin, `.spacy`. spaCy itself is imported only where such a file is read or written.

Read are `doc.spans["sc"]`, the key of spaCy's span categorizer, which may nest and cross, or else `doc.ents`: label, offsets,
`kb_id_` (the entity_id), `id_` (the mention's id, unless several share it, as what an entity ruler finds does). The document's id
is `doc.user_data["doc_id"]` or `doc._.doc_id`, else its number, from 0.

Written are both: all mentions in `doc.spans["sc"]`, the outermost in `doc.ents`. Tokens are those of `eval.segment`, cut further
where a mention starts or ends, so that `doc.text` and all offsets are exact. What spaCy has no place for (relations, attributes,
date, fold) stands in `doc.user_data["wafd"]` and is read from there, as far as its mentions are still in the Doc.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from eval.document import BadInput, Document
from eval.formats import losses
from eval.formats.conll import laid_along
from eval.formats.record import from_record, to_record
from eval.segment import tokens

KEY, OWN = "sc", "wafd"


def read(path: Path, gold: Sequence[Document] = ()) -> Iterator[tuple[str, Document]]:
    """Yield each document with where it stands.

    Predictions without doc_id are of the gold's document with the same text; tokens of which nobody knows what stood between,
    as those of `spacy convert`, are laid along it, and empty Docs, which it makes of empty lines, are passed over. Raises
    BadInput, naming the document's number, from 0.
    """
    texts = {document.doc_id: document.text or "" for document in gold}
    by_letters: dict[str, list[str]] = defaultdict(list)
    for doc_id, text in texts.items():
        by_letters["".join(text.split())].append(doc_id)
    for number, doc in enumerate(_docs(path)):
        where = f"{path}, document {number}"
        own, letters, gaps = _doc_id(doc), "".join(doc.text.split()), doc.has_unknown_spaces
        same = [doc_id for doc_id in by_letters.get(letters, ()) if gaps or texts[doc_id] == doc.text]
        if gold and not (own or same or len(doc)):
            continue
        try:
            doc_id = own or (_one_of(same, str(number)) if gold else str(number))
            if gold:
                _check_changed(doc)
            document = from_record(_record(doc, doc_id))
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
        yield where, laid_along(document, texts[doc_id]) if gaps and doc_id in texts else document


def write(path: Path, documents: Iterable[Document]) -> list[str]:
    """Write one Doc a document; returns what spaCy's own components will not see, a line a reason."""
    documents = list(documents)
    spacy = _spacy(path)
    vocab, docs = spacy.vocab.Vocab(), spacy.tokens.DocBin(store_user_data=True)
    for document in documents:
        docs.add(_doc(spacy, vocab, document))
    docs.to_disk(path)
    kinds = losses.of(documents, "relation(s)", "attribute(s)", "date(s)", "fold(s)")
    return losses.told(f"kept in doc.user_data[{OWN!r}], since spaCy has no place for them", kinds)


def _spacy(path: Path) -> Any:
    try:
        import spacy.tokens
        import spacy.util
        import spacy.vocab
    except ModuleNotFoundError as error:
        raise BadInput(
            f"{path}: .spacy needs spaCy ({error}); install wafd[spacy], in this project with uv run --extra spacy …"
        ) from None
    return spacy


def _docs(path: Path) -> Iterator[Any]:
    spacy = _spacy(path)
    try:
        yield from spacy.tokens.DocBin().from_disk(path).get_docs(spacy.vocab.Vocab())
    except Exception as error:  # of zlib, of msgpack, of spaCy, of a key that is missing
        raise BadInput(f"{path}: not a DocBin of spaCy's, or damaged ({type(error).__name__}: {error})") from None


def _doc_id(doc: Any) -> str | None:
    # the second is where spaCy keeps doc._.doc_id
    found = doc.user_data.get("doc_id", doc.user_data.get(("._.", "doc_id", None, None)))
    return None if found is None else str(found)


def _one_of(same: Sequence[str], number: str) -> str:
    if len(same) == 1 or number in same:
        return number if number in same else same[0]
    raise BadInput(
        f"it has no doc_id, and its text is that of {len(same)} of the gold's documents; set doc.user_data['doc_id'],"
        " and write the DocBin with store_user_data=True"
    )


def _check_changed(doc: Any) -> None:
    """Raise BadInput where a pipeline was given our Docs with their mentions, and has left these in one of the two places."""
    from spacy.util import filter_spans

    spans, ents = ({(s.start_char, s.end_char, s.label_) for s in of} for of in (filter_spans(doc.spans.get(KEY, ())), doc.ents))
    if OWN in doc.user_data and spans and ents and spans != ents:
        raise BadInput(
            f"doc.spans[{KEY!r}] and doc.ents do not agree, which were written together: a pipeline has changed one of them, and"
            " the other is what it was given; let it predict from the texts alone"
        )


def _record(doc: Any, doc_id: str) -> Mapping[str, Any]:
    """The Doc as the record that JSON lines hold."""
    spans = list(doc.spans.get(KEY, doc.ents))
    if others := [key for key, group in doc.spans.items() if len(group) and KEY not in doc.spans and not doc.ents]:
        raise BadInput(f"its spans are under {others[0]!r}; read are doc.spans[{KEY!r}] or else doc.ents: copy them there")
    own = doc.user_data.get(OWN)
    own = own if isinstance(own, dict) else {}
    attributes = dict(own.get("attributes", {}))
    places: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
    for span in spans:
        places[span.id_].add((span.start_char, span.end_char, span.label_))
    mentions = []
    for span in spans:
        id = span.id_ if len(places[span.id_]) == 1 else ""
        mention = {"id": id or None, "start": span.start_char, "end": span.end_char, "type": span.label_}
        mentions.append({**mention, "entity_id": span.kb_id_ or None, "attributes": attributes.get(id)})
    ids = {mention["id"] for mention in mentions}
    relations = [relation for relation in own.get("relations", ()) if {relation["head"], relation["tail"]} <= ids]
    more = {"date": own.get("date"), "fold": own.get("fold")}
    return {"doc_id": doc_id, "text": doc.text, "mentions": mentions, "relations": relations, **more}


def _doc(spacy: Any, vocab: Any, document: Document) -> Any:
    words, spaces = _words(document.text or "", {(mention.start, mention.end) for mention in document.mentions})
    doc = spacy.tokens.Doc(vocab, words=words, spaces=spaces)
    starts = {token.idx: token.i for token in doc}
    ends = {token.idx + len(token): token.i + 1 for token in doc}
    spans, attributes = [], {}
    for mention in document.mentions:
        id = mention.id or ("{}-{} {}".format(*mention.span) if mention.attributes else "")
        label, entity = mention.type, mention.entity_id or ""
        spans.append(spacy.tokens.Span(doc, starts[mention.start], ends[mention.end], label=label, kb_id=entity, span_id=id))
        if mention.attributes:
            attributes[id] = dict(mention.attributes)
    doc.spans[KEY] = spans
    doc.ents = spacy.util.filter_spans(spans)  # the longest of those that overlap
    own = {"date": document.date, "fold": document.fold, "relations": to_record(document)["relations"], "attributes": attributes}
    doc.user_data |= {"doc_id": document.doc_id, OWN: own}
    return doc


def _words(text: str, spans: set[tuple[int, int]]) -> tuple[list[str], list[bool]]:
    """Words that make up the text, white space too, cut where a span starts or ends; and whether one space more follows each."""
    words: list[str] = []
    spaces: list[bool] = []
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    for start, end in pairwise(sorted({0, len(text), *starts, *ends, *tokens(text).ravel().tolist()})):
        word = text[start:end]
        # One space belongs to the word before it, as in spaCy, unless it is a span's first or last code point.
        if words and not spaces[-1] and word[0] == " " and start not in starts and (len(word) > 1 or end not in ends):
            spaces[-1], word = True, word[1:]
        if word:
            words.append(word)
            spaces.append(False)
    return words, spaces
