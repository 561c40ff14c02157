"""The reference is what the code says: `python scripts/build_reference.py` writes it, and these tests notice when nobody did."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from bluering import cli

ROOT = Path(__file__).resolve().parents[2]
SAY_HOW = "run: .venv/bin/python scripts/build_reference.py"


def _script():
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "scripts" / "build_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = _script()


@pytest.mark.parametrize("name", sorted(script.pages()))
def test_the_page_is_what_the_code_says(name, monkeypatch):
    monkeypatch.delenv("BLUERING_RULES", raising=False)
    # Plain booleans: the difference of two long pages would bury the sentence that says what to do.
    same = (script.PAGES / name).read_text(encoding="utf-8") == script.pages()[name]()
    assert same, f"docs/reference/{name} is not what the code says; {SAY_HOW}"


def test_every_verb_says_what_it_answers():
    assert set(script.JSON_KEYS) == {verb.name for verb in cli.VERBS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    ["setup", "status", "run", "replay", "compact", "check", "token general", "pull", "load {file} --source ehr"],
)
def test_verbs_answer_with_the_keys_that_the_page_names(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path / "home"))
    file = tmp_path / "a.ndjson"
    file.write_text('{"resourceType":"Patient","id":"p1"}\n')
    args = cli._parser().parse_args([*words.format(file=file).split(), "--json"])
    args.verb.run(args)
    assert ", ".join(json.loads(capsys.readouterr().out)) == script.JSON_KEYS[args.verb.name]


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "DEVELOPING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}" for page in pages for target in _links(page) if _is_broken(page, target)
    ]
    assert broken == []


def _links(page: Path) -> list[str]:
    """Targets of links to other pages; pictures are left out."""
    found = re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    return [target for target in found if "://" not in target and not target.startswith("#")]


def _is_broken(page: Path, target: str) -> bool:
    return not (page.parent / target.partition("#")[0]).exists()


def test_every_setting_has_its_line():
    table = (ROOT / "DEVELOPING.md").read_text(encoding="utf-8")
    code = [*(ROOT / "src").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py"), *(ROOT / "scripts").glob("*.py")]
    named = {name for file in code for name in re.findall(r"environ\.get\(\s*\"([A-Z_]+)\"", file.read_text("utf-8"))}
    assert {name for name in named - {"PYTHONPATH"} if f"| `{name}` |" not in table} == set()
