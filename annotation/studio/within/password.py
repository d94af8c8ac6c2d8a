"""Gives an account that has no password one. Runs in Label Studio's environment.

Standard input has, each on a line, the e-mail address as the account has it, that with which the person will log in, and the
password. Prints `given`, or `has one` where it has a password, which then stays.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    email, login, password = sys.stdin.read().splitlines()

    from label_studio.server import _setup_env  # type: ignore[import-not-found]

    _setup_env()
    from users.models import User  # type: ignore[import-not-found]

    user = User.objects.get(email=email)
    if user.password and user.has_usable_password():
        print("has one")
    else:
        user.email = login
        user.set_password(password)
        user.save()
        print("given")
