"""The Inbox's pages: who sees what, who may act, and what is written down."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluering.access.models import AuditEvent
from bluering.intake.models import Arrival, Claim, InboxEvent, Load, Quarantine, Replay
from bluering.web import inbox_rows, news

HTMX = {"HX-Request": "true"}
REASON = "not JSON at character 12; correct it at the source"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def pieces(db):
    def make(count: int = 1, start: int = 0) -> list[Quarantine]:
        load = Load.objects.create(source="maple-ehr", summary={"loaded": {"Patient": 3}, "quarantined": count})
        return [
            Quarantine.objects.create(
                load=load, source="maple-ehr", file="/in/andrews.json", line=line + 1, reason=REASON,
                raw=b'{"name": "Walter", "x": ', digest=str(line),
            )
            for line in range(start, start + count)
        ]  # fmt: skip

    return make


@pytest.fixture
def piece(pieces):
    return pieces()[0]


def test_the_inbox_shows_where_but_not_what(as_user, cleo, wen, piece):
    for user, names_file in ((wen, True), (cleo, False)):
        for page in ("/inbox/", f"/inbox/piece/{piece.pk}/"):
            said = text(as_user(user).get(page))
            assert REASON in said and "line 1" in said and "Walter" not in said
            assert ("andrews.json" in said) is names_file


@pytest.mark.parametrize("wrong", ["ana", "dr"])
@pytest.mark.parametrize("page", ["/inbox/", "/inbox/piece/{}/", "/inbox/replays/1/", "/inbox/set-aside/?item_id={}"])
def test_people_work_does_not_see_data_work(as_user, request, piece, wrong, page):
    response = as_user(request.getfixturevalue(wrong)).get(page.format(piece.pk))
    assert response.status_code == 403 and "data stewards" in text(response) and REASON not in text(response)


POSTS = ("/inbox/replay/", "/inbox/set-aside/", "/inbox/claims/", "/inbox/piece/{}/claim/", "/inbox/piece/{}/release/",
         "/inbox/piece/{}/bytes/", "/inbox/piece/{}/take-up/")  # fmt: skip


@pytest.mark.parametrize("wrong", ["ana", "dr", "cleo"])
@pytest.mark.parametrize("page", POSTS)
def test_only_a_data_steward_acts(as_user, request, piece, wrong, page):
    response = as_user(request.getfixturevalue(wrong)).post(page.format(piece.pk), {"why": "x", "kind": "piece"})
    assert response.status_code == 403 and "data stewards" in text(response)
    assert not (Claim.objects.exists() or Replay.objects.exists() or InboxEvent.objects.exists())


@pytest.mark.parametrize("page", ["/inbox/piece/999/", "/inbox/thing/1/"])
def test_what_does_not_exist_is_not_found(as_user, wen, page):
    assert as_user(wen).get(page).status_code == 404


def test_an_administrator_reads_and_is_offered_nothing(as_user, cleo, piece):
    said = text(as_user(cleo).get("/inbox/")) + text(as_user(cleo).get(f"/inbox/piece/{piece.pk}/"))
    assert "Claim" not in said and "Read again" not in said and "Set aside" not in said and "bytes" not in said


def test_the_bytes_are_shown_on_request_and_that_is_written_down(as_user, wen, piece):
    said = text(as_user(wen).post(f"/inbox/piece/{piece.pk}/bytes/", headers=HTMX))
    assert "Walter" in said
    event = AuditEvent.objects.get(action="inbox.open.read")
    assert (event.user, event.detail, event.person_id) == (wen, f"piece {piece.pk}", None)


@pytest.mark.parametrize(
    ("raw", "reason", "shown"),
    [(b"MSH|^\rPID|1\r", "", "MSH|^\nPID|1\n"), (b"a\xffb", "", "a�b"), (b"x" * 3_000, "", "x" * 1_600 + "…"),
     (b"a" * 2_000 + b"B" + b"c" * 2_000, "not JSON at character 2000", "…" + "a" * 800 + "B" + "c" * 799 + "…")],
)  # fmt: skip
def test_the_text_around_the_place(raw, reason, shown):
    assert inbox_rows.text_around(raw, reason) == shown


def test_a_claim_shows_to_its_holder_and_to_others(as_user, wen, cleo, piece):
    row = text(as_user(wen).post(f"/inbox/piece/{piece.pk}/claim/", headers=HTMX))
    assert "yours" in row and f'id="piece-{piece.pk}"' in row
    assert "Wen Zhao, 15 min" in text(as_user(cleo).get("/inbox/"))
    said = text(as_user(wen).post(f"/inbox/piece/{piece.pk}/release/", headers=HTMX))
    assert "yours" not in said and "data-claim" in said


def test_a_claim_of_a_colleague_is_refused_inside_the_page(as_user, wen, django_user_model, piece):
    mia = django_user_model.objects.create(username="mia", role="data_steward")
    as_user(wen).post(f"/inbox/piece/{piece.pk}/claim/")
    response = as_user(mia).post(f"/inbox/piece/{piece.pk}/claim/", headers=HTMX)
    assert response.status_code == 403 and "leave a word" in text(response)
    as_user(mia).post(f"/inbox/piece/{piece.pk}/claim/", {"word": "You are at lunch."}, headers=HTMX)
    assert Claim.objects.get().user == mia


def test_an_open_page_keeps_its_claims(as_user, wen, piece):
    as_user(wen).post(f"/inbox/piece/{piece.pk}/claim/")
    before = Claim.objects.get().until
    assert as_user(wen).post("/inbox/claims/").status_code == 204
    assert Claim.objects.get().until > before


def test_setting_aside_says_why_and_who(as_user, wen, pieces):
    first, _ = pieces(2)
    said = {"kind": "piece", "item_id": first.pk}
    assert as_user(wen).post("/inbox/set-aside/", said).status_code == 422
    page = text(as_user(wen).post("/inbox/set-aside/", said | {"why": "A test file."}, follow=True))
    assert "Set aside: 1 item." in page and "Wen Zhao" in page and "A test file." in page
    as_user(wen).post(f"/inbox/piece/{first.pk}/take-up/")
    assert Quarantine.objects.filter(state="waiting").count() == 2


def test_an_item_number_that_is_none_sets_nothing_aside(as_user, wen, piece):
    as_user(wen).post("/inbox/set-aside/", {"item_id": "x", "why": "x"})
    assert Quarantine.objects.filter(state="waiting").exists()


def test_asking_for_another_reading_puts_it_on_the_queue_and_shows_progress(as_user, wen, pieces, monkeypatch):
    asked = []
    monkeypatch.setattr("bluering.web.views.inbox.read_again", SimpleNamespace(enqueue=asked.append))
    pieces(4)
    page = text(as_user(wen).post("/inbox/replay/", {"reason": REASON}, follow=True))
    replay = Replay.objects.get()
    assert asked == [replay.pk] and "0 of 4 read again" in page and f"/inbox/replays/{replay.pk}/" in page
    Replay.objects.update(done=3)
    assert "3 of 4 read again" in text(as_user(wen).get(f"/inbox/replays/{replay.pk}/"))


@pytest.mark.parametrize("page", ["/inbox/", "/data/"])
def test_the_rail_counts_what_waits(as_user, wen, pieces, page):
    pieces(3)
    assert '<span class="rail-count">3<' in text(as_user(wen).get(page))
    Quarantine.objects.update(state="replayed")
    assert "rail-count" not in text(as_user(wen).get(page))


def test_the_number_of_queries_does_not_grow_with_the_queue(as_user, wen, pieces):
    counts = []
    for count, start in ((2, 0), (40, 2)):
        for row in pieces(count, start):
            Claim.objects.create(kind="piece", item_id=row.pk, user=wen, at=row.at, until=row.at.replace(year=2099))
        client = as_user(wen)
        client.get("/data/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/inbox/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30


def test_an_open_inbox_hears_of_pieces_messages_and_claims(as_user, wen, ana, pieces):
    def status(since, user=wen):
        return as_user(user).get("/pulse/", {"since": str(since), "about": "inbox"}).status_code

    since = news.newest()
    row = pieces()[0]
    assert status(since) == 200 and status(since, ana) == 204
    since = news.newest()
    as_user(wen).post(f"/inbox/piece/{row.pk}/claim/")
    assert status(since) == 200
    since = news.newest()
    load = Load.objects.create(source="cgh", finished_at=row.at)
    assert status(since) == 204, "a load of which everything was read"
    Arrival.objects.create(
        source="cgh", format="hl7v2", digest="1", raw=b"", received_at=row.at, state="quarantined", load=load
    )
    assert status(since) == 200


def test_the_inbox_leads_to_documents_that_wait(as_user, wen, cleo, monkeypatch):
    monkeypatch.setattr("bluering.web.views.inbox.filing.count_waiting", lambda _: 2)
    assert "2 documents to file" in text(as_user(wen).get("/inbox/"))
    assert "/inbox/documents/" not in text(as_user(cleo).get("/inbox/")), "an administrator files nothing"
