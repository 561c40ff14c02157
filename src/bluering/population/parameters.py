"""Numbers that a practice may set: `rules/<room>/<name>.yaml`, its own file before ours."""

from typing import Any

import yaml

from bluering.errors import BadInput
from bluering.population.rules import SHIPPED, site_folder


def parameters(room: str, name: str) -> dict[str, Any]:
    """Names and numbers of one file. Raises BadInput when a practice's own file leaves one out or says something else than a number."""
    ours = yaml.safe_load((SHIPPED / room / f"{name}.yaml").read_text())
    site = site_folder()
    file = site / room / f"{name}.yaml" if site else None
    if file is None or not file.is_file():
        return ours
    said = yaml.safe_load(file.read_text())
    if not isinstance(said, dict) or any(not _is_number(value) for value in said.values()):
        raise BadInput(f"{room}/{name}.yaml: must be names with numbers; compare it with the one that is shipped.")
    if unknown := said.keys() - ours.keys():
        raise BadInput(
            f"{room}/{name}.yaml: {', '.join(sorted(map(str, unknown)))} is not known; the names are {', '.join(ours)}."
        )
    return ours | said


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
