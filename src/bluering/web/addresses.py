"""Where a request comes from, as one plain address: the audit trail and the slowing of guesses rely on it."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse

WITH_PORT = re.compile(r"^\[?(?P<address>[0-9a-fA-F:.]+?)\]?:\d+$")


class PlainAddress:
    """REMOTE_ADDR without a port; behind the TLS proxy, the address that the proxy itself wrote down last."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = plain(request.META.get("REMOTE_ADDR", ""))
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if settings.HTTPS_ONLY and told:
            request.META["REMOTE_ADDR"] = plain(told.rpartition(",")[2].strip())
        return self.get_response(request)


def plain(address: str) -> str:
    """127.0.0.1:5123 → 127.0.0.1; [::1]:5123 → ::1; an address without a port stays as it is."""
    if address.count(":") > 1 and not address.startswith("["):
        return address
    match = WITH_PORT.match(address)
    return match["address"] if match else address.strip("[]")
