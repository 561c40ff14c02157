"""Our public keys, by which the servers that we fetch from know us."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from bluering.api.doors import open_door
from bluering.api.outcomes import outcome
from bluering.intake.fhir.bulk.keys import jwks

KEPT_SECONDS = 600


@open_door
def public_keys(request: HttpRequest) -> HttpResponse:
    """The JSON Web Key Set; nothing private is in it."""
    if request.method not in ("GET", "HEAD"):
        return outcome(405, "The keys are read with GET.", headers={"Allow": "GET"})
    response = JsonResponse(jwks())
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
