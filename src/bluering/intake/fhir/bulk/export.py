"""Ask for an export, look whether it is ready, and let go of it."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx

from bluering.errors import BadInput
from bluering.intake.fhir.bulk.answers import document, refuse, retry_after
from bluering.intake.fhir.bulk.errors import Gone
from bluering.intake.fhir.bulk.server import Server

NDJSON = "application/fhir+ndjson"
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Wanted:
    """What to export: of the whole `system`, all `patient` records, or one `group`; only these types; only what changed since."""

    of: str = "system"
    group: str = ""
    types: tuple[str, ...] = ()
    since: dt.datetime | None = None

    def path(self) -> str:
        """The operation's address under the FHIR base."""
        return {"system": "$export", "patient": "Patient/$export", "group": f"Group/{self.group}/$export"}[self.of]

    def parameters(self) -> dict[str, str]:
        """The operation's parameters."""
        since = {"_since": self.since.isoformat(timespec="milliseconds")} if self.since else {}
        return {"_outputFormat": NDJSON} | since | ({"_type": ",".join(self.types)} if self.types else {})


@dataclass(frozen=True)
class ExportFile:
    """One file of an export: what is in it (`output`, `deleted`, `error`), its resources' type, where it is, how many they are."""

    kind: str
    type: str
    url: str
    count: int | None


@dataclass(frozen=True)
class Manifest:
    """A finished export. Everything that changed up to `transaction_time` is in it."""

    transaction_time: str
    with_token: bool
    files: list[ExportFile] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """To keep in the database until all is fetched."""
        return asdict(self)


@dataclass(frozen=True)
class NotYet:
    """The server is still at it: what it says of its progress, and how long to wait."""

    progress: str
    seconds: float | None


def manifest_of(kept: dict[str, Any]) -> Manifest:
    """What `as_json` gave."""
    return Manifest(kept["transaction_time"], kept["with_token"], [ExportFile(**file) for file in kept["files"]])


def kick_off(server: Server, wanted: Wanted) -> str:
    """Ask for the export; returns the address where its state is told."""
    url = f"{server.base_url}/{wanted.path()}"
    answer = server.ask(url, params=wanted.parameters(), Prefer="respond-async")
    place = answer.headers.get("Content-Location", "")
    if answer.status_code != 202:
        refuse(answer, "does not begin the export")
    if not place:
        raise BadInput(
            f"{server.host} began the export without saying where (Content-Location). Ask the server's operator."
        )
    return urljoin(url, place)


def look(server: Server, status_url: str) -> Manifest | NotYet:
    """The finished export, or how far it is. Raises Gone when the server knows nothing of it any more."""
    answer = server.ask(status_url, accept="application/json")
    if answer.status_code == 202:
        return NotYet(answer.headers.get("X-Progress", "")[:100], retry_after(answer))
    if answer.status_code == 404:
        raise Gone(f"{server.host} no longer knows the export")
    if answer.status_code != 200:
        refuse(answer, "could not finish the export")
    return _manifest(server, status_url, answer)


def cancel(server: Server, status_url: str) -> None:
    """Tell the server that nobody needs the export any more; one that it does not know is as good as cancelled."""
    answer = server.ask(status_url, method="DELETE")
    if answer.status_code not in (200, 202, 204, 404, 410):
        refuse(answer, "does not cancel the export")


def _manifest(server: Server, status_url: str, answer: httpx.Response) -> Manifest:
    """The manifest with all its pages."""
    first = page = document(answer)
    files, seen, url = _files(first, server.host, status_url), {status_url}, status_url
    while (after := _next(page)) and len(seen) < MOST_PAGES:
        url = urljoin(url, after)
        if url in seen:
            raise BadInput(f"{server.host}: the pages of the manifest lead in a circle. Ask the server's operator.")
        seen.add(url)
        answer = server.ask(url, accept="application/json")
        if answer.status_code != 200:
            refuse(answer, "does not give the next page of the manifest")
        page = document(answer)
        files += _files(page, server.host, url)
    return Manifest(_transaction_time(first, server.host), first.get("requiresAccessToken") is not False, files)


def _files(page: dict, host: str, base: str) -> list[ExportFile]:
    found = []
    for kind in ("output", "deleted", "error"):
        for item in page.get(kind) or []:
            if not isinstance(item, dict) or not isinstance(item.get("url"), str):
                raise BadInput(f"{host}: a file under '{kind}' of the manifest has no url. Ask the server's operator.")
            count = item.get("count")
            found.append(
                ExportFile(
                    kind,
                    str(item.get("type") or "Resource"),
                    urljoin(base, item["url"]),
                    count if type(count) is int else None,
                )
            )
    return found


def _next(page: dict) -> str:
    links = page.get("link")
    told = (
        [one.get("url") for one in links if isinstance(one, dict) and one.get("relation") == "next"]
        if isinstance(links, list)
        else []
    )
    return told[0] if told and isinstance(told[0], str) else ""


def _transaction_time(page: dict, host: str) -> str:
    """The moment up to which the export tells, as an instant with its zone."""
    said = page.get("transactionTime")
    try:
        moment = dt.datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(f"{host}: the manifest has no transactionTime, so the next export could not go on from here.")
    return moment.isoformat()
