"""What is going on in a running Label Studio, read a page at a time; nothing is changed there."""

from __future__ import annotations

from typing import Any

from annotation import WAIVERS, schema
from annotation.checks import waivers
from annotation.spool import Spool
from annotation.status import Ledger
from annotation.studio import project, tasks
from annotation.studio.address import Address
from eval.progress import Progress


def status(address: Address, progress: Progress) -> dict[str, Any]:
    """The record of annotation.status, with the project's number and address.

    Raises BadInput where there is no project of ours, and where the server fails.
    """
    known, written = schema.load(), waivers.read(WAIVERS)
    with Spool() as spool:
        with project.reached(address) as http:
            client = project.client(address, http)
            project_id = project.found(client)
            ledger = Ledger(spool, project.emails(client))
            for number, task in enumerate(tasks.every(http, project_id), 1):
                ledger.add(task, tasks.drafters(http, task["id"]) if task["draft_exists"] else ())
                progress("reading", number)
        found = ledger.record(known, written, progress)
    return {"project": project_id, "url": f"{address.url}/projects/{project_id}", **found}
