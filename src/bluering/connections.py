"""The verbs about other systems: tokens for those that send to us."""

import argparse

from bluering.answers import DONE, say


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
