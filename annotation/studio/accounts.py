"""Accounts of further annotators, who log in with an e-mail address and a password.

On our own server an account is made through the API, which takes no password, and given one within Label Studio's environment.
Elsewhere the organisation's sign-up link makes both; it would be in our server's log, and let anybody in who reads that.
"""

from __future__ import annotations

import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotation.studio import environment, project, tasks
from annotation.studio.address import Address
from eval.document import BadInput

if TYPE_CHECKING:
    import httpx


def add(address: Address, email: str) -> str:
    """Make an account, or give one a password that has none, as of a push; returns the password, which is kept nowhere.

    Raises BadInput for what is no e-mail address, for an account that is there and that we may not change, and where the server
    fails.
    """
    email = project.email_address(email)
    password = secrets.token_urlsafe(12)
    with project.reached(address) as http:
        client = project.client(address, http)
        there = {known.lower(): known for known in project.emails(client).values()}.get(email)
        if address.is_ours:
            if there is None:
                project.user(client, email)
            _give_password(address, there or email, email, password)
        elif there is not None:
            raise BadInput(
                f"{there} has an account at {address.url} already; whether it has a password, and a new one, is for those to"
                " say who run that server"
            )
        else:
            _sign_up(address, http, email, password)
    return password


def _give_password(address: Address, there: str, email: str, password: str) -> None:
    """On our own server; the password goes over standard input, since anybody can read what a process is called with."""
    with _without_ctrl_c():
        done = subprocess.run(
            environment.command("password.py"),
            cwd=address.notes,
            env=environment.variables(address.notes),
            input="\n".join((there, email, password)),
            capture_output=True,
            text=True,
        )
    said = (done.stdout or done.stderr).strip().splitlines()[-1:]
    if said == ["has one"]:
        raise BadInput(f"{email} has an account with a password already; choose another address")
    if said != ["given"]:
        raise BadInput(f"{email} has an account but no password yet ({' '.join(said)}); the same command tries again")


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """For some seconds, in what runs here too: it would leave an account with a password that nobody has seen."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _sign_up(address: Address, http: httpx.Client, email: str, password: str) -> None:
    """As a person would, by the page; in a session of its own, since it leaves the new account logged in."""
    import httpx

    token = tasks.checked(http.get("/api/invite")).json()["token"]
    with httpx.Client(base_url=address.url, timeout=http.timeout, params={"token": token}) as page:
        tasks.checked(page.get("/user/signup/"))
        form = {"email": email, "password": password, "csrfmiddlewaretoken": page.cookies.get("csrftoken", "")}
        answer = page.post("/user/signup/", data=form, headers={"Referer": address.url})
    if not answer.is_redirect:  # it shows the form again
        raise BadInput(f"Label Studio at {address.url} did not take {email}: its sign-up page gives status {answer.status_code}")
