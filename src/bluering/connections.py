"""The verbs about other systems: tokens for those that send to us, and fetching from those that we ask."""

import argparse
import datetime as dt
import re
import sys
from typing import Any

from bluering.answers import DONE, QUARANTINED, REFUSED, say
from bluering.errors import BadInput

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def token(args: argparse.Namespace) -> int:
    """Make a token for a source and show it once, or revoke what it has."""
    from bluering.intake.tokens import make_token, revoke_tokens

    if args.revoke or args.revoke_older:
        count = revoke_tokens(args.source, but_newest=args.revoke_older and not args.revoke)
        say(args, _told(args.source, None, count), f"{count} tokens of {args.source} were revoked.")
        return DONE
    made = make_token(args.source)
    lines = (
        f"The token of {args.source}, shown only this once:",
        made,
        "The sender puts it into the header Authorization: Bearer.",
    )
    say(args, _told(args.source, made, 0), *lines)
    return DONE


def _told(source: str, made: str | None, revoked: int) -> dict:
    return {"source": source, "token": made, "revoked": revoked}


def token_arguments(parser: argparse.ArgumentParser) -> None:
    """What `bluering token` takes."""
    parser.add_argument(
        "source", metavar="SOURCE", help="the name of the system that sends, as 'load --source' takes it"
    )
    parser.add_argument("--revoke", action="store_true", help="revoke every token of this source")
    parser.add_argument(
        "--revoke-older", action="store_true", help="revoke all but the newest, once the sender uses that"
    )


def pull(args: argparse.Namespace) -> int:
    """Add a server, fetch from one, stop that, or say how all of them stand."""
    from bluering.intake.fhir.bulk.keys import jwks, rotate
    from bluering.pulling.queries import standing

    if args.rotate_keys:
        rotate()
    if args.keys or args.rotate_keys:
        say(args, {"pulls": standing(), "keys": jwks()["keys"]}, _json(jwks()))
        return DONE
    code = _act(args) if args.source else DONE
    say(args, {"pulls": standing(args.source)}, *_pull_lines(standing(args.source)))
    return code


def _act(args: argparse.Namespace) -> int:
    from bluering.intake.models import Pull
    from bluering.intake.models.pulls import OPEN
    from bluering.pulling.actions import add_pull, cancel

    if args.add:
        add_pull(source=args.source, base_url=args.add, by=None, **_given(args))
        return DONE
    found = Pull.objects.filter(source=args.source).first()
    if found is None:
        raise BadInput(f"{args.source}: no server is known by this name. Add it: bluering pull {args.source} --add URL")
    if args.cancel:
        if (run := found.runs.filter(state__in=OPEN).first()) is None:
            raise BadInput(f"{args.source}: nothing is being fetched, so there is nothing to stop.")
        cancel(run, by=None)
        return DONE
    return _fetch(found, args)


def _fetch(found: Any, args: argparse.Namespace) -> int:
    """Fetch until it ends; what hinders meanwhile goes to stderr."""
    from bluering.pulling.bulk import pull_now

    told: list[str] = []

    def on_step(run: Any) -> None:
        if run.progress and run.progress not in told[-1:]:
            told.append(run.progress)
            print(f"{args.source}: {run.progress}", file=sys.stderr)

    run = pull_now(found, full=args.full, on_step=on_step)
    if run.error:
        return REFUSED
    return QUARANTINED if run.summary.get("quarantined") else DONE


def _given(args: argparse.Namespace) -> dict[str, Any]:
    """The fields of a Pull that the command line names."""
    of = "group" if args.group else args.of
    types = [name for name in args.types.split(",") if name]
    named = {"of": of, "group": args.group, "types": types, "client_id": args.client_id, "algorithm": args.algorithm}
    return named | {"scope": args.scope, "token_url": args.token_url, "every": _every(args.every)}


def _every(text: str) -> dt.timedelta | None:
    """30m, 24h, 7d; empty for never by itself."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if match is None:
        raise BadInput(f"--every {text}: not a length of time. Write it as 30m, 24h or 7d.")
    return dt.timedelta(**{UNITS[match[2]]: int(match[1])})


def _json(value: dict) -> str:
    import json

    return json.dumps(value, indent=2)


def _pull_lines(pulls: list[dict]) -> list[str]:
    if not pulls:
        return ["No server is known yet. Add one: bluering pull SOURCE --add URL --client-id ID"]
    return [line for one in pulls for line in _lines_of(one)]


def _lines_of(one: dict) -> list[str]:
    lines = [f"{one['source']}: {one['base_url']}, {one['of']}{' ' + one['group'] if one['group'] else ''}"]
    lines.append(f"  up to {one['last_transaction_time'] or 'nothing yet'}; next {one['next_at'] or 'when told to'}")
    if run := one["run"]:
        lines.append(f"  last run: {run['state']}{', ' + run['progress'] if run['progress'] else ''}")
        counts = [
            f"{sum(run['summary'].get(name, {}).values()):,} {name}"
            for name in ("loaded", "replaced", "unchanged", "deleted")
        ]
        lines += [f"  {', '.join(counts)}"] if "loaded" in run["summary"] else []
        lines += [f"  {note}" for note in [*run["notes"], *([run["error"]] if run["error"] else [])]]
    return lines


def pull_arguments(parser: argparse.ArgumentParser) -> None:
    """What `bluering pull` takes."""
    parser.add_argument(
        "source", nargs="?", default="", metavar="SOURCE", help="the source to fetch; without it, how all stand"
    )
    parser.add_argument(
        "--add", metavar="URL", help="remember the server with this FHIR base for the source, or change it"
    )
    parser.add_argument("--client-id", default="", help="how the server knows us")
    parser.add_argument(
        "--of", choices=("system", "patient"), default="system", help="everything, or all patients' records"
    )
    parser.add_argument("--group", default="", help="only this Group's patients")
    parser.add_argument("--types", default="", help="only these FHIR types: Patient,Encounter,Observation")
    parser.add_argument("--every", default="", help="fetch by itself this often: 30m, 24h, 7d")
    parser.add_argument("--algorithm", choices=("ES384", "RS384"), default="ES384", help="what we sign with")
    parser.add_argument("--scope", default="", help="what to ask for; default: reading everything")
    parser.add_argument("--token-url", default="", help="where tokens are given, if the server does not say")
    parser.add_argument(
        "--full", action="store_true", help="fetch everything, not only what changed since the last time"
    )
    parser.add_argument("--cancel", action="store_true", help="stop what is being fetched")
    parser.add_argument("--keys", action="store_true", help="print our public keys, to register with a server")
    parser.add_argument(
        "--rotate-keys", action="store_true", help="make new keys beside the ones in use, and print all"
    )
