"""The verb about who is who: how well linking does on files in which somebody has said it."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

from bluering.answers import DONE, say

LINE = "{name:<34}precision {precision:.4f}   recall {recall:.4f}   F1 {f1:.4f}"


def evaluate(args: argparse.Namespace) -> int:
    """Link labelled records as an installation would, keep nothing, and say how well it did."""
    from bluering.identity.evaluating import measure

    found = measure(args.records, truth=args.truth, mapped=args.map, across=args.across)
    for note in found.notes:
        print(f"Note: {note}.", file=sys.stderr)
    lines = (
        f"{found.records:,} records, {found.true_pairs:,} true pairs, compared by {', '.join(found.compared)}",
        LINE.format(name="linked by itself", **found.auto),
        LINE.format(name="and every pair a person is asked", **found.with_review),
        LINE.format(name="the same, answered rightly", **found.decided),
        f"{found.review_pairs:,} pairs to ask a person about; model {found.model}; {found.seconds} s",
    )
    say(args, asdict(found), *lines)
    return DONE


def identity_arguments(parser: argparse.ArgumentParser) -> None:
    """What `bluering identity` takes."""
    parser.add_argument(
        "what", choices=["evaluate"], help="`evaluate`: link labelled records and hold that against the labels"
    )
    parser.add_argument(
        "records",
        nargs="+",
        type=Path,
        metavar="RECORDS",
        help="files with a first line that names the columns; plain or gzip",
    )
    parser.add_argument("--map", type=Path, help="which column holds what, as YAML; default: told from their names")
    parser.add_argument(
        "--truth", default="", metavar="COLUMN", help="the column that says who is who; or `truth` in the map"
    )
    parser.add_argument(
        "--across",
        action="store_true",
        help="each file holds each person once: compare only records of different files",
    )
