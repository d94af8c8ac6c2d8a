"""A version of the dataset onto the Hugging Face Hub: one commit and its tag, never half of one and never twice."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from annotation import about, card, croissant
from annotation.publishing import Release
from annotation.publishing.answers import TOKENS, told
from eval.document import BadInput

if TYPE_CHECKING:
    from httpx2 import Client
    from huggingface_hub import GitRefs, HfApi

TIMEOUT = 120  # seconds without a byte; the library itself would wait for ever


def check_name(repository: str) -> None:
    """Raises BadInput for what names no repository of somebody's."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(repository)
    except HFValidationError as error:
        raise BadInput(f"{repository}: no name of a repository ({error}); name it as ORG/NAME") from None
    if "/" not in repository:
        raise BadInput(f"{repository}: says not whose it is; name it as ORG/NAME")


def url(repository: str, tag: str) -> str:
    """Where a version is to be seen."""
    from huggingface_hub import constants

    return f"{constants.ENDPOINT}/datasets/{repository}/tree/{tag}"


def connect() -> HfApi:
    """The Hub, with the user's token. Raises BadInput where there is none, and in offline mode."""
    from huggingface_hub import HfApi, constants, get_token, set_client_factory
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]

    if constants.is_offline_mode():
        raise BadInput("HF_HUB_OFFLINE is set, so that nothing can be pushed; unset it")
    token = get_token()
    if not token:
        raise BadInput(f"no token for the Hub; make one with write access at {TOKENS} and put it into HF_TOKEN, or hf auth login")
    if not (token.isascii() and token.isprintable() and " " not in token):  # an error about it would show it
        raise BadInput("the token for the Hub (HF_TOKEN, or what hf auth login has kept) holds a character that no token has")
    # Files go by Git LFS, which is HTTP of the library's own. The other road, Xet, is made for gigabytes.
    constants.HF_HUB_DISABLE_XET = True
    disable_progress_bars()
    set_client_factory(_client)
    return HfApi(token=token, library_name="wafd")


def _client() -> Client:
    from huggingface_hub.utils._http import default_client_factory

    client = default_client_factory()
    client.timeout = TIMEOUT
    return client


def push(release: Release, hub: HfApi, *, recorded: bool) -> str:
    """Push a version and return its commit (40 hex digits). What is not of this dataset stays as it is there.

    A commit without its tag gets that alone. A tagged version is refused before anything is sent; only where it is not `recorded`
    here and is the same, is it returned: a push was stopped after the tag. Raises BadInput for all that goes wrong.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    repository = release.repository
    with told(hub, repository):
        refs = _refs(hub, repository)
        if tagged := [ref.target_commit for ref in (refs.tags if refs else []) if ref.name == release.tag]:
            if recorded or not _is_at(release, hub, tagged[0]):
                raise BadInput(
                    f"{repository} has {release.tag} already, commit {tagged[0]}, and no version is ever overwritten; "
                    "raise the version in annotation/about.yaml, and say in CHANGELOG.md what is new"
                )
            return str(tagged[0])
        if refs is None:
            hub.create_repo(repository, repo_type="dataset", exist_ok=True)
            refs = hub.list_repo_refs(repository, repo_type="dataset")
        head = next((ref.target_commit for ref in refs.branches if ref.name == "main"), None)
        pushed = {file.path for file in release.files}
        gone = sorted(_ours(hub, repository, head) - pushed) if head else []
        # upload_folder() makes several commits of many files; this is always one.
        commit = hub.create_commit(
            repository,
            repo_type="dataset",
            operations=[
                *(CommitOperationDelete(path) for path in gone),
                *(CommitOperationAdd(file.path, file.local) for file in release.files),
            ],
            commit_message=release.message,
            parent_commit=head,
        )
        hub.create_tag(repository, repo_type="dataset", tag=release.tag, tag_message=release.message, revision=commit.oid)
        return str(commit.oid)


def _refs(hub: HfApi, repository: str) -> GitRefs | None:
    """Branches and tags; None where there is no repository."""
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        return hub.list_repo_refs(repository, repo_type="dataset")
    except RepositoryNotFoundError:
        return None


def _is_at(release: Release, hub: HfApi, commit: str) -> bool:
    """Whether a commit holds these very files."""
    from huggingface_hub import RepoFile
    from huggingface_hub.utils.sha import git_hash

    tree = hub.list_repo_tree(release.repository, repo_type="dataset", revision=commit, recursive=True)
    there = {one.path: one.lfs.sha256 if one.lfs else one.blob_id for one in tree if isinstance(one, RepoFile)}
    return all(there.get(file.path) in (file.sha256, git_hash(file.local.read_bytes())) for file in release.files)


def _ours(hub: HfApi, repository: str, head: str) -> set[str]:
    """The files at main that an earlier version has brought: those that its card names.

    Raises BadInput where something lies there that is no version of this dataset.
    """
    from huggingface_hub import DatasetCard

    there = set(hub.list_repo_files(repository, repo_type="dataset", revision=head)) - {".gitattributes"}
    if not there:
        return set()
    if "README.md" in there:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(hub.hf_hub_download(repository, "README.md", repo_type="dataset", revision=head, local_dir=folder))
            if card.is_ours(path, about.load()):
                configs = DatasetCard(path.read_text(encoding="utf-8")).data.get("configs", [])
                named = {file["path"] for config in configs for file in config["data_files"]}
                return there & {*named, "README.md", croissant.NAME}
    raise BadInput(
        f"{repository} holds something else (its README.md is not this dataset's card); name another repository, or empty it"
    )
