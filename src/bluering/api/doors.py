"""Who may pass: every address for machines is open or asks for a source's token; none knows sessions or forms."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from bluering.api.outcomes import outcome
from bluering.intake.tokens import source_of

View = Callable[..., HttpResponse]
ASK = {"WWW-Authenticate": 'Bearer realm="bluering"'}
HOW = "Send the header Authorization: Bearer, followed by the token that the practice made with 'bluering token'."


def open_door(view: View) -> View:
    """Mark a view that needs no log-in and no token, and that no form posts to."""
    view.open_door = True  # type: ignore[attr-defined]
    return csrf_exempt(view)


def with_token(view: View) -> View:
    """The view is called with the name of the source whose token came along (`source=`); without one nobody passes."""

    @functools.wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return outcome(401, f"No token came with this request. {HOW}", headers=ASK)
        source = source_of(token.strip())
        if source is None:
            told = {"WWW-Authenticate": ASK["WWW-Authenticate"] + ', error="invalid_token"'}
            return outcome(401, f"This token is not known here, or it was revoked. {HOW}", headers=told)
        return view(request, source=source)

    return open_door(asked)
