"""Who is who in the browser's words: who may look, what stands side by side, deciding, going on, taking back."""

import pytest
from django.test import Client

from bluering.access.models import AuditEvent
from bluering.identity.models import MatchPair, PairState
from bluering.pipeline import who_is_who
from bluering.web.pairs_view import side_by_side
from tests.flows.test_who_is_who import MAYBE, load, one_person, patient

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def as_user(user) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


@pytest.fixture
def pair(tmp_path) -> MatchPair:
    load(tmp_path, "maple-ehr", patient("p1"))
    load(tmp_path, "prairie-plan", patient("m1", **MAYBE))
    who_is_who.look()
    return MatchPair.objects.get()


def text(response) -> str:
    return response.content.decode()


def test_the_queue_names_both_and_says_why(pair, ana):
    said = text(as_user(ana).get("/who/"))
    assert "Kowalczyk, Adela" in said and "Nowak, Adela" in said and "same date of birth" in said
    assert "Maple EHR, Prairie Plan" in said


def test_both_records_stand_side_by_side_with_what_differs(pair, ana):
    said = text(as_user(ana).get(f"/who/{pair.pk}/"))
    assert "418 Juniper Lane" in said and "not told" in said and 'class="is-different"' in said
    assert 'data-key="s"' in said and 'class="for"' in said and 'class="against"' in said


def test_reading_them_is_audited_for_both(pair, ana):
    as_user(ana).get(f"/who/{pair.pk}/")
    assert (
        AuditEvent.objects.filter(action="person.identity.read", user=ana).values("person_id").distinct().count() == 2
    )


@pytest.mark.parametrize("who", ["cleo", "wen"])
def test_nobody_else_may_look_or_decide(request, pair, who):
    client = as_user(request.getfixturevalue(who))
    for answer in (
        client.get("/who/"),
        client.get(f"/who/{pair.pk}/"),
        client.post(f"/who/{pair.pk}/", {"verdict": "same"}),
        client.post(f"/who/{pair.pk}/take-back/"),
    ):
        assert answer.status_code == 403 and "Kowalczyk" not in text(answer)
    pair.refresh_from_db()
    assert pair.state == PairState.WAITING


def test_deciding_goes_on_and_can_be_taken_back(pair, ana):
    client = as_user(ana)
    assert client.post(f"/who/{pair.pk}/", {"verdict": "same", "note": "Married in June."})["Location"] == "/who/"
    assert one_person("maple-ehr/p1", "prairie-plan/m1")
    said = text(client.get(f"/who/{pair.pk}/"))
    assert "Married in June." in said and "Take it back" in said
    client.post(f"/who/{pair.pk}/take-back/")
    assert not one_person("maple-ehr/p1", "prairie-plan/m1")


@pytest.mark.parametrize("given", [{"verdict": "perhaps"}, {}, {"verdict": "same", "note": "x" * 1_001}])
def test_a_wrong_answer_gets_a_sentence(pair, ana, given):
    answer = as_user(ana).post(f"/who/{pair.pk}/", given)
    assert answer.status_code in (200, 400) and ("Choose one of these" in text(answer) or "Shorten it" in text(answer))


def test_a_pair_that_does_not_exist_is_not_found(ana):
    assert as_user(ana).get("/who/999999/").status_code == 404


def test_no_more_questions_to_the_database_for_more_pairs(pair, ana, tmp_path, django_assert_max_num_queries):
    for number in range(12):
        MatchPair.objects.create(
            left_key=f"a/{number}",
            right_key="prairie-plan/m1",
            probability=0.4,
            weight=-1,
            evidence=pair.evidence,
            model_version="test",
        )
    client = as_user(ana)
    client.get("/who/")
    with django_assert_max_num_queries(24):
        assert text(client.get("/who/")).count('id="pair-') == 13


def test_the_page_says_where_the_zones_begin_and_what_moved_them(pair, ana):
    assert "the weights&#x27; own thresholds. 0 decisions here" in text(as_user(ana).get("/who/"))
    MatchPair.objects.filter(pk=pair.pk).update(state=PairState.DIFFERENT, weight=12.0)
    assert "1 decision here moved linking up from" in text(as_user(ana).get("/who/"))


def test_records_that_are_one_person_already_stand_beside_the_one_that_is_weighed(tmp_path, ana):
    card = [{"system": "urn:card", "value": "1"}]
    load(tmp_path, "maple-ehr", patient("p1", identifier=card))
    load(tmp_path, "lakeside", patient("l1", identifier=card, name=[{"family": "Kowal", "given": ["A"]}]))
    load(tmp_path, "prairie-plan", patient("m1", **MAYBE))
    who_is_who.look()
    pair = MatchPair.objects.get()
    said = text(as_user(ana).get(f"/who/{pair.pk}/"))
    assert (said.count("the same person already") == 1 and "Kowal A" in said.replace(",", "")) or "A Kowal" in said
    records, lines, more = side_by_side(pair)
    assert [record.source for record in records if not record.asked] in (["Lakeside"], ["Maple EHR"]) and more == 0
    assert len(lines[0].cells) == len(records) == 3
