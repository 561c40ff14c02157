"""Social history that is about who the patient is: birth sex, sex, gender identity, tribe."""

from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.observations import observe
from bluering.intake.ccda.patient import US_CORE, add_to_patient
from bluering.intake.ccda.statements import TEMPLATE
from bluering.intake.ccda.tree import Element, attribute, code_of, find

BIRTH_SEX, SEX = TEMPLATE + "22.4.200", TEMPLATE + "22.4.507"
BIRTH_SEXES = {"F": "F", "M": "M", "UNK": "UNK", "ASKU": "ASKU", "OTH": "OTH"}


def read_birth_sex(ctx: Context, element: Element) -> None:
    """The sex on the birth certificate, as US Core's extension of the Patient."""
    value = find(element, "value")
    said = BIRTH_SEXES.get(code_of(value) or attribute(value, "nullFlavor"))
    if said is None:
        raise Unusable("it does not say the sex at birth")
    if not ctx.patient:
        observe(ctx, element, category="social-history")
        return
    add_to_patient(ctx, {"url": US_CORE + "birthsex", "valueCode": said})
    ctx.use(element)


def read_sex(ctx: Context, element: Element) -> None:
    """The sex as an observation of its own (R2.1 companion guide)."""
    observe(ctx, element, category="social-history")


READERS: dict[str, Reader] = {BIRTH_SEX: read_birth_sex, SEX: read_sex}
