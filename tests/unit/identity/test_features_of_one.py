"""The features of one patient, in Python, are those that SQL makes of many."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from bluering.identity.matching import features_of
from bluering.identity.matching.features import LISTS, TEXTS
from bluering.identity.matching.one import features_of_one

WORDS = [
    "Smith", "O'Neil", "Ünal", "Петров", "Ψαρράς", "de la Cruz", "Smith-Jones", "Bob", "Maggie", "Mary Ann", "Baby Girl", "BabyBoy A", "Jr.", "III",
    "Dr. Ann", "Ann, MD", "unknown", "ZZTest", "Doe", "x", "Schmidt", "Phạm", "Knight", "Wright", "Xiang", "Šťastný", "Mac Donald", "Straße", "İnci",
    "ÆRØ", "Щукин", "  ", "-", "...", "Vaughan Sr", "Prof Rev Lee", "Aaron", "Psycho", "Thatcher", "Cécile", "œuvre", "Żółć", "Nguyễn Văn A",
]  # fmt: skip
NUMBERS = [
    "219-09-1234",
    "000-12-3456",
    "9999",
    "0000",
    "123456789",
    "666010001",
    "1234",
    "111-11-1111",
    "7 12",
    "900-55-1234",
    "219091234",
    "3535105",
]
PHONES = [
    "(312) 555-0142",
    "+1 312 555 0142",
    "555-0142",
    "0000000",
    "12",
    "1111111111",
    "12121212",
    "312.555.0142 x9",
    "",
    "5555550",
]
MAILS = [
    "a@b.org",
    " A@B.org ",
    "none@none.com",
    "x@y",
    "@b.org",
    "no@example.org",
    "ünal@example.org",
    "a@b@c.de",
    "a.b@",
    "a\n@b.org",
]
LINES = [
    "48 Larkspur Street",
    "48 LARKSPUR ST.",
    "Apt 4, 7 Elm Road",
    "P.O. Box 12",
    "North First Avenue 9",
    "x",
    "Ünalweg 3",
    "12-14 Höfe",
    "  ",
    "St",
]
CODES = ["60601", "60601-1234", "K1A 0B1", "12", "", "0-1 2"]
DAYS = ["1961-04-09", "19610409", "1900-01-01", "1961", "9/4/1961", "19611332", "01011900", None, "0001-01-01"]
PAIRS = [
    "urn:plan|7001",
    "http://hl7.org/fhir/sid/us-ssn|219-09-1234",
    "SSN|1234",
    "urn:plan|12",
    "urn:x",
    "a|b|cdef",
    "|12345",
    "urn:plan|7001",
]
CHOICES = {
    "family": WORDS, "given": WORDS, "suffix": ["Jr.", "SR", "iii", "Esq", "2nd", "I", None], "birth_date": DAYS, "gender": ["female", "M", "other", "", None],
    "phone": PHONES, "email": MAILS, "address_line": LINES, "city": ["St. Paul", "Łódź", "", None], "state": ["MN"], "postal_code": CODES,
    "ssn": [None, *NUMBERS], "identifiers": PAIRS, "families": WORDS, "givens": WORDS, "phones": PHONES, "emails": MAILS,
    "address_lines": LINES, "postal_codes": CODES,
}  # fmt: skip
ANY = st.text(alphabet=st.characters(codec="utf-8", max_codepoint=0x24F, exclude_characters="\x00"), max_size=12)


def value(name: str):
    if name in LISTS:
        return st.none() | st.lists(st.none() | st.sampled_from(CHOICES[name]), max_size=3)
    return (
        st.none()
        | st.sampled_from(CHOICES[name])
        | (ANY if name in ("family", "given", "address_line", "city") else st.none())
    )


PATIENT = st.fixed_dictionaries({name: value(name) for name in CHOICES})
SHAPE = pa.schema([*((name, pa.string()) for name in TEXTS), *((name, pa.list_(pa.string())) for name in LISTS)])


def plain(features: dict) -> dict:
    """Lists are in no order; 400 columns of nothing are nothing."""
    return {name: sorted(told) if isinstance(told, list) else told for name, told in features.items()}


@settings(max_examples=30, deadline=None)
@given(st.lists(PATIENT, min_size=1, max_size=40))
def test_one_is_as_many(patients):
    told = [{"subject_key": f"ehr/{n}", "source": "ehr", **patient} for n, patient in enumerate(patients)]
    many = features_of(pa.Table.from_pylist(told, schema=SHAPE)).to_pylist()
    for patient, row in zip(told, many, strict=True):
        assert plain(features_of_one(patient)) == plain(row), patient


def test_every_name_of_the_list_is_as_many():
    told = [{"subject_key": f"ehr/{n}", "source": "ehr", "family": word, "given": word} for n, word in enumerate(WORDS)]
    many = features_of(pa.Table.from_pylist(told, schema=SHAPE)).to_pylist()
    assert [plain(features_of_one(patient)) for patient in told] == [plain(row) for row in many]
