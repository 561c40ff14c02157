"""How a verb answers: an exit code that scripts can rely on, and one JSON object or lines for people."""

import argparse
import json

DONE, QUARANTINED, REFUSED = 0, 1, 2


def say(args: argparse.Namespace, value: dict, *lines: str) -> None:
    """Answer: the object for scripts, the lines for people."""
    print(json.dumps(value, default=str) if args.json else "\n".join(lines))
