"""Write the pages of docs/reference that are drawn from the code: `python scripts/build_reference.py`.

`tests/unit/test_reference.py` holds the committed pages against what this writes. The score of the official SQL-on-FHIR suite
is only computed where the suite lies (BLUERING_SHARED); elsewhere its page stays as it is.
"""

import argparse
import ast
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "bluering"
PAGES = ROOT / "docs" / "reference"
SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SUITE = SHARED / "data/sql-on-fhir-v2/tests"
DRAWN = "Drawn from {what} by `python scripts/build_reference.py`; edit that, not this page."

# What each verb answers with --json; tests/unit/test_reference.py runs the verbs and looks.
LOADED = "loaded, unchanged, replaced, quarantined, passed_over, seconds"
JSON_KEYS = {
    "demo": "address, persons, log_ins",
    "setup": "home, version",
    "load": LOADED,
    "run": "persons, rules, opened, closed, seconds",
    "status": "persons, resources, gaps, version",
    "replay": LOADED,
    "serve": "",
    "work": "stopped",
    "listen": "accepted, refused, not_kept, turned_away, seconds",
    "compact": "tables",
    "months": "rows, persons, months, sources, seconds, at, folder",
    "acknowledge": "accepted, acknowledgement, findings",
    "pull": "pulls",
    "token": "source, token, revoked",
    "identity": "records, true_pairs, auto, with_review, review_pairs, seconds, decided, model, compared, notes",
    "check": "findings",
}
EXIT_CODES = (
    ("0", "done"),
    ("1", "`load` and `replay`: done, and some of the input stands in quarantine"),
    ("2", "refused; the reason is on stderr, or for `check` in the findings. A wrong option is refused too"),
    ("130", "stopped by Ctrl-C; `serve` and `demo`, which run until they are stopped, end with 0"),
)


def main() -> None:
    """Write every page that can be drawn here."""
    with tempfile.TemporaryDirectory(prefix="bluering-reference-") as folder:
        os.environ |= {"BLUERING_HOME": folder, "DJANGO_SETTINGS_MODULE": "bluering.settings"}
        os.environ.pop("BLUERING_RULES", None)
        sys.path.insert(0, str(ROOT / "src"))
        import django

        django.setup()
        PAGES.mkdir(parents=True, exist_ok=True)
        for name, draw in pages().items():
            (PAGES / name).write_text(draw(), encoding="utf-8")
            print(f"docs/reference/{name}")


def pages() -> dict[str, Callable[[], str]]:
    """File name → what draws it."""
    from bluering.coordination.document import page as handoff

    drawn = {
        "handoff.md": handoff,
        "permissions.md": permissions,
        "rooms.md": rooms,
        "rules.md": rules,
        "verbs.md": verbs,
        "views.md": views,
    }
    return drawn | ({"sql-on-fhir.md": sql_on_fhir} if suite_files() else {})


def page(title: str, what: str, *parts: str) -> str:
    """A whole page: heading, where it comes from, and its parts with a blank line between."""
    return "\n\n".join([f"# {title}", DRAWN.format(what=what), *parts]) + "\n"


def table(head: str, rows: Iterator[tuple] | list[tuple]) -> str:
    """A Markdown table; `head` names the columns, parted by |."""
    names = head.split("|")
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


# Rules


def rules() -> str:
    """Every shipped rule with its source, its parameters, what it reads and the small people it was tried on."""
    from bluering.population.rules import all_rules, table_rules

    found = [*table_rules(), *all_rules()]
    listed = [(f"[{rule.title}](#{rule.id})", rule.kind, rule.owner, rule.version) for rule in found]
    return page(
        "Rules",
        "the folders in `src/bluering/rules`",
        "Each rule is a folder: `rule.yaml`, `logic.sql`, `vectors.txt`, `README.md`. A practice adds its own or replaces one "
        "of these; see [Add a rule](../how-to/add-a-rule.md). The vectors below are run by the tests on every change.",
        table("Rule|Kind|Answers for it|Version", listed),
        *(_rule(rule) for rule in found),
    )


def _rule(rule) -> str:
    parts = [
        f'<a id="{rule.id}"></a>\n\n## {rule.title}',
        f"`{rule.id}`, {rule.kind}, version {rule.version}.",
        f"> {rule.sentence}",
        f"[Source]({rule.source_url})",
        rule.readme.strip(),
        *_facts(rule),
        f"<details><summary>Vectors</summary>\n\n```text\n{rule.vectors.strip()}\n```\n\n</details>",
    ]
    return "\n\n".join(part for part in parts if part)


def _facts(rule) -> Iterator[str]:
    if rule.action:
        yield f"What bridges it: *{rule.action.label}* (`{rule.action.verb}`)."
    if rule.parameters:
        yield table("Parameter|Value", [(f"`{name}`", _said(value)) for name, value in rule.parameters.items()])
    yield "Reads: " + ", ".join(f"`{name}`" for name in rule.reads) + "."
    if rule.value_sets:
        yield "Value sets: " + ", ".join(f"`{name}`" for name in rule.value_sets) + "."


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# Views


def views() -> str:
    """Every table of the record with its columns."""
    from bluering.record.viewdefinition.catalog import tables

    found = tables().values()
    return page(
        "Tables of the record",
        "the ViewDefinitions in `src/bluering/record/views`",
        "Rules see these tables with the rows that stand now: versions that were replaced or came late are left out. Each "
        "begins with `person_id` (whose fact it is; NULL for facts of nobody), `source` (the system that told it) and `id` "
        "(the resource's id there). A FHIR type without a view has a table too, named after it, that keeps its resources whole. "
        "On disk every row also has `row_id`, `hash`, `updated`, `replaces`, `stale`, `load_id` and `subject_key`, and the "
        "main table of a type has `resource`, the JSON as it was received.",
        ", ".join(f"[{one.name}](#{one.name})" for one in found),
        *(_view(one) for one in found),
    )


def _view(one) -> str:
    from bluering.record.engine import sql_type
    from bluering.record.viewdefinition.definition import read_view

    kind = "" if one.is_main else ", one row for each of its parts"
    specs = [c for c in read_view(one.view).root.all_columns() if c.name not in ("id", "subject_ref_id")]
    rows = [(f"`{spec.name}`", sql_type(one, spec.name), _path(spec)) for spec in specs]
    return f"## {one.name}\n\nFrom {one.resource_type}{kind}.\n\n" + table("Column|Type|FHIRPath", rows)


def _path(spec) -> str:
    paths = ", else ".join(f"`{path}`" for path in (spec.path, *spec.alternatives))
    if spec.pair:
        return f"{paths}, as `{'|'.join(spec.pair)}`"
    return f"{paths}, the type it names" if spec.reference_type else paths


# Verbs


def verbs() -> str:
    """Every verb of the command line."""
    from bluering.cli import VERBS

    return page(
        "Verbs",
        "`src/bluering/cli.py`",
        "Each verb prints sentences for people, or with `--json` one JSON object on stdout. Progress and errors go to stderr. "
        "`./bluering test`, which runs the tests from a clone, is in [DEVELOPING.md](../../DEVELOPING.md).",
        "## Exit codes",
        table("Code|Meaning", list(EXIT_CODES)),
        *(_verb(verb) for verb in VERBS),
    )


def _verb(verb) -> str:
    parser = argparse.ArgumentParser(prog=f"bluering {verb.name}", add_help=False)
    verb.arguments(parser)
    arguments = [(f"`{_written(a)}`", a.help or "") for a in parser._actions]
    parts = [f"## {verb.name}", verb.help, f"```sh\n./{verb.example}\n```"]
    if arguments:
        parts.append(table("Argument|What it says", arguments))
    keys = JSON_KEYS[verb.name]
    named = ", ".join(f"`{key}`" for key in keys.split(", "))
    parts.append(f"JSON: {named}." if keys else "JSON: nothing; it runs until it is stopped.")
    return "\n\n".join(parts)


def _written(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"{action.metavar or action.dest}{' ...' if action.nargs == '+' else ''}"
    name = action.option_strings[-1]
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    return f"{name}{value}{' (needed)' if action.required else ''}"


# Permissions


def permissions() -> str:
    """Who may do what, role by role."""
    from bluering.access import policy
    from bluering.access.models import Role

    matrix = policy.load().values()
    about = [rule for rule in matrix if rule.about_person]
    others = [rule for rule in matrix if not rule.about_person]
    heads = "Action|What it is|" + "|".join(role.label for role in Role)
    return page(
        "Permissions",
        "`src/bluering/access/policy.yaml`",
        "A role that is not named may not do it, and an account without a role may do nothing. Why it is so is in "
        "[Who may see whom](../explanation/who-may-see-whom.md).",
        "## About one person",
        "**own**: persons on one's own panel. **covered**: persons on the panel of a colleague one covers for. **unheld**: "
        "persons who are on nobody's panel. **anyone**: every person of the practice.",
        table(heads, [_allowed(rule, lambda reach: ", ".join(sorted(reach))) for rule in about]),
        "## Not about one person",
        table(heads, [_allowed(rule, lambda reach: "yes" if reach else "") for rule in others]),
    )


def _allowed(rule, said: Callable[[frozenset], str]) -> tuple:
    from bluering.access.models import Role

    cells = [said(rule.reach.get(role, frozenset())) or "–" for role in Role]
    return (f"`{rule.action}`", rule.says, *cells)


# Rooms


def rooms() -> str:
    """Which part of the package imports which, as the code says it."""
    names = sorted(path.stem for path in SOURCE.iterdir() if _is_part(path))
    imports = {name: sorted(_imports(name) & set(names) - {name}) for name in names}
    read_by = {name: [other for other in names if name in imports[other]] for name in names}
    rows = [(f"`{n}`", _first_line(n), ", ".join(imports[n]) or "–", ", ".join(read_by[n]) or "–") for n in names]
    return page(
        "Rooms",
        "the imports in `src/bluering`",
        "Data flows down and a room imports only rooms above it; a contract in `pyproject.toml`, checked by `./bluering test`, "
        "holds this. `errors`, `paths`, `locks`, `answers` and `progress` are small helpers that any part may use.",
        table("Part|What it is|Imports|Imported by", rows),
    )


def _is_part(path: Path) -> bool:
    if path.is_dir():
        return (path / "__init__.py").exists()
    return path.suffix == ".py" and path.stem != "__init__"


def _files(name: str) -> list[Path]:
    folder = SOURCE / name
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [SOURCE / f"{name}.py"]


def _first_line(name: str) -> str:
    folder = SOURCE / name
    text = (folder / "__init__.py" if folder.is_dir() else SOURCE / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]


def _imports(name: str) -> set[str]:
    """The parts that a part imports, at the top of a file or inside a function."""
    found: set[str] = set()
    for file in _files(name):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= _parts([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
            elif isinstance(node, ast.Import):
                found |= _parts([alias.name for alias in node.names])
    return found


def _parts(modules: list[str]) -> set[str]:
    return {words[1] for module in modules if (words := module.split("."))[0] == "bluering" and len(words) > 1}


# SQL-on-FHIR


def sql_on_fhir() -> str:
    """The score of the official suite, file by file, and what the compiler understands."""
    from bluering.record.viewdefinition import functions  # noqa: F401, registers them
    from bluering.record.viewdefinition.evaluate import FUNCTIONS
    from bluering.record.viewdefinition.fhirpath import PRECEDENCE

    scores = [(file.stem, *score(file)) for file in suite_files()]
    passed, cases = sum(row[1] for row in scores), sum(row[2] for row in scores)
    failing = [f"- {stem}: {title}" for stem, _, _, titles in scores for title in titles]
    return page(
        "SQL on FHIR",
        "the official test suite of SQL-on-FHIR v2, run through `bluering.record.viewdefinition.compile_view`",
        f"{passed} of {cases} cases pass.{'' if failing else ' None fails.'} `tests/shared/test_sql_on_fhir_suite.py` runs the "
        "same cases. Why the compiler is our own: [ADR 4](../adr/0004-sql-on-fhir.md).",
        table("File|Pass|Cases", [(f"`{stem}`", good, all_) for stem, good, all_, _ in scores]),
        *(["## Failing", "\n".join(failing)] if failing else []),
        "## What expressions may use",
        "Functions: " + ", ".join(f"`{name}()`" for name in sorted(FUNCTIONS)) + ".",
        "Operators: " + ", ".join(f"`{sign}`" for sign in PRECEDENCE) + "; indexes such as `name[0]`; `$this`.",
        "Constants: those that the view defines, as `%name`, and `%rowIndex`.",
        "In a select: `column`, nested `select`, `forEach`, `forEachOrNull`, `repeat`, `unionAll`. In a view: `where`, `constant`.",
        "## Tags of our own",
        table(
            "Tag on a column|Meaning",
            [
                ("`bluering/else`", "another path, asked when the ones before it are empty"),
                ("`bluering/pair`", "a list whose items are two members joined by a bar: `system|code`"),
                ("`bluering/reference-type`", "the type that a reference names, not its id"),
            ],
        ),
    )


def suite_files() -> list[Path]:
    """The files of the official suite; none where it does not lie."""
    return sorted(SUITE.glob("*.json"))


def score(file: Path) -> tuple[int, int, list[str]]:
    """(cases that pass, cases, titles of those that do not)."""
    import duckdb

    document = json.loads(file.read_text(encoding="utf-8"))
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE resources (resource VARCHAR)")
        failing = [case["title"] for case in document["tests"] if not _passes(engine, case, document["resources"])]
    return len(document["tests"]) - len(failing), len(document["tests"]), failing


def _passes(engine, case: dict, resources: list[dict]) -> bool:
    import duckdb

    from bluering.record.viewdefinition import BadView

    try:
        names, rows = _rows(engine, case["view"], resources)
    except (BadView, duckdb.Error):
        return bool(case.get("expectError"))
    expected = [{name: row.get(name) for name in (names if rows else row)} for row in case.get("expect", [])]
    return not (
        case.get("expectError")
        or ("expectColumns" in case and names != case["expectColumns"])
        or ("expectCount" in case and len(rows) != case["expectCount"])
        or ("expect" in case and _in_any_order(rows) != _in_any_order(expected))
    )


def _rows(engine, view: dict, resources: list[dict]) -> tuple[list[str], list[dict]]:
    """The names of the columns, and the view's rows over those resources that are of its type."""
    from bluering.record.viewdefinition import compile_view

    engine.execute("DELETE FROM resources")
    for resource in resources:
        if resource["resourceType"] == view.get("resource"):
            engine.execute("INSERT INTO resources VALUES (?)", [json.dumps(resource)])
    result = engine.execute(compile_view(view, relation="resources"))
    names = [column[0] for column in result.description]
    return names, [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _in_any_order(rows: list[dict]) -> list[str]:
    """Rows as sorted text; 5 and 5.0 are the same number."""
    return sorted(json.dumps({name: _number(value) for name, value in row.items()}, sort_keys=True) for row in rows)


def _number(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


if __name__ == "__main__":
    main()
