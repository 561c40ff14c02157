"""Items of the Inbox are read again: from the file when it is there, else from the bytes that were kept."""

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.intake.inbox.actions import ask_for_replay
from bluering.intake.inbox.queries import Wanted
from bluering.intake.models import Arrival, InboxEvent, Quarantine, Replay
from bluering.pipeline.reading_again import read_again
from tests.flows.test_load import patient, write

pytestmark = [pytest.mark.django_db, pytest.mark.long]
BAD = b'{"resourceType":"Patient","id":"p2",'


def replayed(wen, **wanted) -> Replay:
    asked = ask_for_replay(wanted=Wanted(**wanted), by=wen)
    read_again.call(asked.pk)
    asked.refresh_from_db()
    return asked


def test_a_mended_file_comes_in_and_each_piece_says_so(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), BAD)
    pipeline.load([path], source="ehr")
    write(tmp_path, "a.ndjson", patient(), patient("p2"))
    done = replayed(wen)
    assert (done.total, done.done, done.came_in) == (1, 1, 1) and done.finished_at
    assert Quarantine.objects.get().state == "replayed"
    assert InboxEvent.objects.get().what == "replayed" and InboxEvent.objects.get().by == wen


def test_what_still_cannot_be_read_stays(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), BAD)
    pipeline.load([path], source="ehr")
    done = replayed(wen)
    assert (done.done, done.came_in) == (1, 0)
    assert Quarantine.objects.get().state == "waiting" and not InboxEvent.objects.exists()


def test_without_the_file_the_kept_bytes_are_read(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), patient("p2"), BAD)
    pipeline.load([path], source="ehr")
    (tmp_path / "a.ndjson").unlink()
    Quarantine.objects.update(raw=b'{"resourceType":"Patient","id":"p7"}')
    done = replayed(wen)
    assert done.came_in == 1 and Quarantine.objects.get().state == "replayed"
    assert PersonLink.objects.filter(subject_key="ehr/p7").exists()


def test_kept_bytes_that_still_cannot_be_read_stay_one_piece(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), BAD, b"[[")
    pipeline.load([path], source="ehr")
    (tmp_path / "a.ndjson").unlink()
    assert replayed(wen).came_in == 0
    assert Quarantine.objects.filter(state="waiting").count() == Quarantine.objects.count() == 2


def test_only_the_reason_asked_for_is_read_again(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), BAD, patient("p3", birthDate="1950-02-30"))
    pipeline.load([path], source="ehr")
    (tmp_path / "a.ndjson").unlink()
    one = Quarantine.objects.order_by("line").first()
    Quarantine.objects.update(raw=b'{"resourceType":"Patient","id":"p7"}')
    assert replayed(wen, reason=one.reason).total == 1
    assert Quarantine.objects.filter(state="waiting").count() == 1


def test_one_piece_is_read_again_alone(tmp_path, wen):
    path = write(tmp_path, "a.ndjson", patient(), BAD, b"[[")
    pipeline.load([path], source="ehr")
    (tmp_path / "a.ndjson").unlink()
    one = Quarantine.objects.order_by("line").first()
    Quarantine.objects.update(raw=b'{"resourceType":"Patient","id":"p7"}')
    assert replayed(wen, kind="piece", item_id=one.pk).came_in == 1
    one.refresh_from_db()
    assert one.state == "replayed" and Quarantine.objects.filter(state="waiting").count() == 1


ADMIT = """MSH|^~\\&|ADT|CGH|BLUERING|MAPLE|20260310080000-0500||ADT^A01|{id}|P|2.5.1
EVN|A01|20260310080000-0500
PID|1||{mrn}||Lind^Ada||19500203|F
PV1|1|I|4W^402^1^CGH||||||||||||||||4711
"""


def arrived(control_id: str, mrn: str) -> Arrival:
    raw = ADMIT.format(id=control_id, mrn=mrn).replace("\n", "\r").encode()
    return Arrival.objects.create(
        source="county-general", format="hl7v2", sender="ADT|CGH", control_id=control_id, digest=control_id, raw=raw,
        received_at=timezone.now(), state="quarantined", reason="a fault of ours",
    )  # fmt: skip


def test_messages_are_read_again_and_what_cannot_be_read_stays(wen):
    good, bad = arrived("1", "900^^^CGH^MR"), arrived("2", "900^^^CGH^MR")
    Arrival.objects.filter(pk=bad.pk).update(raw=b"nothing that is a message")
    done = replayed(wen, kind="message")
    assert (done.total, done.done, done.came_in) == (2, 2, 1)
    good.refresh_from_db(), bad.refresh_from_db()
    assert (good.state, bad.state) == ("done", "quarantined") and bad.reason
    assert InboxEvent.objects.get().item_id == good.pk
