"""FHIR messages pushed to us (`$process-message`): checked, kept, then acknowledged. They are read later, by the worker."""

import datetime as dt

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bluering.api.doors import with_token
from bluering.api.outcomes import FHIR_JSON, outcome
from bluering.intake.arrivals import keep_arrival
from bluering.intake.fhir.message import BadMessage, read_heading
from bluering.intake.models import Arrival

MOST_BYTES = 16 * 1024 * 1024
MOST_A_MINUTE = 3_000
JSON_TYPES = {FHIR_JSON, "application/json", "application/json+fhir"}


@with_token
def process_message(request: HttpRequest, *, source: str) -> HttpResponse:
    """Keep one message of this source. 200 says that it is safe here, also when it came before."""
    refused = _refused(request) or _too_many(source)
    if refused:
        return refused
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return _too_large()
    try:
        heading = read_heading(raw)
        new = keep_arrival(source=source, format="fhir-message", raw=raw, sender=heading.sender, control_id=heading.control_id,
                           event=heading.event, event_at=heading.sent_at)  # fmt: skip
    except BadMessage as problem:
        return outcome(400, f"{problem.place}: {problem.reason}.", place=problem.place)
    except DatabaseError:
        words = "The message could not be kept here. Keep it, and send it again in a minute."
        return outcome(503, words, headers={"Retry-After": "60"})
    return outcome(
        200, "The message is kept and will be read." if new else "This message is here already; nothing was done twice."
    )


def _refused(request: HttpRequest) -> HttpResponse | None:
    """What the headers alone rule out."""
    if request.method != "POST":
        return outcome(405, "Messages are sent with POST.", headers={"Allow": "POST"})
    size = request.headers.get("Content-Length") or ""
    if not size.isdecimal() or size == "0":
        return outcome(400, "The request has no body. Send the message with its Content-Length.")
    if (request.content_type or "").lower() not in JSON_TYPES or request.headers.get(
        "Content-Encoding", "identity"
    ) != "identity":
        return outcome(415, f"Send the message as JSON, not packed, with the header Content-Type: {FHIR_JSON}.")
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        return outcome(415, "Send the message in UTF-8; FHIR knows no other charset.")
    if request.GET.get("response-url"):
        return outcome(400, "response-url is not offered here: the answer to a message is the answer to its request.")
    return _too_large() if int(size) > MOST_BYTES else None


def _too_large() -> HttpResponse:
    return outcome(
        413, f"The message has more than {MOST_BYTES >> 20} MB. Leave attachments out, or send them by address."
    )


def _too_many(source: str) -> HttpResponse | None:
    """A source that sends without pause waits, so that the others are heard."""
    since = timezone.now() - dt.timedelta(minutes=1)
    if Arrival.objects.filter(source=source, received_at__gt=since).count() < MOST_A_MINUTE:
        return None
    return outcome(
        429, f"More than {MOST_A_MINUTE:,} messages came in a minute. Wait, then go on.", headers={"Retry-After": "15"}
    )
