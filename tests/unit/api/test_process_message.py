"""Messages pushed to us: who may send, what is refused in words, and nothing twice."""

import json

import pytest
from django.db import DatabaseError
from django.test import Client

from bluering.access.models import AuditEvent
from bluering.api import messages
from bluering.errors import BadInput
from bluering.intake.models import Arrival, SourceToken
from bluering.intake.tokens import make_token, revoke_tokens, source_of

pytestmark = pytest.mark.django_db
ADDRESS, JSON = "/fhir/$process-message", "application/fhir+json"
MESSAGE = {
    "resourceType": "Bundle",
    "type": "message",
    "timestamp": "2026-03-01T10:00:00Z",
    "entry": [
        {"resource": {"resourceType": "MessageHeader", "id": "m1", "eventCoding": {"code": "notification-admit"}, "source": {"endpoint": "https://g.example"}}},
        {"resource": {"resourceType": "Patient", "id": "p1"}},
    ],
}  # fmt: skip


@pytest.fixture
def token() -> str:
    return make_token("general")


@pytest.fixture
def post():
    """Send a body as a machine does: no cookies, and forms' checks switched on."""

    def send(body: dict | bytes, token: str = "", content_type: str = JSON, address: str = ADDRESS, **headers):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"} if token else None)
        return client.post(address, raw, content_type=content_type, headers=headers)

    return send


def said(answer) -> str:
    body = answer.json()
    assert (body["resourceType"], answer["Content-Type"]) == ("OperationOutcome", JSON)
    return body["issue"][0]["details"]["text"]


def test_a_message_is_kept_as_it_came_before_it_is_acknowledged(post, token):
    answer = post(MESSAGE, token)
    assert (answer.status_code, said(answer)) == (200, "The message is kept and will be read.")
    kept = Arrival.objects.get()
    assert (kept.source, kept.format, kept.sender, kept.control_id) == (
        "general",
        "fhir-message",
        "https://g.example",
        "m1",
    )
    assert (bytes(kept.raw), kept.event, kept.state) == (json.dumps(MESSAGE).encode(), "admit", "waiting")
    assert kept.event_at is not None and kept.event_at.isoformat() == "2026-03-01T10:00:00+00:00"


def test_the_same_message_again_is_acknowledged_and_does_nothing_twice(post, token):
    post(MESSAGE, token)
    answer = post(MESSAGE, token)
    assert (answer.status_code, Arrival.objects.count()) == (200, 1)
    assert "already" in said(answer)


@pytest.mark.parametrize("given", ["", "bluering_guess", "é"])
def test_without_a_known_token_nobody_sends(post, given, token):
    answer = post(MESSAGE, given)
    assert (answer.status_code, Arrival.objects.count()) == (401, 0)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "bluering token" in said(answer)


def test_a_session_is_no_token(as_user, ana):
    answer = as_user(ana).post(ADDRESS, json.dumps(MESSAGE), content_type=JSON)
    assert (answer.status_code, Arrival.objects.count()) == (401, 0)


def test_a_revoked_token_no_longer_opens(post, token):
    newer = make_token("general")
    assert revoke_tokens("general", but_newest=True) == 1
    assert (post(MESSAGE, token).status_code, post(MESSAGE, newer).status_code) == (401, 200)
    assert revoke_tokens("general") == 1
    assert post(MESSAGE, newer).status_code == 401


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("application/fhir+xml", {}),
        ("text/plain", {}),
        ("application/fhir+json; charset=iso-8859-1", {}),
        (JSON, {"Content-Encoding": "gzip"}),
    ],
)
def test_other_formats_are_refused(post, token, content_type, headers):
    answer = post(MESSAGE, token, content_type, **headers)
    assert (answer.status_code, Arrival.objects.count()) == (415, 0)
    assert said(answer)


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"{", "not JSON"), ({"resourceType": "Patient", "birthDate": "1951-03-09"}, "not a Bundle"), (b"", "no body")],
)
def test_what_is_no_message_is_refused_with_its_place_and_no_value(post, token, body, words):
    answer = post(body, token)
    assert (answer.status_code, Arrival.objects.count()) == (400, 0)
    assert words in said(answer)
    assert "1951" not in answer.content.decode()


def test_an_answer_to_another_address_is_not_promised(post, token):
    answer = post(MESSAGE, token, address=f"{ADDRESS}?response-url=https://g.example/back")
    assert (answer.status_code, Arrival.objects.count()) == (400, 0)


def test_a_message_too_large_is_refused(post, token, monkeypatch):
    monkeypatch.setattr(messages, "MOST_BYTES", 100)
    answer = post(MESSAGE, token)
    assert (answer.status_code, Arrival.objects.count()) == (413, 0)


def test_a_source_that_sends_without_pause_waits_and_others_do_not(post, token, monkeypatch):
    monkeypatch.setattr(messages, "MOST_A_MINUTE", 1)
    post(MESSAGE, token)
    answer = post(MESSAGE | {"id": "second"}, token)
    assert (answer.status_code, answer["Retry-After"]) == (429, "15")
    assert post(MESSAGE, make_token("other")).status_code == 200


def test_what_cannot_be_kept_is_not_acknowledged(post, token, monkeypatch):
    def full(**_):
        raise DatabaseError("disk is full")

    monkeypatch.setattr(messages, "keep_arrival", full)
    answer = post(MESSAGE, token)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "send it again" in said(answer)


def test_only_post_and_only_what_is_offered(client):
    assert client.get(ADDRESS, headers={"Authorization": f"Bearer {make_token('general')}"}).status_code == 405
    assert client.get("/fhir/Patient/p1").status_code == 404
    assert client.delete("/fhir/Patient/p1").json()["resourceType"] == "OperationOutcome"


def test_the_capability_statement_names_what_is_there_and_is_open(client):
    said = client.get("/fhir/metadata").json()
    assert (said["fhirVersion"], said["kind"]) == ("4.0.1", "instance")
    (rest,) = said["rest"]
    assert [one["name"] for one in rest["operation"]] == ["process-message"]
    assert "resource" not in rest


def test_a_token_is_kept_only_as_its_digest_and_its_life_is_audited(token):
    row = SourceToken.objects.get()
    assert token not in repr(vars(row))
    assert source_of(token) == "general"
    revoke_tokens("general")
    assert source_of(token) is None
    assert list(AuditEvent.objects.values_list("action", "detail")) == [
        ("token.make", f"token {row.pk}"),
        ("token.revoke", f"token {row.pk}"),
    ]


def test_a_token_needs_a_source():
    with pytest.raises(BadInput, match="has no name"):
        make_token(" ")
