"""What an extractor answers when it is asked for documents: checked. One that it fails on may be recorded, and stop nothing."""

from __future__ import annotations

import reprlib
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from eval.document import BadInput, Document, check
from eval.extractors import Extractor

# An extractor that fails on so many documents before it has done any is at fault itself.
MOST_FAILURES = 10


class Failure(BadInput):
    """An extractor's own code failed, or answered what cannot be scored; `why` says so without its name."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why

    def __reduce__(self) -> tuple[type, tuple[str, str]]:  # it may come from another process
        return Failure, (str(self), self.why)


class Answers:
    """Asks extractors called `name`, in one thread or several.

    Unless it is to `fail_fast`, a document that an extractor fails on is yielded with its error, and the others go on.
    """

    def __init__(self, name: str, *, fail_fast: bool) -> None:
        self._name, self._fail_fast, self.warnings = name, fail_fast, list[str]()
        self._lock, self._failed, self._done = threading.Lock(), 0, 0

    def of(self, extractor: Extractor, documents: Sequence[Document]) -> Iterator[Document]:
        """Yield each document with what was found in it, without its text, as soon as the extractor has it, in any order.

        Raises Failure for what fails in the extractor, or what it yields that cannot be scored; BadInput for what it raises as
        such, since that is no fault of a document's, and where it fails on all of the first MOST_FAILURES.
        """
        given, found = {document.doc_id: document for document in documents}, set[str]()
        try:
            for answer in self._asked(extractor, documents):
                document = self._known(answer, given, found)
                found.add(document.doc_id)
                yield self._scorable(document, given[document.doc_id].text or "")
            return
        except Failure as error:
            if self._fail_fast:
                raise
            failure = error
        rest = [document for document in documents if document.doc_id not in found]
        if not rest:
            self.warnings.append(f"{self._name}, when it had answered: {failure.why}")
        elif len(documents) == 1:
            yield self._recorded(rest[0], failure)
        else:  # which of them it was, halves tell: whatever the order in which it answers, one by one or all at once
            middle = (len(rest) + 1) // 2
            for part in filter(None, (rest[:middle], rest[middle:])):
                yield from self.of(extractor, part)

    def _asked(self, extractor: Extractor, documents: Sequence[Document]) -> Iterator[object]:
        with its_own_errors(self._name):
            yielded = extractor.extract([document.bare() for document in documents])
            if not isinstance(yielded, Iterable):
                what = f"{reprlib.repr(yielded)}: it is to yield documents, or return a list of them"
                raise BadInput(f"{self._name} returned {what}")
            answers = iter(yielded)
        while True:
            with its_own_errors(self._name):
                answer = next(answers, _END)
            if answer is _END:
                return
            yield answer

    def _known(self, answer: object, given: Mapping[str, Document], found: set[str]) -> Document:
        if not isinstance(answer, Document) or not isinstance(answer.doc_id, str) or answer.doc_id not in given:
            what = reprlib.repr(getattr(answer, "doc_id", answer))
            raise self._failure(f"yielded {what}: that is none of the documents it was given")
        if answer.doc_id in found:
            raise self._failure(f"yielded document {answer.doc_id!r} twice")
        return answer

    def _scorable(self, document: Document, text: str) -> Document:
        try:
            found = _checked(document, text)
        except BadInput as error:
            failure = Failure(f"{self._name}: document {document.doc_id!r}: {error}", str(error))
            if self._fail_fast:
                raise failure from None
            return self._recorded(document, failure)
        with self._lock:
            self._done += 1
        return found

    def _recorded(self, document: Document, failure: Failure) -> Document:
        with self._lock:
            self._failed += 1
            if not self._done and self._failed >= MOST_FAILURES:
                raise BadInput(f"{failure}; it failed on each of the first {self._failed} documents")
        return Document(document.doc_id, None, error=_writable(failure.why))

    def _failure(self, why: str) -> Failure:
        return Failure(f"{self._name} {why}", why)


_END = object()


@contextmanager
def its_own_errors(name: str) -> Iterator[None]:
    """The errors of an extractor's own code, and its attempts to leave, become a Failure with their place."""
    try:
        yield
    except (BadInput, KeyboardInterrupt):
        raise
    except BaseException as error:  # SystemExit and asyncio's CancelledError are no Exception
        frame = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{_said(error)} ({frame.filename}, line {frame.lineno})"
        raise Failure(f"{name} failed: {why}", why) from error


def _said(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # of its own __str__
        return type(error).__name__


def _checked(document: Document, text: str) -> Document:
    """What was found, as it is kept. Raises BadInput for what cannot be scored."""
    if document.text is not None and not (isinstance(document.text, str) and document.text == text):
        raise BadInput("came back with another text; its offsets would mean nothing")
    check(document, text)
    if not isinstance(document.notes, list | tuple) or not all(isinstance(note, str) for note in document.notes):
        raise BadInput(f"notes are a list of strings, found {document.notes!r}")
    # int: an offset may have come as numpy's
    mentions = tuple(replace(mention, start=int(mention.start), end=int(mention.end)) for mention in document.mentions)
    notes = tuple(map(_writable, document.notes))
    return Document(document.doc_id, None, mentions=mentions, relations=document.relations, notes=notes)


def _writable(words: str) -> str:
    """A lone surrogate cannot be written."""
    return words.encode("utf-8", "replace").decode()
