"""Fetching by bulk export from a server that checks who asks, makes them wait, cuts lines, deletes and fails."""

import datetime as dt
import gzip
import json
import stat
import time
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.test import Client
from fakes.bulk_server import CLIENT, TRANSACTION_TIME, BulkServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluering import connections
from bluering.access.models import AuditEvent
from bluering.cli import _parser
from bluering.errors import BadInput, Refusal
from bluering.intake.fhir.bulk import download, keys, tokens
from bluering.intake.fhir.bulk.errors import Later
from bluering.intake.fhir.bulk.export import ExportFile
from bluering.intake.fhir.bulk.server import Server
from bluering.intake.models import PullRun, Quarantine
from bluering.intake.models.pulls import RunState
from bluering.pipeline.alone import LOAD, alone
from bluering.pulling import bulk
from bluering.pulling.actions import add_pull, begin, cancel
from bluering.pulling.places import folder_of, locked, server_of
from bluering.record import engine
from bluering.record.counts import count_resources

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def ndjson(*resources: dict) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


PATIENTS = ndjson(*({"resourceType": "Patient", "id": f"p{n}", "name": [{"family": f"F{n}"}]} for n in range(20)))
RESULTS = ndjson(
    *({"resourceType": "Observation", "id": f"o{n}", "status": "final", "subject": {"reference": f"Patient/p{n % 20}"},
       "meta": {"lastUpdated": "2026-03-01T00:00:00Z"}, "valueQuantity": {"value": n}} for n in range(200))
)  # fmt: skip
WHOLE = {"Observation": 200, "Patient": 20}


def published() -> dict:
    """Our keys as a server gets them."""
    return Client().get("/.well-known/jwks.json").json()


@pytest.fixture
def server():
    tokens._tokens.clear()
    with BulkServer(published) as running:
        running.files = [("output", "Patient", PATIENTS), ("output", "Observation", RESULTS)]
        yield running


@pytest.fixture
def add(server):
    def make(source="ehr", **fields):
        return add_pull(source=source, base_url=server.base, by=None, **{"client_id": CLIENT} | fields)

    return make


@pytest.fixture
def fetch(add):
    """Fetch to the end without waiting; what would have been waited for stands in `fetch.waits`."""

    def run(pull=None, **how) -> PullRun:
        return bulk.pull_now(pull or add(), wait=run.waits.append, **how)

    run.waits = []
    return run


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_an_export_is_asked_for_awaited_fetched_and_loaded(server, fetch, add, algorithm):
    server.faults.not_yet.extend([("3", "10% done"), ("", "half")])
    run = fetch(add(algorithm=algorithm))
    assert (run.state, run.error, run.summary["loaded"]) == ("done", "", WHOLE)
    assert count_resources() == WHOLE
    assert fetch.waits[0] == 3.0
    assert run.pull.runs.count() == 1
    run.pull.refresh_from_db()
    assert run.pull.last_transaction_time == dt.datetime.fromisoformat(TRANSACTION_TIME)
    assert not list((folder_of(run.pull)).glob("*/*")), "what is in the record need not lie here"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "/fhir/$export"),
        ({"of": "patient"}, "/fhir/Patient/$export"),
        ({"of": "group", "group": "g-1"}, "/fhir/Group/g-1/$export"),
    ],
)
def test_system_patients_or_a_group_only_some_types_and_since_the_last_time(server, fetch, add, fields, path):
    pull = add(types=["Patient", "Observation"], **fields)
    fetch(pull)
    pull.refresh_from_db()
    fetch(pull)
    first, second = [asked for how, asked, _ in server.asked if "$export" in asked]
    assert first.startswith(path + "?")
    assert "_type=Patient%2CObservation" in first and "_since" not in first
    assert "_since=2026-03-10T00%3A00%3A00.000%2B00%3A00" in second


def test_a_busy_server_is_left_alone_as_long_as_it_asks(server, fetch):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100)
    server.faults.busy.extend([(429, "7"), (503, format_datetime(soon, usegmt=True)), (500, ""), (502, "")])
    assert fetch().state == "done"
    assert fetch.waits[0] == 7.0
    assert 90 < fetch.waits[1] <= 100
    assert 1.5 <= fetch.waits[2] / bulk.FIRST_WAIT / 2 <= 2.5, "doubled each time in a row"
    assert 3 <= fetch.waits[3] / bulk.FIRST_WAIT / 2 <= 5


def test_a_server_that_stays_busy_ends_the_run_in_words(server, fetch):
    server.faults.busy.extend([(503, "")] * 50)
    run = fetch()
    assert (run.state, len(server.faults.busy)) == ("failed", 50 - bulk.MOST_ATTEMPTS - 1)
    assert "busy (503)" in run.error and "bluering pull ehr" in run.error


def test_a_token_is_used_until_it_runs_out_and_renewed_when_refused(server, fetch):
    fetch()
    assert len(server.tokens) == 1
    tokens._tokens.clear()
    server.faults.forget_tokens = True
    assert fetch(full=True).state == "done"
    assert len(server.tokens) > 3


def test_a_token_that_lasts_no_longer_than_the_spare_is_asked_for_each_time(server, fetch):
    server.faults.token_seconds = 10
    assert fetch().state == "done"
    assert len(server.tokens) >= 4


def test_a_client_that_the_server_does_not_know_fails_in_words_without_the_token(server, fetch, add):
    run = fetch(add(client_id="somebody-else"))
    assert run.state == "failed"
    assert "gives us no token (401, invalid_client)" in run.error
    assert "eyJ" not in run.error


def test_an_export_that_is_forgotten_every_time_is_given_up(server, fetch, monkeypatch):
    monkeypatch.setattr(server, "begin", lambda: "/nowhere")
    run = fetch()
    assert (run.state, server.paths().count("/fhir/$export")) == ("failed", bulk.MOST_TIMES_AGAIN + 1)
    assert "no longer knows the export" in run.error


def test_an_address_that_is_no_fhir_base_fails_in_words(server, fetch):
    run = fetch(add_pull(source="ehr", base_url=f"{server.origin}/elsewhere", by=None, client_id=CLIENT))
    assert run.state == "failed"
    assert "does not say at .well-known/smart-configuration how to log in (401)" in run.error


def test_an_export_that_the_server_forgot_is_asked_for_again(server, fetch):
    server.faults.gone_once = True
    assert fetch().state == "done"
    assert server.counts["exports"] == 2


def test_files_for_everybody_get_no_token(server, fetch):
    server.faults.open_files = True
    assert fetch().state == "done"
    assert count_resources() == WHOLE


def test_a_manifest_of_several_pages_is_read_to_its_end(server, fetch):
    server.faults.pages = 2
    fetch()
    assert count_resources() == WHOLE


def test_packed_files_are_fetched_as_they_are(server, fetch):
    server.files = [("output", "Patient", gzip.compress(PATIENTS))]
    server.faults.wrong_count = 20 - server.files[0][2].count(b"\n")
    assert fetch().summary["loaded"] == {"Patient": 20}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, len(RESULTS) - 1), min_size=1, max_size=5), ranges=st.booleans(), other=st.booleans()
)
def test_cut_at_any_byte_the_file_is_the_same(server, add, tmp_path_factory, cuts, ranges, other):
    """With and without ranges; with the content changed in between, it is the new content alone."""
    path = tmp_path_factory.mktemp("cut") / "Observation.ndjson"
    server.faults.ranges, server.etag = ranges, '"one"'
    server.faults.cuts.extend(cuts)
    server.files = [("output", "Observation", RESULTS)]
    file = ExportFile("output", "Observation", f"{server.origin}/files/0", 200)
    expected, tries = RESULTS, 0
    with server_of(add()) as speaking:
        while not path.exists():
            try:
                download.fetch(speaking, file, path, with_token=True)
            except Later:
                tries += 1
                if other and tries == 1:
                    expected = RESULTS.replace(b'"final"', b'"amended"')
                    server.files, server.etag = [("output", "Observation", expected)], '"two"'
    server.faults.cuts.clear()
    assert path.read_bytes() == expected
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_only_the_rest_of_a_cut_file_is_fetched(server, fetch):
    server.faults.cuts.extend([1_000, 2_000])
    assert fetch().state == "done"
    told = [headers.get("Range") for how, path, headers in server.asked if path == "/files/0"]
    assert told == [None, "bytes=1000-"]
    assert count_resources() == WHOLE


class Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.mark.parametrize("moment", range(4))
def test_a_process_killed_between_any_two_answers_goes_on_where_it_was(server, add, fetch, moment, monkeypatch):
    """Asking, looking, and fetching two files are four requests; what goes on has only the database and the disk."""
    pull, seen, send = add(), [], Server._send

    def dying(self, *args):
        seen.append(1)
        if len(seen) == moment + 1:
            raise Killed
        return send(self, *args)

    monkeypatch.setattr(Server, "_send", dying)
    with pytest.raises(Killed):
        fetch(pull)
    tokens._tokens.clear()
    run = fetch(pull)
    assert (run.state, count_resources(), server.counts["exports"]) == ("done", WHOLE, 1)
    assert pull.runs.count() == 1


def test_killed_between_loading_and_noting_it_nothing_is_there_twice(server, add, fetch, monkeypatch):
    pull = add()
    with monkeypatch.context() as killing, pytest.raises(Killed):
        killing.setattr(bulk, "finish", lambda *_: (_ for _ in ()).throw(Killed))
        fetch(pull)
    run = bulk.pull_now(pull, wait=lambda _: None)
    assert (run.state, run.summary["loaded"], run.summary["unchanged"]) == ("done", {}, WHOLE)
    assert count_resources() == WHOLE


def test_what_the_server_deleted_is_shown_no_more(server, fetch, add):
    pull = add()
    fetch(pull)
    entry = {"request": {"method": "DELETE", "url": "Observation/o7"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    server.files = [("deleted", "Bundle", ndjson(bundle))]
    pull.refresh_from_db()
    run = fetch(pull)
    assert (run.state, run.summary["deleted"]) == ("done", {"Observation": 1})
    assert engine.connect().execute("SELECT count(*), count(*) FILTER (id = 'o7') FROM observation").fetchall() == [
        (199, 0)
    ]
    server.files = [("output", "Observation", RESULTS)]
    fetch(pull, full=True)
    assert count_resources()["Observation"] == 199, "an older copy does not bring it back"


def test_what_the_server_could_not_export_is_counted_without_its_words(server, fetch):
    issue = {"severity": "error", "code": "exception", "diagnostics": "Patient Lind, born 1951"}
    server.files.append(
        ("error", "OperationOutcome", ndjson({"resourceType": "OperationOutcome", "issue": [issue]}) * 3)
    )
    run = fetch()
    assert run.state == "done"
    assert run.notes == ["The server could not export all: 3 × error: exception"]


def test_what_cannot_be_read_is_quarantined_and_its_file_kept_for_a_replay(server, fetch):
    server.files = [("output", "Patient", PATIENTS + b'{"resourceType": "Patient", "id": \n')]
    run = fetch()
    assert (run.state, run.summary["quarantined"]) == ("done", 1)
    (piece,) = Quarantine.objects.all()
    assert piece.line == 21
    assert Path(piece.file).read_bytes() == server.files[0][2]
    assert stat.S_IMODE(folder_of(run.pull).stat().st_mode) == 0o700


def test_a_count_that_is_not_as_announced_is_looked_at_twice_and_then_said(server, fetch):
    server.files, server.faults.wrong_count = [("output", "Patient", PATIENTS)], 3
    run = fetch()
    assert (run.state, run.notes) == ("done", ["Patient: 23 announced, 20 sent"])
    assert server.paths().count("/files/0") == 2


def test_a_run_can_be_stopped_and_the_server_is_told(server, add):
    server.faults.not_yet.append(("600", ""))
    run = begin(add())
    assert bulk.turn(run) == 600.0
    cancel(run, by=None)
    assert (run.state, server.cancelled) == (RunState.CANCELLED, {"/exports/1"})
    with pytest.raises(Refusal, match="has ended already"):
        cancel(run, by=None)
    assert AuditEvent.objects.filter(action="pull.cancel").count() == 1


def test_two_processes_do_not_fetch_the_same_at_once(server, add):
    pull = add()
    with locked(pull), pytest.raises(Refusal, match="Another process"):
        bulk.turn(begin(pull))
    assert begin(pull).pk == begin(pull).pk


def test_a_server_prepares_only_so_many_exports_for_us_at_once(server, add):
    server.faults.not_yet.extend([("600", "")] * bulk.MOST_PER_SERVER)
    runs = [begin(add(f"ehr-{n}")) for n in range(bulk.MOST_PER_SERVER + 1)]
    waits = [bulk.turn(run) for run in runs]
    assert waits == [600.0] * bulk.MOST_PER_SERVER + [bulk.LONGEST_WAIT]
    assert server.counts["exports"] == bulk.MOST_PER_SERVER
    assert "waits its turn" in runs[-1].progress


def test_another_load_under_way_is_waited_for(add):
    pull, waited = add(), []
    other = alone(LOAD)
    other.__enter__()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        other.__exit__(None, None, None)

    assert bulk.pull_now(pull, wait=wait).state == "done"
    assert waited == [15.0]


def test_what_is_due_is_fetched_by_the_clock(server, add):
    pull, by_hand = add("often", every=dt.timedelta(hours=1)), add("by-hand")
    assert bulk.pull_due() == 1
    assert [run.state for run in PullRun.objects.all()] == ["done"]
    assert bulk.pull_due() == 0
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=61)
    assert bulk.pull_due(later) == 1
    assert (pull.runs.count(), by_hand.runs.count()) == (2, 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"base_url": "http://ehr.example/fhir"}, "not an https address"),
        ({"types": ["Patient", "Spell"]}, "Spell: not a type"),
        ({"of": "group"}, "needs the Group's id"),
        ({"every": dt.timedelta(minutes=1)}, "ten minutes"),
    ],
)
def test_a_server_that_cannot_be_asked_is_refused_in_words(fields, words):
    with pytest.raises(BadInput, match=words):
        add_pull(**{"source": "ehr", "base_url": "https://ehr.example/fhir", "by": None} | fields)


def test_the_verb_adds_fetches_and_says(server, capsys):
    def verb(*words: str) -> tuple[int, dict]:
        code = connections.pull(_parser().parse_args(["pull", *words, "--json"]))
        return code, json.loads(capsys.readouterr().out)

    assert verb("ehr", "--add", server.base, "--client-id", CLIENT, "--every", "24h")[0] == 0
    code, said = verb("ehr")
    assert (code, said["pulls"][0]["run"]["state"], count_resources()) == (0, "done", WHOLE)
    assert verb("--keys")[1]["keys"] == published()["keys"]
    with pytest.raises(BadInput, match="no server is known"):
        verb("lab")
    with pytest.raises(BadInput, match="30m, 24h or 7d"):
        verb("ehr", "--add", server.base, "--every", "soon")


def test_keys_are_ours_alone_and_a_new_one_is_shown_before_it_signs(server, fetch):
    fetch()
    (old,) = [key for key in keys.kept_keys() if key.algorithm == "ES384"]
    assert stat.S_IMODE(old.path.stat().st_mode) == 0o600
    new = next(key for key in keys.rotate() if key.algorithm == "ES384")
    shown = {key["kid"] for key in published()["keys"]}
    assert {old.kid, new.kid} <= shown
    assert keys.signing_key("ES384").kid == old.kid
    assert keys.signing_key("ES384", time.time() + 3_700).kid == new.kid
    assert all(set(key) & {"d", "p", "q", "k"} == set() for key in published()["keys"])
    tokens._tokens.clear()
    assert fetch(full=True).state == "done"
    for _ in range(3):
        keys.rotate()
    assert len(keys.kept_keys()) == 2 * keys.KEPT
