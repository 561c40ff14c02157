"""PID as the elements of a Patient. Sources: HL7 v2.8 tables 0001, 0002, 0005, 0189, 0296; US Core extensions."""

from collections.abc import Iterable
from typing import Any

from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes import address, concept, contact_point, day, human_name, moment
from bluering.intake.hl7v2.datatypes.codes import RACE
from bluering.intake.hl7v2.segment import Repetition
from bluering.intake.hl7v2.sender import Sender

GENDERS = {"F": "female", "M": "male", "O": "other", "A": "other", "N": "other", "U": "unknown"}
MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
MARITAL_OF = {"S": "S", "M": "M", "D": "D", "W": "W", "L": "L", "A": "L", "P": "T", "C": "C", "I": "I", "N": "A"}
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
MAIDEN = "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"
RACES = {
    "1002-5": "American Indian or Alaska Native",
    "2028-9": "Asian",
    "2054-5": "Black or African American",
    "2076-8": "Native Hawaiian or Other Pacific Islander",
    "2106-3": "White",
}
ETHNICITIES = {"2135-2": "Hispanic or Latino", "2186-5": "Not Hispanic or Latino"}
ETHNICITY_OF = {"H": "2135-2", "N": "2186-5", "NH": "2186-5"}
BCP_47 = "urn:ietf:bcp:47"
# ISO 639-2 of the languages most spoken in the US (Census, table B16001), as the two letters of BCP 47.
LANGUAGES = {
    "eng": "en",
    "spa": "es",
    "chi": "zh",
    "zho": "zh",
    "tgl": "tl",
    "vie": "vi",
    "fre": "fr",
    "fra": "fr",
    "ara": "ar",
    "kor": "ko",
    "rus": "ru",
    "ger": "de",
    "deu": "de",
    "hat": "ht",
    "hin": "hi",
    "por": "pt",
    "ita": "it",
    "pol": "pl",
    "yid": "yi",
    "jpn": "ja",
    "per": "fa",
    "fas": "fa",
    "guj": "gu",
    "urd": "ur",
    "ben": "bn",
    "tel": "te",
    "tam": "ta",
    "pan": "pa",
    "hmn": "hmn",
    "nav": "nv",
    "heb": "he",
    "tha": "th",
    "khm": "km",
    "lao": "lo",
    "amh": "am",
    "som": "so",
    "swa": "sw",
    "ukr": "uk",
    "hye": "hy",
    "arm": "hy",
    "gre": "el",
    "ell": "el",
    "nep": "ne",
    "ase": "ase",
    "ron": "ro",
    "rum": "ro",
    "mar": "mr",
    "mal": "ml",
}
MOST = 20


def demographics(pid: Merged, sender: Sender) -> dict[str, Any]:
    """Everything of a Patient that PID tells, but its identifiers."""
    made: dict[str, Any] = {
        "extension": _extensions(pid, sender),
        "name": _each(human_name(rep, sender) for rep in [*pid.reps(5), *pid.reps(9)]),
        "telecom": _telecom(pid),
        "gender": _gender(pid, sender),
        "birthDate": day(pid[7]),
        "address": _each(address(rep, sender) for rep in pid.reps(11)),
        "maritalStatus": _marital(pid.rep(16), sender),
        "communication": _language(pid.rep(15), sender),
    }
    return {**{name: value for name, value in made.items() if value}, **_birth_order(pid), **_death(pid, sender)}


def _each(values: Iterable[dict | None]) -> list[dict]:
    """Those that hold something, each once."""
    kept: list[dict] = []
    for one in values:
        if one and one not in kept and len(kept) < MOST:
            kept.append(one)
    return kept


def _telecom(pid: Merged) -> list[dict]:
    """PID-13 home, PID-14 work, PID-40."""
    uses = ((13, "home"), (14, "work"), (40, ""))
    return _each(contact_point(rep, use) for place, use in uses for rep in pid.reps(place))


def _gender(pid: Merged, sender: Sender) -> str:
    code = sender.standard("PID-8", pid[8])
    return GENDERS.get(code[:1].upper(), "unknown") if code else ""


def _marital(rep: Repetition | None, sender: Sender) -> dict | None:
    made = concept(rep, sender, "PID-16", table="0002")
    if made is None or rep is None:
        return None
    if code := MARITAL_OF.get(sender.standard("PID-16", rep.get(1)).upper()):
        made["coding"] = [{"system": MARITAL, "code": code}, *made.get("coding", ())]
    return made


def _language(rep: Repetition | None, sender: Sender) -> list[dict]:
    made = concept(rep, sender, "PID-15", table="0296")
    if made is None or rep is None:
        return []
    told = sender.standard("PID-15", rep.get(1)).lower()
    code = LANGUAGES.get(told, told if len(told) == 2 and told.isalpha() else "")
    if code:
        made["coding"] = [{"system": BCP_47, "code": code}, *made.get("coding", ())]
    return [{"language": made, "preferred": True}]


def _birth_order(pid: Merged) -> dict[str, Any]:
    """PID-25, else PID-24."""
    if pid[25].isascii() and pid[25].isdigit() and 0 < int(pid[25][:3]) < 20:
        return {"multipleBirthInteger": int(pid[25][:3])}
    return {"multipleBirthBoolean": pid[24] == "Y"} if pid[24] in ("Y", "N") else {}


def _death(pid: Merged, sender: Sender) -> dict[str, Any]:
    """PID-29, else PID-30."""
    if at := moment(pid[29], sender):
        return {"deceasedDateTime": at}
    return {"deceasedBoolean": pid[30] == "Y"} if pid[30] in ("Y", "N") else {}


def _extensions(pid: Merged, sender: Sender) -> list[dict]:
    """US Core race and ethnicity, and the mother's maiden name."""
    made = [
        _category("us-core-race", [*pid.reps(10)], "PID-10", RACES, {}, sender),
        _category("us-core-ethnicity", pid.reps(22)[:1], "PID-22", ETHNICITIES, ETHNICITY_OF, sender),
    ]
    if maiden := pid[6]:
        made.append({"url": MAIDEN, "valueString": maiden})
    return [one for one in made if one]


def _category(
    name: str, reps: list[Repetition], place: str, words: dict[str, str], local: dict[str, str], sender: Sender
) -> dict | None:
    """A US Core extension: OMB categories where the code is one, else a detailed code of the CDC, else text only."""
    parts, texts = [], []
    for rep in reps[:MOST]:
        told = sender.standard(place, rep.get(1))
        code = local.get(told, told)
        texts.append(words.get(code) or rep.get(2) or told)
        kind = "ombCategory" if code in words else "detailed" if _is_cdc(code) else ""
        if kind:
            parts.append({"url": kind, "valueCoding": {"system": RACE, "code": code, "display": texts[-1]}})
    if not texts:
        return None
    return {
        "url": US_CORE + name,
        "extension": [*parts, {"url": "text", "valueString": ", ".join(filter(None, texts))}],
    }


def _is_cdc(code: str) -> bool:
    """Codes of the CDC's set: four digits, a hyphen, a check digit."""
    return len(code) == 6 and code[4] == "-" and (code[:4] + code[5]).isdigit()
