"""Rules are folders: what a clinician reads, what the engine runs, and the small people it was tried on, side by side.

`rules/<kind>s/<id>/{rule.yaml, logic.sql, vectors.txt, README.md}` ship with the product; a site's folder, named by
BLUERING_RULES and laid out the same way, adds to them and overrides what has the same id; under `next/` in it lie versions of programs
that are only tried. A rule that is a draft, names no
source, has no vectors or asks for an empty value set is not loaded: BadInput says which rule and which file.
"""

import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from bluering.errors import BadInput
from bluering.population.tables import RECORD, WORK
from bluering.population.value_sets import ValueSets, read_value_sets

SHIPPED = Path(__file__).resolve().parent.parent / "rules"
KINDS = ("gap", "score", "program", "cohort", "measure")
TABLE = "table"
VERBS = {
    "log_contact", "open_handoff", "book_visit", "assign_coordinator", "ask_clinician", "review_medicines", "recheck",
    "decide_program",
}  # fmt: skip
SHARED = (
    "living", "stay", "hospitalization", "visit", "problem", "measurement", "blood_pressure", "referral", "medicine",
    "episode_talk", "mood_course", "rising_sign", "course",
)  # fmt: skip
# What a program's folder may ask, file by file, and what an answer means.
PROGRAM_PARTS = {"logic.sql": "enter", "steps.sql": "step", "exit.sql": "graduate", "relapse.sql": "relapse"}
LEVELS = ("intensive", "steady", "watch", "resting")
DAYS = ("decide_days", "outreach_days", "attempts", "review_days", "watch_days")
NAMED_SETS = re.compile(
    r"in_value_set\([^']*?'(\w+)'\)|(?:problem|measure) = '(\w+)'|(?:problem|measure) IN \(([^)]*)\)"
)


@dataclass(frozen=True)
class Action:
    """What bridges a gap: a verb the pages know, and the words on the button."""

    verb: str
    label: str


@dataclass(frozen=True)
class Rule:
    """One rule as its folder says it. `sentence` is the sentence of the source that it implements.

    `starts_from` names the rows without which the rule finds nothing about anybody (a table, with WHERE when only some of its
    rows matter), so that a run about one person need not ask it. It may be left out. `hard`: its day is a deadline, after which it is lost.
    """

    id: str
    kind: str
    title: str
    version: str
    status: str
    sentence: str
    source_url: str
    owner: str
    action: Action | None
    starts_from: str
    reads: tuple[str, ...]
    value_sets: tuple[str, ...]
    parameters: dict
    sql: str
    vectors: str
    readme: str
    folder: Path
    program: dict = field(default_factory=dict)
    hard: bool = False


def all_rules() -> list[Rule]:
    """Every rule of every kind, scores first because gaps may read them."""
    return [rule for kind in sorted(KINDS, key=lambda kind: kind != "score") for rule in load_rules(kind)]


def load_rules(kind: str) -> list[Rule]:
    """The rules of one kind by id, the site's in place of ours where both have one."""
    return list(_load(kind, site_folder()))


def next_programs() -> dict[str, Rule | BadInput]:
    """Program → the version that the practice tries before it goes into use, or why it cannot be read. Read anew each time: it is being worked on."""
    site = site_folder()
    folders = sorted(path.parent for path in (site / "next" / "programs").glob("*/rule.yaml")) if site else []
    return {folder.name: _tried(folder, site) for folder in folders}


def _tried(folder: Path, site: Path | None) -> Rule | BadInput:
    try:
        rule = read_rule(folder, _value_sets(site))
    except BadInput as error:
        return error
    return rule if rule.kind == "program" else BadInput(f"Rule {rule.id}, rule.yaml: only programs are tried here.")


def table_rules() -> list[Rule]:
    """Rules that find nothing about anybody but lay a table for others, such as stays told once."""
    return load_rules(TABLE)


def site_folder() -> Path | None:
    """The practice's own rules, when BLUERING_RULES names a folder."""
    named = os.environ.get("BLUERING_RULES")
    return Path(named) if named else None


def value_sets() -> ValueSets:
    """All value sets, shipped and the site's."""
    return _value_sets(site_folder())


@cache
def _value_sets(site: Path | None) -> ValueSets:
    return read_value_sets([root / "value_sets" for root in (SHIPPED, site) if root])


@cache
def _load(kind: str, site: Path | None) -> tuple[Rule, ...]:
    folders: dict[str, Path] = {}
    for root in (SHIPPED, site):
        if root and (root / f"{kind}s").is_dir():
            folders |= {path.parent.name: path.parent for path in (root / f"{kind}s").glob("*/rule.yaml")}
    return tuple(read_rule(folders[name], _value_sets(site)) for name in sorted(folders))


def shared_table(name: str) -> tuple[str, dict]:
    """The SQL of a table that several rules build on (stays, visits, problems ...), and its parameters."""
    for rule in table_rules():
        if rule.id == name:
            return rule.sql, rule.parameters
    return _shared_file(name), {}


@cache
def _shared_file(name: str) -> str:
    return (SHIPPED / "shared" / f"{name}.sql").read_text()


def read_rule(folder: Path, sets: ValueSets) -> Rule:
    """One folder as a Rule. Raises BadInput with the rule and the file when it cannot be trusted to run."""
    said = _yaml(folder / "rule.yaml")
    source, action = said.get("source") or {}, said.get("action")
    rule = Rule(
        id=folder.name,
        kind=said.get("kind", ""),
        title=said.get("title", ""),
        version=str(said.get("version", "")),
        status=said.get("status", ""),
        sentence=" ".join(str(source.get("text", "")).split()),
        source_url=source.get("url", ""),
        owner=said.get("owner", ""),
        action=Action(action["verb"], action["label"]) if action else None,
        starts_from=said.get("starts_from", ""),
        reads=tuple(said.get("reads") or ()),
        value_sets=tuple(said.get("value_sets") or ()),
        parameters=said.get("parameters") or {},
        sql=_sql(folder, said.get("kind", "")),
        vectors=_text(folder / "vectors.txt"),
        readme=_text(folder / "README.md"),
        folder=folder,
        program=said.get("program") or {},
        hard=bool(said.get("hard")),
    )
    for file, complaint in _complaints(rule, said.get("id"), sets):
        raise BadInput(f"Rule {rule.id}, {file}: {complaint}")
    return rule


def _complaints(rule: Rule, given_id: str | None, sets: ValueSets):
    """What keeps a rule from being loaded, as (file, sentence)."""
    if given_id != rule.id:
        yield "rule.yaml", f"id is {given_id!r} but the folder is called {rule.id!r}; make them the same."
    if rule.kind not in (*KINDS, TABLE):
        yield "rule.yaml", f"kind must be one of {', '.join(KINDS)}."
    if rule.status != "active":
        yield "rule.yaml", f"status is {rule.status or 'missing'!r}; only an active rule is loaded."
    if not rule.sentence or not rule.source_url:
        yield "rule.yaml", "source needs a text and a url; a rule nobody can look up is not run."
    if not rule.version or not rule.title or not rule.owner:
        yield "rule.yaml", "title, version and owner are needed."
    if rule.kind == "gap" and (rule.action is None or rule.action.verb not in VERBS):
        yield "rule.yaml", f"action needs a verb out of {', '.join(sorted(VERBS))} and a label."
    for table in rule.reads:
        if table not in RECORD and table not in WORK and table not in SHARED:
            yield "rule.yaml", f"reads names no table we know: {table}."
    if not rule.sql.strip():
        yield "logic.sql", "missing or empty."
    if rule.kind == "program":
        yield from program_complaints(rule.program)
    if "case" not in rule.vectors:
        yield "vectors.txt", "no case in it; every rule is tried on small people first."
    for name in sorted(set(rule.value_sets) | _named_in(rule.sql)):
        if not sets.codes_of(name):
            yield "logic.sql", f"value set {name} is empty or missing; add value_sets/{name}.csv."


def program_complaints(said: dict):
    """What a program has to say beside its criteria, as (file, sentence) of what is missing."""
    for name in ("purpose", "who", "not_for", "targets", "first_level", *DAYS):
        if name not in said:
            yield "rule.yaml", f"program needs {name}."
    for name in DAYS:
        if not (isinstance(said.get(name), int) and said[name] > 0):
            yield "rule.yaml", f"program {name} must be a whole number above 0."
    levels = said.get("levels") or {}
    if said.get("first_level") not in levels:
        yield "rule.yaml", "program first_level must be one of its levels."
    for name, level in levels.items():
        if name not in LEVELS or (level or {}).keys() != {"title", "contact_days", "for"}:
            yield (
                "rule.yaml",
                f"program level {name}: use {', '.join(LEVELS)}, each with title, contact_days and for (words with a comma in quotes).",
            )


def _sql(folder: Path, kind: str) -> str:
    """What the engine runs. A program's four questions are one, each row with its `finding`."""
    if kind != "program":
        return _text(folder / "logic.sql")
    asked = {finding: _text(folder / file).strip().rstrip(";") for file, finding in PROGRAM_PARTS.items()}
    if not asked["enter"]:
        return ""
    parts = [f"SELECT *, '{finding}' AS finding FROM (\n{sql}\n)" for finding, sql in asked.items() if sql]
    return "\nUNION ALL BY NAME\n".join(parts)


def _named_in(sql: str) -> set[str]:
    names: set[str] = set()
    for one, equal, listed in NAMED_SETS.findall(sql):
        names |= {one or equal} if (one or equal) else set(re.findall(r"'(\w+)'", listed))
    return names


def _yaml(file: Path) -> dict:
    try:
        said = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise BadInput(f"Rule {file.parent.name}, {file.name}: cannot be read ({error.__class__.__name__}).") from error
    if not isinstance(said, dict):
        raise BadInput(f"Rule {file.parent.name}, {file.name}: must be a list of names and values.")
    return said


def _text(file: Path) -> str:
    return file.read_text() if file.is_file() else ""
