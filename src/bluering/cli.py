"""The verbs. Each prints sentences for people, or with --json one JSON object on stdout and nothing else there.

Exit codes: 0 done, 1 done with some input quarantined, 2 refused (the reason is on stderr).
"""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import django

from bluering import __version__
from bluering.answers import DONE, QUARANTINED, REFUSED, say
from bluering.connections import pull_arguments, token_arguments
from bluering.errors import BadInput, Refusal
from bluering.identifying import evaluate, identity_arguments
from bluering.paths import home


@dataclass(frozen=True)
class Verb:
    """A verb's name, what it does in one line, an example, its arguments and its work."""

    name: str
    help: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(argv: list[str] | None = None) -> None:
    """Run one verb and exit with its code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluering.settings")
    args = _parser().parse_args(argv)
    if not getattr(args, "verb", None):
        _parser().print_help()
        sys.exit(DONE)
    try:
        django.setup()
        sys.exit(args.verb.run(args))
    except (BadInput, Refusal) as problem:
        print(f"Refused: {problem}", file=sys.stderr)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        print("\nStopped. Nothing is half done; run the same command again to go on.", file=sys.stderr)
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bluering",
        description="Care coordination for primary care: who needs us today, and where the ring of care is open.",
        epilog=f"Everything an installation writes lies in one folder, named by BLUERING_HOME (now {home()}). "
        "'bluering test' runs all tests (from a clone).",
    )
    parser.add_argument("--version", action="version", version=f"bluering {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB")
    for verb in VERBS:
        sub = verbs.add_parser(verb.name, help=verb.help, description=verb.help, epilog=f"Example:  {verb.example}")
        verb.arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object on stdout and nothing else")
        sub.set_defaults(verb=verb)
    return parser


def migrate() -> None:
    """Create or upgrade the database."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    for name in ("record", "static"):
        home().joinpath(name).mkdir(exist_ok=True)


def setup(args: argparse.Namespace) -> int:
    """Create database and record without demo data."""
    migrate()
    say(args, {"home": str(home()), "version": __version__}, f"Database and record are ready in {home()}.")
    return DONE


def load(args: argparse.Namespace) -> int:
    """Load files."""
    from bluering import pipeline
    from bluering.progress import Progress

    migrate()
    progress = Progress(quiet=args.json)
    summary = pipeline.load(args.paths, source=args.source, on_progress=progress)
    progress.finish()
    say(args, asdict(summary), *_load_lines(summary))
    return QUARANTINED if summary.quarantined else DONE


def _load_lines(summary) -> list[str]:
    lines = [f"{'':24}{'loaded':>10}{'unchanged':>11}{'replaced':>10}"]
    for name in sorted({*summary.loaded, *summary.unchanged, *summary.replaced}):
        lines.append(
            f"{name:<24}{summary.loaded.get(name, 0):>10,}{summary.unchanged.get(name, 0):>11,}{summary.replaced.get(name, 0):>10,}"
        )
    for bad in summary.quarantined[:20]:
        lines.append(f"Quarantined {bad['file']}:{bad['line']}: {bad['reason']}")
    if len(summary.quarantined) > 20:
        lines.append(f"… and {len(summary.quarantined) - 20:,} more; the Inbox shows them all.")
    if summary.passed_over:
        lines.append(f"Passed over, as they hold no data: {', '.join(Path(p).name for p in summary.passed_over[:8])}")
    return [*lines, f"{summary.seconds} s"]


def run(args: argparse.Namespace) -> int:
    """Run the rules."""
    from bluering import pipeline
    from bluering.identity.queries import find_person
    from bluering.progress import Progress

    migrate()
    progress = Progress(quiet=args.json)
    person = find_person(args.person) if args.person else None
    summary = pipeline.run(person_id=person, as_of=moment(args.as_of), on_progress=progress)
    progress.finish()
    value = {name: getattr(summary, name) for name in ("persons", "rules", "opened", "closed", "seconds")}
    say(
        args,
        value,
        "{persons:,} persons, {rules} rules: {opened:,} gaps opened, {closed:,} closed by evidence, {seconds} s".format(
            **value
        ),
    )
    return DONE


def moment(text: str | None) -> dt.datetime | None:
    """A day (its end, so that the whole day counts) or a moment in the practice's time zone; None for now."""
    from django.utils import timezone

    if text is None:
        return None
    try:
        if len(text) == 10:
            return timezone.make_aware(dt.datetime.combine(dt.date.fromisoformat(text), dt.time(23, 59)))
        when = dt.datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"--as-of {text}: not a date. Write it as 2026-03-19 or 2026-03-19T07:40.") from None
    return when if when.tzinfo else timezone.make_aware(when)


def status(args: argparse.Namespace) -> int:
    """Count what is here."""
    from bluering.identity.models import Person
    from bluering.population.queries import gap_counts
    from bluering.record.counts import count_resources

    migrate()
    persons = Person.objects.filter(links__undone_at=None).distinct().count()
    resources, gaps = count_resources(), gap_counts()
    value = {"persons": persons, "resources": resources, "gaps": gaps, "version": __version__}
    lines = [f"{persons:,} persons", *(f"  {n:,} {t}" for t, n in resources.items()), "Open gaps:"]
    say(args, value, *lines, *(f"  {n:,} {rule}" for rule, n in gaps.items()))
    return DONE


def replay(args: argparse.Namespace) -> int:
    """Load again what stands in quarantine."""
    from bluering import pipeline

    migrate()
    summary = pipeline.replay()
    say(args, asdict(summary), *_load_lines(summary))
    return QUARANTINED if summary.quarantined else DONE


def acknowledge(args: argparse.Namespace) -> int:
    """Print the 999 (or 997) that answers an X12 file, without loading it."""
    from bluering.intake.claims.x12.check import check
    from bluering.intake.formats import X12, plain_bytes, recognise

    path = Path(args.file)
    if not path.is_file():
        raise BadInput(f"{args.file}: there is no such file. Check the path and try again.")
    if recognise(path) != X12:
        raise BadInput(
            f"{args.file}: it does not begin with an X12 interchange header (ISA). Look at how the file begins."
        )
    verdict = check(plain_bytes(path).decode("latin-1"))
    found = [asdict(one) for one in verdict.findings]
    value = {"accepted": verdict.accepted, "acknowledgement": verdict.acknowledgement, "findings": found}
    say(
        args,
        value,
        verdict.acknowledgement or "\n".join(f"Segment {f['line']}, {f['place']}: {f['reason']}." for f in found),
    )
    return DONE if verdict.accepted else QUARANTINED


def months(args: argparse.Namespace) -> int:
    """The table of person-months from all facts; the worker does so every day."""
    from bluering.evaluation import person_month

    migrate()
    built = person_month.build()
    say(
        args,
        asdict(built),
        f"{built.rows:,} person-months of {built.persons:,} persons, {built.months} months, claims of {built.sources} "
        f"source{'' if built.sources == 1 else 's'}, in {built.seconds:.1f} s.",
    )
    return DONE


def compact(args: argparse.Namespace) -> int:
    """Join the record's small files."""
    from bluering import pipeline
    from bluering.record import store

    done = {table: pipeline.compact(table) for table in store.loaded_tables()}
    say(
        args,
        {"tables": done},
        *(
            f"{table}: {d['joined']} files joined into {d['made']}, {d['dropped']} old ones dropped"
            for table, d in done.items()
        ),
    )
    return DONE


def check(args: argparse.Namespace) -> int:
    """Check a deployment."""
    from bluering.deployment import findings

    migrate()
    found = findings()
    lines = [f"{'ok' if f.good else 'MEND'}  {f.what}" for f in found]
    say(args, {"findings": [asdict(f) for f in found]}, *lines)
    return DONE if all(f.good for f in found) else REFUSED


def serve(args: argparse.Namespace) -> int:
    """Start the web server."""
    from bluering.serving import serve as start

    migrate()
    return start(port=args.port, workers=args.workers)


def work(args: argparse.Namespace) -> int:
    """Start a worker."""
    from bluering.serving import work as start

    migrate()
    start(until_empty=args.until_empty, only_arrivals=args.only_arrivals)
    say(args, {"stopped": True}, "The worker has stopped.")
    return DONE


def listen(args: argparse.Namespace) -> int:
    """Listen for HL7 v2 messages."""
    from bluering.serving import listen as start

    migrate()
    return start(args)


def demo(args: argparse.Namespace) -> int:
    """Set up and run the demo practice."""
    from bluering.serving import demo as start

    migrate()
    return start(args)


def pull(args: argparse.Namespace) -> int:
    """Fetch from FHIR servers."""
    from bluering.connections import pull as start

    migrate()
    return start(args)


def token(args: argparse.Namespace) -> int:
    """Make or revoke a source's token."""
    from bluering.connections import token as start

    migrate()
    return start(args)


def _none(parser: argparse.ArgumentParser) -> None:
    """This verb takes no arguments of its own."""


def _file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="an X12 file: 837, 835 or 834")


def _load_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH",
        help="files or folders, told apart by what is in them: FHIR (NDJSON, Bundles), HL7 v2, C-CDA, CMS claim feeds (CCLF), X12 (837, 835, 834), "
        "CSV of schedules, members and claims; plain, gzip or zip",
    )  # fmt: skip
    parser.add_argument("--source", required=True, help="the name of the system that these come from, always the same")


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", help="only this person's id")
    parser.add_argument("--as-of", help="judge as of this day (2026-03-19) instead of now")


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8765, help="default 8765")
    parser.add_argument("--workers", type=int, default=2, help="web server processes, default 2")


def _work_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until-empty", action="store_true", help="stop when nothing waits and the queue is empty")
    parser.add_argument("--only-arrivals", action="store_true", help="take in messages that arrive, and nothing else")


def _listen_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on, default 127.0.0.1")
    parser.add_argument("--port", type=int, default=2575, help="default 2575")
    parser.add_argument(
        "--source", help="the name of the system that sends here; default: each sender's facility (MSH-4)"
    )
    parser.add_argument(
        "--allow", action="append", default=[], help="an address or network that may send; may be repeated"
    )
    parser.add_argument("--tls-cert", help="the listener's certificate (PEM); with it, TLS only")
    parser.add_argument("--tls-key", help="its key (PEM)")
    parser.add_argument("--tls-ca", help="peers must show a certificate signed by this one (PEM)")
    parser.add_argument("--no-work", action="store_true", help="keep messages and leave them to a worker")


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--persons", type=int, default=2000, help="how many made-up persons, up to 1,000,000; default 2,000"
    )
    parser.add_argument("--port", type=int, default=8765, help="default 8765")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    parser.add_argument(
        "--feed", type=float, default=30, metavar="SECONDS",
        help="something happens at the demo's hospital or front desk about every so many seconds; 0 for never; default 30",
    )  # fmt: skip
    parser.add_argument(
        "--prepare", action="store_true", help="load the practice and stop, without starting the server"
    )


VERBS = (
    Verb(
        "demo", "Set up and run the demo practice.", "bluering demo --persons 2000 --port 8765", _demo_arguments, demo
    ),
    Verb("setup", "Create database and record, without demo data.", "bluering setup", _none, setup),
    Verb(
        "load",
        "Load files into the record: FHIR R4 or HL7 v2, told apart by content.",
        "bluering load export/ --source practice-ehr",
        _load_arguments,
        load,
    ),
    Verb(
        "run", "Run the rules for everybody, or for one person.", "bluering run --as-of 2026-03-19", _run_arguments, run
    ),
    Verb("status", "Say how many persons, resources and open gaps there are.", "bluering status --json", _none, status),
    Verb("replay", "Load again what stands in quarantine.", "bluering replay", _none, replay),
    Verb("serve", "Start the web server.", "bluering serve --port 8765", _serve_arguments, serve),
    Verb("work", "Start a worker for background jobs.", "bluering work", _work_arguments, work),
    Verb(
        "listen",
        "Listen for HL7 v2 messages (MLLP).",
        "bluering listen --port 2575 --source county-general",
        _listen_arguments,
        listen,
    ),
    Verb(
        "acknowledge",
        "Print the 999 that answers an X12 file, without loading it.",
        "bluering acknowledge claims.837",
        _file,
        acknowledge,
    ),
    Verb(
        "months",
        "Build the table of person-months: coverage, cost, emergency visits, stays.",
        "bluering months --json",
        _none,
        months,
    ),
    Verb("compact", "Join the record's small files and drop old ones.", "bluering compact", _none, compact),
    Verb("pull", "Fetch from FHIR servers by bulk export.", "bluering pull county-general", pull_arguments, pull),
    Verb("token", "Let a system send us messages.", "bluering token general-hospital", token_arguments, token),
    Verb(
        "identity",
        "Measure how well linking does on labelled records.",
        "bluering identity evaluate records.csv --map map.yaml --truth person_id --json",
        identity_arguments,
        evaluate,
    ),
    Verb("check", "Check that this installation is fit for real people's data.", "bluering check", _none, check),
)


if __name__ == "__main__":
    main()
