"""`annotate browse` as a user runs it: the folder, the server, and the pages in a browser."""

from __future__ import annotations

import http.client
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from annotation import EXPORT, seeds
from annotation import gold as golds
from annotation.entities import of_gold
from annotation.explorer import folder, names, pages
from annotation.facts import facts
from annotation.gold import Gold
from eval.document import BadInput
from tests import labelling
from tests.conftest import BIN, ROOT, Command, files
from tests.golds import hostile
from tests.pages import PHONE, WIDE, serious, watched

READY = "Ctrl-C stops it."


@dataclass(frozen=True)
class Served:
    """An explorer that is served."""

    folder: Path
    port: int
    process: subprocess.Popen[str]

    def ask(self, path: str, host: str | None = None, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer; the path goes out as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
        connection.endheaders()
        answer = connection.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return found

    def ended(self, by: signal.Signals) -> tuple[int, str, str]:
        """Stop it; its exit status, and what it said in the end."""
        self.process.send_signal(by)
        printed, complained = self.process.communicate(timeout=120)
        return self.process.returncode, printed, complained


@contextmanager
def served(folder: Path, cwd: Path = ROOT) -> Iterator[Served]:
    """`annotate browse`, from when it serves until the block is left."""
    command = [str(BIN / "annotate"), "browse", "--out", str(folder)]
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line.strip())
            if line.strip() == READY:
                break
        assert [line.split()[0] for line in printed] == ["pages:", "address:", "Ctrl-C"]
        assert printed[0].split()[1] == str(folder / "index.html")
        yield Served(folder, int(printed[1].rstrip("/").rpartition(":")[2]), process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all. It ends at once by Ctrl-C, though a browser holds a connection."""
    with served(tmp_path_factory.mktemp("browse") / "explorer") as one, socket.create_connection(("127.0.0.1", one.port)):
        yield one
        assert one.ended(signal.SIGINT) == (0, "stopped\n", "")


def test_the_folder_is_what_the_gold_makes(explorer: Served) -> None:
    """The same bytes, in a process of another hash seed; each is an HTML file that says who wrote it."""
    found = {path: content.decode() for path, content in files(explorer.folder).items()}
    assert found == dict(pages.pages(golds.read(ROOT)))
    assert len(found) == pages.count(golds.read(ROOT)) == 230
    assert all('<meta name="generator" content="wafd ' in page for page in found.values())


def test_pages_are_served_as_they_are(explorer: Served) -> None:
    """With their type, and headers that let nobody frame or guess."""
    for path, file in (("/", "index.html"), ("/articles/000.html", "articles/000.html"), ("/timeline.html?x#y", "timeline.html")):
        status, headers, body = explorer.ask(path)
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert body == (explorer.folder / file).read_bytes()
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert explorer.ask("/index.html", f"localhost:{explorer.port}")[0] == 200
    status, headers, body = explorer.ask("/index.html", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == (explorer.folder / "index.html").stat().st_size


def test_nothing_else_is_served(explorer: Served, tmp_path: Path) -> None:
    """No folder, nothing outside, by .. or by a link; no other host; no other method."""
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    links = {"link.html": tmp_path / "secret.html", "folder": tmp_path}
    for name, target in links.items():
        (explorer.folder / name).symlink_to(target)
    try:
        for path in (
            "/entities",
            "/entities/",
            "/../secret.html",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
            "//etc/passwd",
            "/link.html",
            "/folder/secret.html",
            "/nothing.html",
            "/index.html/",
            "/%00",
        ):
            status, headers, body = explorer.ask(path)
            assert (status, b"secret" in body, b"root:" in body) == (404, False, False), path
            assert headers["x-content-type-options"] == "nosniff"
    finally:
        for name in links:
            (explorer.folder / name).unlink()
    for host in ("evil.example", f"evil.example:{explorer.port}", "127.0.0.1.evil.example", "", "[::1]", "0.0.0.0"):
        status, _, body = explorer.ask("/", host)
        assert (status, b"Syria" in body) == (421, False), host
    assert explorer.ask("/", method="POST")[0] == 501


def test_it_listens_on_loopback_alone(explorer: Served, command: Command, tmp_path: Path) -> None:
    """Another address of this machine is refused; a port that is taken is said, and nothing is written."""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", explorer.port), timeout=60)
    done = command("annotate", "browse", "--out", tmp_path / "out", "--port", explorer.port, cwd=ROOT)
    assert (done.returncode, done.stderr) == (
        2,
        f"annotate: port {explorer.port} cannot be had (Address already in use); leave --port out to have a free one\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_it_has_not_written_is_overwritten(command: Command, tmp_path: Path) -> None:
    """A folder with something else in it, even one thing in an explorer; a file; a link out. An explorer is written anew."""
    out, page = tmp_path / "out", '<meta name="generator" content="wafd 0.0.1">'
    folder.write([("index.html", page), ("articles/000.html", page)], 2, out)
    (out / "articles" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").touch()
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "index.html").symlink_to(out / "index.html")
    before = files(tmp_path)
    done = command("annotate", "browse", "--no-serve", "--out", out, cwd=ROOT)
    assert (done.returncode, done.stderr) == (
        2,
        f"annotate: --out {out}: holds articles/notes.txt, which is not from annotate browse; name another folder, or move it\n",
    )
    for place in (out, tmp_path / "file", tmp_path / "links", tmp_path):
        with pytest.raises(BadInput, match="--out"):
            folder.write([("index.html", "new")], 1, place)
    with pytest.raises(ZeroDivisionError):
        folder.write((("index.html", str(1 / number)) for number in (1, 0)), 2, tmp_path / "half")
    assert files(tmp_path) == before
    (out / "articles" / "notes.txt").unlink()
    (tmp_path / "link").symlink_to(out)
    folder.write([("index.html", "new")], 1, tmp_path / "link")
    assert files(out) == {"index.html": b"new"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "links", "out"]


def test_a_project_of_ones_own(command: Command, tmp_path: Path) -> None:
    """No names, no contradictions, no about.yaml, an article that is not annotated yet; bad gold is one line, and no folder."""
    done = command("annotate", "browse", "--no-serve")
    assert (done.returncode, done.stderr.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "annotation" / "exports").mkdir(parents=True)
    shutil.copy(ROOT / EXPORT, tmp_path / EXPORT)
    (tmp_path / "new.txt").write_text("وصل الوفد إلى دمشق.", encoding="utf-8")
    sources = {"date": "stated", "outlet": "stated"}
    seeds.add(tmp_path / "new.txt", tmp_path / "seeds", "2026-01-01", "unknown", sources, titled=False)
    with served(tmp_path / "explorer", cwd=tmp_path) as one:
        assert one.ask("/")[0] == 200
        assert one.ended(signal.SIGTERM) == (0, "stopped\n", "")
    front = (tmp_path / "explorer" / "index.html").read_text(encoding="utf-8")
    assert "<h1>The gold</h1>" in front
    assert 'Not annotated yet: <span class="doc-id">005</span>' in front
    entity = (tmp_path / "explorer" / names.entity("per:ali_al_naasan")).read_text(encoding="utf-8")
    assert "<title>علي الن" in entity


def kinds(gold: Gold) -> list[str]:
    """A page of each kind."""
    entity = next(id for id in gold.entities if id.startswith("per:"))
    tops = [path for path, _ in pages.pages(gold) if "/" not in path]
    return [*tops, names.article(gold.documents[-1].doc_id), names.entity(entity)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The pages of two of our articles, and which to look at."""
    ours = golds.read(ROOT)
    documents = [document for document in ours.documents if document.doc_id in ("003", "004")]
    said = facts(documents)
    gold = replace(
        ours,
        documents=documents,
        facts=said,
        entities=of_gold(ours.entities, documents),
        contradictions=[one for one in ours.contradictions if {*one.one, *one.other} <= said.keys()],
    )
    assert gold.contradictions
    out = tmp_path_factory.mktemp("small") / "explorer"
    folder.write(pages.pages(gold), pages.count(gold), out)
    return out, kinds(gold)


@labelling.NEEDED
def test_every_kind_of_page_in_a_browser(small: tuple[Path, list[str]], browser: Browser) -> None:
    """On a screen and on a phone, light and dark: no complaint, no scrolling sideways, no serious finding of axe-core."""
    out, paths = small
    with watched(browser) as (page, asked):
        for path in paths:
            page.set_viewport_size(WIDE)
            page.emulate_media(color_scheme="light")
            page.goto((out / path).as_uri())
            for size, scheme, rules in (
                (WIDE, "light", {}),
                (PHONE, "dark", {"runOnly": ["color-contrast", "scrollable-region-focusable"]}),
            ):
                page.set_viewport_size(size)
                page.emulate_media(color_scheme=scheme)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
                assert serious(page, **rules) == [], (path, scheme)
        assert all(url.startswith(("file:", "data:")) for url in asked)


@labelling.NEEDED
def test_our_pages_fit_a_phone(explorer: Served, browser: Browser) -> None:
    """As they are served; and none asks for anything elsewhere."""
    address = f"http://127.0.0.1:{explorer.port}/"
    with watched(browser, viewport=PHONE) as (page, asked):
        for path in kinds(golds.read(ROOT)):
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert all(url.startswith((address, "data:")) for url in asked)


@labelling.NEEDED
def test_a_reader_finds_an_entity_and_follows_it(explorer: Served, browser: Browser) -> None:
    """From disk, by keyboard: searched with other alefs and vowels, to its page, to a mention in its article, and the time line."""
    with watched(browser) as (page, asked):
        page.goto((explorer.folder / "entities.html").as_uri())
        shown = page.locator("[data-item]:visible")
        total = shown.count()
        for words in ("احمد الشَّرْع", "أحـمد الشرع", "AHMAD al-sharaa"):
            page.get_by_role("searchbox").fill(words)
            expect(page.get_by_role("status")).to_have_text(f"{shown.count()} of {total}")
            expect(shown.first).to_contain_text("أحمد الشرع")
            assert 0 < shown.count() < 20
        page.get_by_role("searchbox").press("Escape")
        expect(shown).to_have_count(total)
        page.get_by_role("searchbox").fill("النعسان")
        page.keyboard.press("Tab")
        page.get_by_role("link", name="علي النعسان").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("علي النعسان")
        mark = page.locator(".mentions a.mark").last
        words = mark.inner_text()
        mark.press("Enter")
        expect(page.locator("mark.mention.chosen").first).to_be_visible()
        assert "".join(page.locator("mark.mention.chosen").all_inner_texts()).startswith(words[:3])
        page.goto((explorer.folder / "timeline.html").as_uri() + "#" + names.stem("event:syrian_war"))
        expect(page.locator(f"#{names.stem('event:syrian_war')} .telling")).to_be_visible()
        assert all(url.startswith(("file:", "data:")) for url in asked)


@labelling.NEEDED
def test_hostile_words_do_nothing_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    """On a page of each kind, of a gold that is made of them."""
    gold = hostile()
    site = {path: content for path, content in pages.pages(gold) if path in kinds(gold)}
    for path, content in site.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    with watched(browser) as (page, asked):
        for path in site:
            page.goto((tmp_path / path).as_uri())
            assert page.locator("img, iframe, b:not(.doc-id), i").count() == 0
        assert len(asked) == len(site)
