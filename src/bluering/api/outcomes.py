"""Answers in FHIR: resources, and what went well or wrong as an OperationOutcome."""

import orjson
from django.http import HttpResponse

FHIR_JSON = "application/fhir+json"
CODES = {
    200: "informational",
    400: "invalid",
    401: "login",
    404: "not-supported",
    405: "not-supported",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
    503: "transient",
}


def resource(value: dict, *, status: int = 200) -> HttpResponse:
    """A FHIR resource as the answer."""
    return HttpResponse(orjson.dumps(value), status=status, content_type=FHIR_JSON)


def outcome(status: int, words: str, *, place: str = "", headers: dict[str, str] | None = None) -> HttpResponse:
    """An OperationOutcome with one issue; `place` is where in the request it went wrong."""
    issue: dict[str, object] = {
        "severity": "information" if status == 200 else "error",
        "code": CODES[status],
        "details": {"text": words},
        "diagnostics": words,
    }
    if place:
        issue["expression"] = [place]
    response = resource({"resourceType": "OperationOutcome", "issue": [issue]}, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response
