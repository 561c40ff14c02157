"""Draws the tables of moves into docs/reference/handoff.md, episode.md and safety.md: `python -m bluering.coordination.document`."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "handoff.md"
EPISODES = PAGE.with_name("episode.md")
SAFETY = PAGE.with_name("safety.md")
TASKS = PAGE.with_name("task.md")
INTRODUCTION = """# How a handoff moves

Drawn from `src/bluering/coordination/states.py` by `python -m bluering.coordination.document`; edit the table, not this page.

A handoff carries information and responsibility, each confirmed apart. The sender stays responsible until the receiver
accepts, and again once the result is back. It closes only when the result is back, has been acted on, and the person has
been told. Every move is kept in the history with who, when and why.
"""

ABOUT_EPISODES = """# How an episode moves

Drawn from `src/bluering/coordination/episodes/table.py` by `python -m bluering.coordination.document`; edit the table, not this page.

An episode is a person's time in a program. It begins when somebody considers them, and nobody is followed who has not agreed,
where the program asks for that. Every way out leaves a way back: beginning again makes a new episode that knows the old one. Days
run from each decision, by the program's file; when they are over, a gap asks for the next one.
"""


ABOUT_SAFETY = """# How a concern for somebody's safety moves

Drawn from `src/bluering/coordination/safety.py` by `python -m bluering.coordination.document`; edit the table, not this page.

An answer (item 9 of a PHQ-9), words of crisis in a note or a flag, or somebody here opens the safety path at once. Whose training covers
the assessment of a risk of suicide takes it; while it stands, whoever opens the person sees it first, and nothing else is asked of them.
"""


ABOUT_TASKS = """# How a task moves

Drawn from `src/bluering/coordination/tasks.py` by `python -m bluering.coordination.document`; edit the table, not this page.

A task may name an act of scope of practice (`rules/scope/scope.yaml`): then only those trained for it take it or finish it, and it is
given to nobody else. Whoever acts on an old page is told who changed it meanwhile.
"""


def tasks_page() -> str:
    """The table of a task's moves."""
    from bluering.coordination.tasks import TABLE

    drawn = ["```mermaid", "stateDiagram-v2", "    [*] --> open: Open"]
    drawn += [f"    {source} --> {move.to or source}: {move.label}" for move in TABLE for source in move.sources]
    drawn += ["    done --> [*]", "    dropped --> [*]", "```"]
    head = ["| Move | From | To | Needs |", "|---|---|---|---|"]
    rows = []
    for move in TABLE:
        needs = [
            *(["the training"] if move.needs_scope else []),
            *(["whom"] if "to" in move.asks else []),
            *(["a day"] if "due_date" in move.asks else []),
            *(["a reason"] if move.needs_note else []),
        ]
        rows.append(
            f"| {move.label} (`{move.name}`) | {', '.join(move.sources)} | {move.to or 'stays'} | {', '.join(needs) or '–'} |"
        )
    return "\n".join([ABOUT_TASKS, *drawn, "", *head, *rows, ""])


def safety_page() -> str:
    """The table of a concern's moves."""
    from bluering.coordination.safety import TABLE

    drawn = ["```mermaid", "stateDiagram-v2", "    [*] --> open: Opened"]
    drawn += [f"    {source} --> {move.to}: {move.label}" for move in TABLE for source in move.sources]
    drawn += ["    closed --> [*]", "```"]
    head = ["| Move | From | To | Needs |", "|---|---|---|---|"]
    rows = [
        f"| {move.label} (`{move.name}`) | {', '.join(move.sources)} | {move.to} | "
        f"{', '.join([*(['how it was settled'] if move.needs_outcome else []), *(['a note'] if move.needs_note else [])]) or '–'} |"
        for move in TABLE
    ]
    return "\n".join([ABOUT_SAFETY, *drawn, "", *head, *rows, ""])


def episodes_page() -> str:
    """The table of an episode's moves."""
    from bluering.coordination.episodes.table import ENDED, TABLE

    drawn = ["```mermaid", "stateDiagram-v2", "    [*] --> considered: Consider"]
    drawn += [f"    {source} --> {move.target(source)}: {move.label}" for move in TABLE for source in move.sources]
    drawn += [f"    {state} --> [*]" for state in (*ENDED[1:], "died")] + ["```"]
    head = ["| Move | From | To | Asks for | A reason | Days until the next decision |", "|---|---|---|---|---|---|"]
    rows = [
        f"| {move.label} (`{move.name}`) | {', '.join(move.sources)} | {move.to or 'stays'} | {', '.join(move.asks) or '–'} | "
        f"{'yes' if move.needs_reason else 'may stay empty'} | {(move.days and f'`{move.days}`') or '–'} |"
        for move in TABLE
    ]
    return "\n".join([ABOUT_EPISODES, *drawn, "", *head, *rows, ""])


def page() -> str:
    from bluering.coordination.states import TABLE

    return "\n".join([INTRODUCTION, *_drawing(TABLE), "", *_rows(TABLE), ""])


def _drawing(table) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {source} --> {move.target(source)}: {move.label}" for move in table for source in move.sources]
    return [*lines, "    closed --> [*]", "    cancelled --> [*]", "```"]


def _rows(table) -> list[str]:
    head = ["| Move | From | To | Whose move | Needs | Notes the moment of |", "|---|---|---|---|---|---|"]
    return head + [f"| {' | '.join(_cells(move))} |" for move in table]


def _cells(move) -> list[str]:
    targets = dict.fromkeys(
        "stays" if move.target(source) == source else move.target(source) for source in move.sources
    )
    needs = [*move.needs, *(["a reason"] if move.needs_note else []), *(["not done before"] if move.once else [])]
    return [
        f"{move.label} (`{move.name}`)",
        ", ".join(move.sources),
        ", ".join(targets),
        move.who,
        ", ".join(needs) or "–",
        ", ".join(move.stamps) or "–",
    ]


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluering.settings")
    django.setup()
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    EPISODES.write_text(episodes_page(), encoding="utf-8")
    TASKS.write_text(tasks_page(), encoding="utf-8")
    SAFETY.write_text(safety_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
