"""Who the story persons are. Mr Andrews and Mrs Jones come from AHRQ's Care Coordination Measures Atlas, chapter 2."""

from bluering.demo.profile import Profile

FIRST_NUMBER = 9_000_001


def _person(
    key: str, age: int, sex: str, clinician: str, conditions: dict[str, int], culture: str = "plain",
    language: str = "en", needs: tuple = (), street: str = "", caregiver: bool = False,
) -> Profile:  # fmt: skip
    number = FIRST_NUMBER + len(_MADE)
    given, family = NAMES[key]
    address = {
        "use": "home",
        "line": [street],
        "city": "Fairhaven",
        "state": "MN",
        "postalCode": "55382",
        "country": "US",
    }
    made = Profile(
        number, 0, age, 120 + len(_MADE), sex, culture, language, given, "", family, address,
        f"(320) 555-03{len(_MADE):02d}", "", clinician, True, conditions, list(needs), caregiver, key=key,
    )  # fmt: skip
    _MADE[key] = made
    return made


NAMES = {
    "andrews-walter": ("Walter", "Andrews"),
    "jones-maria": ("Maria", "Jones"),
    "abara-ngozi": ("Ngozi", "Abara"),
    "hale-robert": ("Robert", "Hale"),
    "tran-minh": ("Minh", "Tran"),
    "whitfield-june": ("June", "Whitfield"),
    "okafor-grace": ("Grace", "Okafor"),
    "lindqvist-per": ("Per", "Lindqvist"),
    "pell-tomas": ("Tomas", "Pell"),
    "sato-keiko": ("Keiko", "Sato"),
    "moreno-luis": ("Luis", "Moreno"),
    "stone-ada": ("Ada", "Stone"),
    "banks-otis": ("Otis", "Banks"),
    "larson-emily": ("Emily", "Larson"),
}
_MADE: dict[str, Profile] = {}

_person(
    "andrews-walter", 70, "male", "dr-busy",
    {"heart_failure": -1480, "diabetes": -3300, "kidney_3b": -820, "hypertension": -4100, "cognition": -210},
    needs=("alone", "transport", "mobility"), street="114 Depot St", caregiver=True,
)  # fmt: skip
_person("jones-maria", 55, "female", "dr-i-care", {"hyperlipidaemia": -352}, street="2208 Prairie Ave")
_person(
    "abara-ngozi", 47, "female", "dr-busy", {"diabetes": -2100, "depression": -35, "hypertension": -1200},
    culture="african", needs=("food",), street="31 Mill St, Apt 4",
)  # fmt: skip
_person(
    "hale-robert", 54, "male", "dr-busy", {"depression": -70, "diabetes": -1900, "hypertension": -2400},
    street="860 Railroad Ave",
)  # fmt: skip
_person(
    "tran-minh", 62, "male", "dr-care", {"chronic_pain": -900, "depression": -420, "hypertension": -1500, "arthritis": -900, "hyperlipidaemia": -1500},
    culture="vietnamese", language="vi", street="19 Lake St, Unit 7",
)  # fmt: skip
_person("whitfield-june", 68, "female", "np-ortiz", {"hypertension": -2600, "thyroid": -1700}, street="502 Birch Ln")
_person(
    "okafor-grace", 58, "female", "dr-nguyen", {"copd": -2300, "hypertension": -1500, "depression": -900},
    culture="african", street="77 Cedar Ct",
)  # fmt: skip
_person(
    "lindqvist-per", 81, "male", "dr-care", {"osteoporosis": -1600, "hypertension": -3000, "arthritis": -2200},
    culture="nordic", needs=("alone",), street="6 Highland Rd", caregiver=True,
)  # fmt: skip
_person("pell-tomas", 66, "male", "pa-johansson", {"copd": -1900, "hypertension": -900}, street="RR 2 Box 41")
_person(
    "sato-keiko", 73, "female", "dr-i-care", {"kidney": -1300, "hypertension": -2900}, street="340 Walnut Dr",
    caregiver=True,
)  # fmt: skip
_person(
    "moreno-luis", 39, "male", "np-ortiz", {"depression": -100, "anxiety": -100}, culture="hispanic", language="es",
    street="1250 Second Ave, # 12",
)  # fmt: skip
_person("stone-ada", 44, "female", "dr-nguyen", {"depression": -156, "thyroid": -1100}, street="9 Sunset Blvd")
_person(
    "banks-otis", 74, "male", "np-ortiz", {"heart_failure": -900, "copd": -2400, "hypertension": -3100}, culture="black",
    street="418 River Rd",
)  # fmt: skip
_person("larson-emily", 31, "female", "pa-johansson", {"depression": -48, "migraine": -2000}, culture="nordic",
        street="2 Church St, Apt 21")  # fmt: skip

_MADE["tran-minh"].unheld = True
CAST = tuple(_MADE.values())
BY_KEY = dict(_MADE)
