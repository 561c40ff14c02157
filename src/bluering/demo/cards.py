"""Medicare's cards: who has one, and at whom the practice has seen it.

Numbers look like Medicare's and are nobody's: their second sign is an S, which Medicare leaves out.
"""

from bluering.demo.profile import Profile

MBI = "http://hl7.org/fhir/sid/us-mbi"
UNKNOWN_TO_PRACTICE = 7


def on_medicare(person: Profile) -> bool:
    """Whether Medicare itself pays for this person."""
    return person.age >= 65 and not person.insured and not person.key


def mbi_of(person: Profile) -> str:
    """Eleven signs in Medicare's pattern."""
    digits = f"{person.number % 1_000_000:06d}"
    return f"1S{digits[0]}{digits[1]}A{digits[2]}{digits[3]}AA{digits[4]}{digits[5]}"


def known_to_practice(person: Profile) -> bool:
    """Whether somebody at the practice asked for the card."""
    return on_medicare(person) and person.number % UNKNOWN_TO_PRACTICE != 0
