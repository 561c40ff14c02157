"""Value sets: named lists of codes, one CSV file each (`system,code,display`, first line `# source: ...`).

An ICD-10-CM code that ends with `*` stands for every code that begins so. A site's file replaces ours of the same name.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from bluering.errors import BadInput


@dataclass(frozen=True)
class Code:
    """One row of a value set. `text` is 'system|code', as lists of codes in the record have it, without the `*`."""

    system: str
    code: str
    display: str

    @property
    def is_prefix(self) -> bool:
        return self.code.endswith("*")

    @property
    def text(self) -> str:
        return f"{self.system}|{self.code.removesuffix('*')}"


@dataclass(frozen=True)
class ValueSets:
    """All value sets by name, with the source each one names."""

    codes: dict[str, tuple[Code, ...]]
    sources: dict[str, str]

    def codes_of(self, name: str) -> tuple[Code, ...]:
        return self.codes.get(name, ())

    @cached_property
    def rows(self) -> pa.Table:
        """The table `value_set(name, code, is_prefix)` that shared SQL joins."""
        rows = [(name, code.text, code.is_prefix) for name, codes in self.codes.items() for code in codes]
        names, texts, prefixes = zip(*rows, strict=True) if rows else ((), (), ())
        return pa.table(
            {
                "name": pa.array(names, pa.string()),
                "code": pa.array(texts, pa.string()),
                "is_prefix": pa.array(prefixes, pa.bool_()),
            }
        )

    def variables(self, name: str) -> dict[str, list[str] | str | None]:
        """The engine variables behind `in_value_set` and `code_in_value_set` for one set."""
        codes = self.codes_of(name)
        return {
            f"value_set_{name}": [code.text for code in codes],
            f"value_set_bare_{name}": [code.code for code in codes],
            f"value_set_pattern_{name}": _pattern(codes) if any(code.is_prefix for code in codes) else None,
        }


def _pattern(codes: Iterable[Code]) -> str:
    """A pattern over a row's codes joined by spaces; neither systems nor codes hold a space."""
    return "(^| )(" + "|".join(re.escape(code.text) + ("" if code.is_prefix else "( |$)") for code in codes) + ")"


def read_value_sets(folders: Iterable[Path]) -> ValueSets:
    """The sets of several folders, later ones replacing earlier ones of the same name."""
    codes, sources = {}, {}
    for folder in folders:
        for file in sorted(folder.glob("*.csv")) if folder.is_dir() else ():
            sources[file.stem], codes[file.stem] = _read(file)
    return ValueSets(codes, sources)


def _read(file: Path) -> tuple[str, tuple[Code, ...]]:
    first, _, rest = file.read_text().partition("\n")
    if not first.startswith("# source:"):
        raise BadInput(f"Value set {file.stem}, line 1: must say where the codes come from (# source: ...).")
    reader = csv.DictReader(rest.splitlines())
    if reader.fieldnames != ["system", "code", "display"]:
        raise BadInput(f"Value set {file.stem}, line 2: the columns are system,code,display.")
    return first.removeprefix("# source:").strip(), tuple(_code(file, n, row) for n, row in enumerate(reader, start=3))


def _code(file: Path, line: int, row: dict[str, str]) -> Code:
    if not row["system"] or not row["code"] or not row["code"].strip("*"):
        raise BadInput(f"Value set {file.stem}, line {line}: system and code are both needed.")
    return Code(row["system"], row["code"], row["display"] or "")
