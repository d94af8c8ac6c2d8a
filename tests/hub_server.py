"""A server on this machine that speaks as much of the Hugging Face Hub's API as a push of a dataset needs, and keeps what it is sent.

It answers nothing else: what it does not know, and what a client asks of another host through it as a proxy, is `unknown`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from huggingface_hub.utils.sha import git_hash

Files = dict[str, bytes]
Answer = tuple[int, object]


@dataclass
class Repository:
    """Its commits with their files, the first of which the Hub makes itself; what is at main, and the tags."""

    commits: dict[str, Files] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    main: str = ""

    def commit(self, files: Files, message: str) -> str:
        """Put a commit at main."""
        self.main = hashlib.sha1(f"{len(self.commits)} {sorted(files)}".encode()).hexdigest()
        self.commits[self.main], self.messages[self.main] = files, message
        return self.main


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class HubServer(ThreadingHTTPServer):
    """`requests` are what it was asked, `faults` what it answers in place of itself: by method and a part of the path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repositories: dict[str, Repository] = {}
        self.objects: Files = {}
        self.requests: list[Asked] = []
        self.unknown: list[str] = []
        self.faults: dict[tuple[str, str], Answer] = {}
        self.silent = threading.Event()

    @property
    def url(self) -> str:
        """What HF_ENDPOINT takes."""
        return f"http://127.0.0.1:{self.server_port}"

    def asked(self) -> list[str]:
        """What it was asked, in order."""
        return [f"{one.method} {one.path}" for one in self.requests]

    def sent(self) -> list[str]:
        """What of that could have changed something."""
        return [one for one in self.asked() if not one.startswith(("GET ", "HEAD "))]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: HubServer
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Take a request down and answer it."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = urlsplit(self.path).path
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append(Asked(self.command, path, body, headers))
        for (method, part), (status, record) in self.server.faults.items():
            if self.command == method and part in path:
                if status == 0:  # no answer at all
                    self.server.silent.wait()
                return self.send(status, record)
        for method, pattern, act in ROUTES:
            if self.path.startswith("/") and self.command == method and (found := re.fullmatch(pattern, path)):
                return self.send(*act(self, body, **found.groupdict()))
        self.server.unknown.append(f"{self.command} {self.path}")
        self.send(500, {"error": "this server does not know that"})

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_CONNECT = answer

    def send(self, status: int, record: object, **headers: str) -> None:
        """Send JSON, or bytes as they are."""
        data = record if isinstance(record, bytes) else json.dumps(record).encode()
        if status == 404 and isinstance(record, dict):
            headers["X-Error-Code"] = "RepoNotFound"
        if isinstance(record, bytes):
            headers |= {"ETag": f'"{git_hash(data)}"', "X-Repo-Commit": urlsplit(self.path).path.split("/")[5]}
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed."""

    def refs(self, body: bytes, name: str) -> Answer:
        """Branches and tags."""
        if name not in self.server.repositories:
            return 404, {"error": "Repository not found"}
        it = self.server.repositories[name]
        branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": it.main}]
        tags = [{"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": commit} for tag, commit in it.tags.items()]
        return 200, {"branches": branches, "tags": tags, "converts": []}

    def create(self, body: bytes) -> Answer:
        """A new repository, with what the Hub puts there."""
        said = json.loads(body)
        name = f"{said['organization']}/{said['name']}"
        if said["type"] != "dataset" or name in self.server.repositories:
            return 409, {"error": "You already created this dataset repo"}
        self.server.repositories[name] = it = Repository()
        it.commit({".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}, "initial commit")
        return 200, {"url": f"{self.server.url}/datasets/{name}", "name": name}

    def info(self, body: bytes, name: str, revision: str = "main") -> Answer:
        """Of a repository, its head."""
        it = self.server.repositories.get(name)
        return (200, {"id": name, "sha": it.main}) if it else (404, {"error": "Repository not found"})

    def tree(self, body: bytes, name: str, revision: str) -> Answer:
        """The files of a commit."""
        files = self.server.repositories[name].commits[revision]
        return 200, [self._described(path, content) for path, content in files.items()]

    def _described(self, path: str, content: bytes) -> dict[str, Any]:
        one = {"type": "file", "path": path, "size": len(content), "oid": git_hash(content)}
        if path.endswith(".parquet"):
            pointer = _pointer(content)
            one |= {"oid": git_hash(pointer), "lfs": {"oid": _sum(content), "size": len(content), "pointerSize": len(pointer)}}
        return one

    def resolve(self, body: bytes, name: str, revision: str, path: str) -> Answer:
        """A file as it is."""
        return 200, self.server.repositories[name].commits[revision][path]

    def validate(self, body: bytes) -> Answer:
        """The Hub looks at the card's YAML."""
        return 200, {"errors": [], "warnings": []}

    def preupload(self, body: bytes, name: str) -> Answer:
        """What goes by Git LFS, and what main has."""
        it = self.server.repositories[name]
        there = it.commits[it.main]
        answers = []
        for file in json.loads(body)["files"]:
            path = file["path"]
            large = path.endswith(".parquet")
            oid = path in there and (_sum(there[path]) if large else git_hash(there[path]))
            answers.append(
                {
                    "path": path,
                    "uploadMode": "lfs" if large else "regular",
                    "shouldIgnore": False,
                    **({"oid": oid} if oid else {}),
                }
            )
        return 200, {"files": answers}

    def batch(self, body: bytes, name: str) -> Answer:
        """Where objects are to be put that are not there yet."""
        objects = []
        for one in json.loads(body)["objects"]:
            upload, verify = ({"href": f"{self.server.url}/{what}/{one['oid']}"} for what in ("storage", "verify"))
            there = one["oid"] in self.server.objects
            objects.append({**one, **({} if there else {"actions": {"upload": upload, "verify": verify}})})
        return 200, {"transfer": "basic", "objects": objects}

    def store(self, body: bytes, oid: str) -> Answer:
        """An object comes."""
        if _sum(body) != oid:
            return 400, {"error": "not what was announced"}
        self.server.objects[oid] = body
        return 200, {}

    def verify(self, body: bytes, oid: str) -> Answer:
        """Whether it came."""
        return (200 if len(self.server.objects.get(oid, b"")) == json.loads(body)["size"] else 400), {}

    def commit(self, body: bytes, name: str) -> Answer:
        """Lines of JSON: a header, then what is done with each file."""
        it = self.server.repositories[name]
        header, *rest = map(json.loads, body.splitlines())
        if header["value"].get("parentCommit", it.main) != it.main:
            return 412, {"error": "A commit has happened since. Please refresh and try again."}
        files = dict(it.commits[it.main])
        for line in rest:
            value = line["value"]
            if line["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                files[value["path"]] = self.server.objects[value["oid"]]
            else:
                assert line["key"] == "deletedFile"
                del files[value["path"]]
        commit = it.commit(files, header["value"]["summary"])
        return 200, {"success": True, "commitOid": commit, "commitUrl": f"{self.server.url}/datasets/{name}/commit/{commit}"}

    def tag(self, body: bytes, name: str, revision: str) -> Answer:
        """A name for a commit."""
        it, tag = self.server.repositories[name], json.loads(body)["tag"]
        if tag in it.tags:
            return 409, {"error": "Tag reference exists already"}
        it.tags[tag] = revision if revision in it.commits else it.main
        return 200, {}


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _pointer(content: bytes) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{_sum(content)}\nsize {len(content)}\n".encode()


_NAME, _OF = r"(?P<name>[^/]+/[^/]+)", r"/(?P<revision>[^/]+)"
ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", f"/api/datasets/{_NAME}/refs", Handler.refs),
    ("GET", f"/api/datasets/{_NAME}", Handler.info),
    ("GET", f"/api/datasets/{_NAME}/revision{_OF}", Handler.info),
    ("GET", f"/api/datasets/{_NAME}/tree{_OF}", Handler.tree),
    ("HEAD", f"/datasets/{_NAME}/resolve{_OF}/(?P<path>.+)", Handler.resolve),
    ("GET", f"/datasets/{_NAME}/resolve{_OF}/(?P<path>.+)", Handler.resolve),
    ("POST", "/api/repos/create", Handler.create),
    ("POST", "/api/validate-yaml", Handler.validate),
    ("POST", f"/api/datasets/{_NAME}/preupload/main", Handler.preupload),
    ("POST", f"/datasets/{_NAME}.git/info/lfs/objects/batch", Handler.batch),
    ("PUT", "/storage/(?P<oid>[0-9a-f]{64})", Handler.store),
    ("POST", "/verify/(?P<oid>[0-9a-f]{64})", Handler.verify),
    ("POST", f"/api/datasets/{_NAME}/commit/main", Handler.commit),
    ("POST", f"/api/datasets/{_NAME}/tag{_OF}", Handler.tag),
]


@contextmanager
def hub() -> Iterator[HubServer]:
    """A Hub with nothing on it. Nothing was asked of it, or of another host through it, that it does not know."""
    with HubServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.silent.set()
            server.shutdown()
        assert server.unknown == []
