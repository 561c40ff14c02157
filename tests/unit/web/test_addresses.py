"""One address per visitor, whatever port or proxy they come through."""

import pytest
from django.test import RequestFactory

from bluering.web.addresses import PlainAddress, plain


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("127.0.0.1:5123", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:5123", "::1"),
        ("::1", "::1"),
        ("2001:db8::7", "2001:db8::7"),
        ("", ""),
    ],
)
def test_an_address_without_its_port(given, address):
    assert plain(given) == address


@pytest.mark.parametrize(("https", "seen"), [(True, "198.51.100.7"), (False, "10.0.0.2")])
def test_only_behind_the_proxy_its_word_is_taken_and_only_the_last(settings, https, seen):
    settings.HTTPS_ONLY = https
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2:99", HTTP_X_FORWARDED_FOR="1.2.3.4, 198.51.100.7:4000")
    PlainAddress(lambda r: r)(request)
    assert request.META["REMOTE_ADDR"] == seen


def test_the_door_really_slows_guesses(client, ana):
    """Through the page and the settings, not around them."""
    for _ in range(6):
        answer = client.post("/log-in/", {"username": "ana", "password": "guess"}, REMOTE_ADDR="127.0.0.1:5001")
    assert "Too many tries" in answer.content.decode()
