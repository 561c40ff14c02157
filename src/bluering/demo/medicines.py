"""The medicines of the demo: RxNorm codes, and which condition is treated with what.

A medicine is coded by its product where the product's code is well known, and always by its ingredient, so that two
doses of one medicine meet.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from bluering.demo.fhir import RXNORM, UCUM, concept

FREQUENCY_WORDS = {1: "once daily", 2: "twice daily", 3: "three times daily"}


@dataclass(frozen=True)
class Medicine:
    """`products` maps a strength to the RxNorm code of that product, or to "" when only the ingredient is coded."""

    name: str
    ingredient: str
    products: dict[float, str]
    unit: str = "mg"
    form: str = "oral tablet"


MEDICINES = {
    "lisinopril": Medicine("lisinopril", "29046", {10: "314076", 20: "314077"}),
    "amlodipine": Medicine("amlodipine", "17767", {5: "197361", 10: "308135"}),
    "losartan": Medicine("losartan potassium", "52175", {50: "979492"}),
    "hydrochlorothiazide": Medicine("hydrochlorothiazide", "5487", {25: "310798"}),
    "atorvastatin": Medicine("atorvastatin", "83367", {20: "617310", 40: "617311"}),
    "metformin": Medicine("metformin hydrochloride", "6809", {500: "861007", 1000: "861004"}),
    "glargine": Medicine("insulin glargine 100 units/mL", "274783", {20: "", 26: ""}, "units", "pen injector"),
    "furosemide": Medicine("furosemide", "4603", {20: "310429", 40: "313988", 80: "197732"}),
    "metoprolol": Medicine("metoprolol succinate ER", "6918", {25: "866427", 50: "866436"}),
    "apixaban": Medicine("apixaban", "1364430", {5: ""}),
    "tiotropium": Medicine("tiotropium", "69120", {18: ""}, "mcg", "inhalation capsule"),
    "albuterol": Medicine("albuterol HFA", "435", {90: ""}, "mcg", "inhaler"),
    "sertraline": Medicine("sertraline", "36437", {25: "312940", 50: "312941", 100: "312938"}),
    "escitalopram": Medicine("escitalopram", "321988", {5: "351249", 10: "349332", 20: "351250"}),
    "fluoxetine": Medicine("fluoxetine", "4493", {20: "310385", 40: "313989"}, form="oral capsule"),
    "donepezil": Medicine("donepezil hydrochloride", "135447", {5: "997229", 10: "997223"}),
    "levothyroxine": Medicine("levothyroxine", "10582", {50: "", 75: ""}, "mcg"),
    "omeprazole": Medicine("omeprazole", "7646", {20: ""}, form="delayed release oral capsule"),
    "alendronate": Medicine("alendronate", "46041", {70: ""}),
    "aspirin": Medicine("aspirin", "1191", {81: ""}),
    "gabapentin": Medicine("gabapentin", "25480", {300: ""}, form="oral capsule"),
}
ANTIDEPRESSANTS = ("sertraline", "escitalopram", "fluoxetine")


@dataclass
class Regimen:
    """What one person takes of one medicine, from `start` (days from today) on; `before` is the dose until then."""

    key: str
    dose: float
    frequency: int = 1
    start: int = -400
    before: float | None = None
    specialist: str = ""
    as_needed: bool = False
    period: tuple[int, str] = field(default=(1, "d"))


@lru_cache(maxsize=256)
def medicine_concept(key: str, strength: float) -> dict:
    medicine = MEDICINES[key]
    text = f"{medicine.name} {strength:g} {medicine.unit} {medicine.form}"
    codings = [(RXNORM, medicine.ingredient, medicine.name)]
    if medicine.products.get(strength):
        codings.insert(0, (RXNORM, medicine.products[strength], text))
    return concept(*codings, text=text)


@lru_cache(maxsize=512)
def dosage(
    key: str, dose: float, frequency: int = 1, as_needed: bool = False, period: tuple[int, str] = (1, "d")
) -> list[dict]:
    """The words on the label and the same as structured dose and timing."""
    unit = MEDICINES[key].unit
    often = "once weekly" if period[1] == "wk" else FREQUENCY_WORDS[frequency]
    code = {"mg": "mg", "mcg": "ug", "units": "[iU]"}[unit]
    return [
        {
            "text": f"{dose:g} {unit} {often}" + (" as needed" if as_needed else ""),
            "timing": {"repeat": {"frequency": frequency, "period": period[0], "periodUnit": period[1]}},
            "asNeededBoolean": as_needed,
            "doseAndRate": [{"doseQuantity": {"value": dose, "unit": unit, "system": UCUM, "code": code}}],
        }
    ]


def _pressure(rng: Random, has: set[str]) -> list[tuple]:
    options = [
        ("lisinopril", (10, 20), 1),
        ("amlodipine", (5, 10), 1),
        ("losartan", (50,), 1),
        ("hydrochlorothiazide", (25,), 1),
    ]
    first = options[0] if has & {"diabetes", "kidney", "heart_failure"} else options[rng.randrange(4)]
    return [first] if rng.random() < 0.7 else [first, options[1]]


def _sugar(rng: Random, has: set[str]) -> list[tuple]:
    metformin = ("metformin", (500,), 2) if "kidney" in has else ("metformin", (500, 1000), 2)
    return [metformin, ("glargine", (20, 26), 1)] if rng.random() < 0.15 else [metformin]


def _mood(rng: Random, has: set[str]) -> list[tuple]:
    doses = {"sertraline": (50, 100), "escitalopram": (10, 20), "fluoxetine": (20, 40)}
    key = ANTIDEPRESSANTS[rng.randrange(3)]
    return [(key, doses[key], 1)] if rng.random() < 0.8 else []


TREATMENTS = {
    "hypertension": _pressure,
    "diabetes": _sugar,
    "depression": _mood,
    "hyperlipidaemia": lambda rng, has: [("atorvastatin", (20, 40), 1)],
    "coronary": lambda rng, has: [("atorvastatin", (40,), 1), ("metoprolol", (25, 50), 1)],
    "heart_failure": lambda rng, has: [("furosemide", (20, 40), 1), ("metoprolol", (25, 50), 1)],
    "fibrillation": lambda rng, has: [("apixaban", (5,), 2)],
    "copd": lambda rng, has: [("tiotropium", (18,), 1), ("albuterol", (90,), 1)],
    "asthma": lambda rng, has: [("albuterol", (90,), 1)],
    "anxiety": lambda rng, has: [] if "depression" in has else [("escitalopram", (5, 10), 1)],
    "dementia": lambda rng, has: [("donepezil", (5, 10), 1)],
    "thyroid": lambda rng, has: [("levothyroxine", (50, 75), 1)],
    "reflux": lambda rng, has: [("omeprazole", (20,), 1)],
    "osteoporosis": lambda rng, has: [("alendronate", (70,), 1)],
    "back_pain": lambda rng, has: [("gabapentin", (300,), 2)] if rng.random() < 0.2 else [],
}
SPECIALISTS = {"heart_failure": "dr-love", "fibrillation": "dr-love", "copd": "dr-breath"}


def regimens_for(rng: Random, conditions: dict[str, int], age: int) -> list[Regimen]:
    """One regimen per ingredient; some had a dose changed within the three years."""
    taken: dict[str, Regimen] = {}
    has = set(conditions)
    for condition, onset in conditions.items():
        if condition not in TREATMENTS or age < 12:
            continue
        for key, doses, frequency in TREATMENTS[condition](rng, has):
            if key not in taken:
                taken[key] = _regimen(rng, key, doses, frequency, onset, SPECIALISTS.get(condition, ""))
    return list(taken.values())


def _regimen(rng: Random, key: str, doses: tuple, frequency: int, onset: int, specialist: str) -> Regimen:
    made = Regimen(key, doses[rng.randrange(len(doses))], frequency, max(onset, -1090), specialist=specialist)
    made.as_needed = key == "albuterol"
    if key == "alendronate":
        made.period = (1, "wk")
    if made.dose == doses[-1] and len(doses) > 1 and made.start < -200 and rng.random() < 0.6:
        made.before, made.start = doses[0], rng.randint(made.start + 60, -100)
    return made
