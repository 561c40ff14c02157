"""What a server's answer means for us: go on, later, or never. Words name the server and the matter, not addresses or tokens."""

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import NoReturn

import httpx
import orjson

from bluering.errors import BadInput
from bluering.intake.fhir.bulk.errors import Gone, Later

LONGEST_WAIT = 6 * 3_600.0
BUSY = {408, 425, 429, 500, 502, 503, 504}
ADVICE = {
    401: "It does not know us, or no longer: check that the client id and our public keys (bluering pull --keys) are registered there.",
    403: "We may not do this there: ask the server's operator to allow it for our client id.",
    404: "There is no such address: check the FHIR base and the group.",
    406: "It cannot answer in FHIR JSON.",
}


def refuse(answer: httpx.Response, matter: str) -> NoReturn:
    """Raise what this answer means: Later when the server is busy, Gone when it has forgotten, else BadInput in words."""
    host = answer.request.url.host
    if answer.status_code in BUSY:
        raise Later(f"{host} is busy ({answer.status_code})", retry_after(answer))
    if answer.status_code == 410:
        raise Gone(f"{host} {matter} (410)")
    advice = ADVICE.get(answer.status_code, "Ask the server's operator.")
    raise BadInput(f"{host} {matter} ({answer.status_code}{_issue_codes(answer)}). {advice}")


def retry_after(answer: httpx.Response, now: dt.datetime | None = None) -> float | None:
    """The seconds that the server asks us to wait, whether it says seconds or a date; None when it does not say."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.replace(".", "", 1).isdecimal():
        return min(float(said), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
    seconds = (until - (now or dt.datetime.now(dt.UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT)


def document(answer: httpx.Response) -> dict:
    """The answer's JSON object. Raises BadInput when it is none."""
    try:
        value = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise BadInput(f"{answer.request.url.host}: the answer is not a JSON object. Is the address the FHIR base?")
    return value


def _issue_codes(answer: httpx.Response) -> str:
    """The codes of an OperationOutcome or an OAuth error; free text may speak of somebody and is left out."""
    try:
        body = orjson.loads(answer.content)
        issues = body.get("issue") or []
        codes = [str(issue.get("code", ""))[:40] for issue in issues if isinstance(issue, dict)]
        codes += [body["error"][:40]] if isinstance(body.get("error"), str) else []
    except (orjson.JSONDecodeError, AttributeError, TypeError, httpx.ResponseNotRead):
        return ""
    return "".join(f", {code}" for code in codes[:3] if code)
