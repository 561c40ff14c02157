"""Which conditions people have at which age, which come together, and how each is coded."""

from random import Random

from bluering.demo.fhir import ICD10, SNOMED, concept

BANDS = (18, 40, 65, 80)

# Share of persons with the condition: child, 18-39, 40-64, 65-79, 80 and older.
PREVALENCE = {
    "obesity": (0.08, 0.20, 0.28, 0.24, 0.10),
    "hypertension": (0, 0.06, 0.30, 0.56, 0.66),
    "hyperlipidaemia": (0, 0.04, 0.26, 0.44, 0.42),
    "diabetes": (0, 0.02, 0.08, 0.14, 0.15),
    "coronary": (0, 0.002, 0.04, 0.13, 0.18),
    "kidney": (0, 0.003, 0.02, 0.08, 0.15),
    "heart_failure": (0, 0.001, 0.010, 0.04, 0.09),
    "fibrillation": (0, 0.001, 0.012, 0.07, 0.13),
    "copd": (0, 0.002, 0.04, 0.10, 0.10),
    "asthma": (0.09, 0.08, 0.06, 0.04, 0.03),
    "depression": (0.02, 0.11, 0.12, 0.10, 0.09),
    "anxiety": (0.03, 0.11, 0.09, 0.05, 0.04),
    "dementia": (0, 0, 0.001, 0.025, 0.12),
    "cognition": (0, 0, 0.002, 0.04, 0.08),
    "arthritis": (0, 0.02, 0.15, 0.30, 0.36),
    "thyroid": (0.002, 0.03, 0.06, 0.09, 0.11),
    "reflux": (0.01, 0.06, 0.12, 0.15, 0.15),
    "back_pain": (0, 0.08, 0.13, 0.11, 0.09),
    "osteoporosis": (0, 0, 0.02, 0.09, 0.15),
    "migraine": (0.02, 0.09, 0.06, 0.02, 0.01),
}

# (condition, the one it follows, how many times likelier)
FOLLOWS = (
    ("hypertension", "obesity", 1.3),
    ("diabetes", "obesity", 2.0),
    ("diabetes", "hypertension", 1.4),
    ("hyperlipidaemia", "diabetes", 1.6),
    ("coronary", "hyperlipidaemia", 1.4),
    ("kidney", "diabetes", 2.2),
    ("kidney", "hypertension", 1.5),
    ("heart_failure", "coronary", 2.2),
    ("heart_failure", "kidney", 1.8),
    ("fibrillation", "heart_failure", 2.0),
    ("depression", "back_pain", 1.3),
    ("anxiety", "depression", 2.0),
    ("dementia", "cognition", 0.0),
)
SERIOUS = {"diabetes", "kidney", "heart_failure", "fibrillation", "copd", "dementia", "depression", "coronary"}
CHRONIC = set(PREVALENCE) - {"back_pain", "migraine", "reflux"}

# key: (ICD-10-CM, its words), (SNOMED CT, its words)
CODES = {
    "obesity": (("E66.9", "Obesity, unspecified"), ("414916001", "Obesity")),
    "hypertension": (("I10", "Essential (primary) hypertension"), ("59621000", "Essential hypertension")),
    "hyperlipidaemia": (("E78.5", "Hyperlipidemia, unspecified"), ("55822004", "Hyperlipidemia")),
    "diabetes": (("E11.9", "Type 2 diabetes mellitus without complications"), ("44054006", "Type 2 diabetes mellitus")),
    "diabetes_kidney": (
        ("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease"),
        ("44054006", "Type 2 diabetes mellitus"),
    ),
    "coronary": (
        ("I25.10", "Atherosclerotic heart disease of native coronary artery without angina pectoris"),
        ("53741008", "Coronary arteriosclerosis"),
    ),
    "kidney": (("N18.31", "Chronic kidney disease, stage 3a"), ("433144002", "Chronic kidney disease stage 3")),
    "kidney_3b": (("N18.32", "Chronic kidney disease, stage 3b"), ("433144002", "Chronic kidney disease stage 3")),
    "heart_failure": (("I50.9", "Heart failure, unspecified"), ("84114007", "Heart failure")),
    "fibrillation": (("I48.91", "Unspecified atrial fibrillation"), ("49436004", "Atrial fibrillation")),
    "copd": (
        ("J44.9", "Chronic obstructive pulmonary disease, unspecified"),
        ("13645005", "Chronic obstructive lung disease"),
    ),
    "asthma": (("J45.909", "Unspecified asthma, uncomplicated"), ("195967001", "Asthma")),
    "depression": (
        ("F33.1", "Major depressive disorder, recurrent, moderate"),
        ("370143000", "Major depressive disorder"),
    ),
    "anxiety": (("F41.1", "Generalized anxiety disorder"), ("21897009", "Generalized anxiety disorder")),
    "dementia": (
        ("F03.90", "Unspecified dementia, unspecified severity, without behavioral disturbance"),
        ("52448006", "Dementia"),
    ),
    "cognition": (
        ("G31.84", "Mild cognitive impairment of uncertain or unknown etiology"),
        ("386805003", "Mild cognitive disorder"),
    ),
    "arthritis": (("M17.9", "Osteoarthritis of knee, unspecified"), ("396275006", "Osteoarthritis")),
    "thyroid": (("E03.9", "Hypothyroidism, unspecified"), ("40930008", "Hypothyroidism")),
    "reflux": (
        ("K21.9", "Gastro-esophageal reflux disease without esophagitis"),
        ("235595009", "Gastroesophageal reflux disease"),
    ),
    "back_pain": (("M54.50", "Low back pain, unspecified"), ("279039007", "Low back pain")),
    "chronic_pain": (("G89.29", "Other chronic pain"), ("82423001", "Chronic pain")),
    "osteoporosis": (
        ("M81.0", "Age-related osteoporosis without current pathological fracture"),
        ("64859006", "Osteoporosis"),
    ),
    "migraine": (
        ("G43.909", "Migraine, unspecified, not intractable, without status migrainosus"),
        ("37796009", "Migraine"),
    ),
}

NEEDS = {
    "food": ("Z59.41", "Food insecurity"),
    "homeless": ("Z59.00", "Homelessness unspecified"),
    "transport": ("Z59.82", "Transportation insecurity"),
    "alone": ("Z60.2", "Problems related to living alone"),
    "help_at_home": ("Z74.2", "Need for assistance at home and no other household member able to render care"),
    "mobility": ("Z74.09", "Other reduced mobility"),
    "literacy": ("Z55.0", "Illiteracy and low-level literacy"),
    "income": ("Z59.6", "Low income"),
}


def condition_concept(key: str, style: int = 0) -> dict:
    """Style 0 writes both codes, 1 ICD-10-CM only, 2 SNOMED CT only: clinicians pick from different lists."""
    icd, snomed = CODES[key]
    both = ((ICD10, *icd), (SNOMED, *snomed))
    return concept(*(both, both[:1], both[1:])[style], text=snomed[1])


def need_concept(key: str) -> dict:
    return concept((ICD10, *NEEDS[key]))


CONCEPTS = {(key, style): condition_concept(key, style) for key in CODES for style in range(3)}
NEED_CONCEPTS = {key: need_concept(key) for key in NEEDS}


def band_of(age: int) -> int:
    return sum(age >= edge for edge in BANDS)


def sample_conditions(rng: Random, age: int, sex: str) -> list[str]:
    """The conditions of one person, in the order of the table, each made likelier by those it follows."""
    band, found = band_of(age), []
    for key, shares in PREVALENCE.items():
        share = shares[band]
        for later, earlier, times in FOLLOWS:
            if later == key and earlier in found:
                share *= times
        if key == "osteoporosis" and sex == "male":
            share *= 0.2
        if rng.random() < share:
            found.append(key)
    if "dementia" in found and "cognition" in found:
        found.remove("cognition")
    return found


def sample_needs(rng: Random, age: int) -> list[str]:
    """Social needs that somebody asked about and wrote down."""
    if age < 18:
        return ["food"] if rng.random() < 0.03 else []
    shares = {"food": 0.04, "homeless": 0.006, "transport": 0.035, "literacy": 0.02, "income": 0.04}
    if age >= 70:
        shares |= {"alone": 0.16, "help_at_home": 0.04}
    return [key for key, share in shares.items() if rng.random() < share]
