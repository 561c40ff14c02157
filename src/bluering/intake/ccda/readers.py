"""Which reader takes a statement: by its templates, else by the section's code and its kind, else by its kind alone."""

from bluering.intake.ccda import (
    allergies,
    careteams,
    coverages,
    families,
    goals,
    immunizations,
    medicines,
    notes,
    observations,
    plans,
    problems,
    procedures,
    social,
    visits,
)
from bluering.intake.ccda.context import Context, Reader, Unusable
from bluering.intake.ccda.tree import Element, attribute, is_null, name_of, own_statements, templates

ROOMS = (
    allergies,
    careteams,
    coverages,
    families,
    goals,
    immunizations,
    medicines,
    notes,
    observations,
    plans,
    problems,
    procedures,
    social,
    visits,
)
BY_TEMPLATE: dict[str, Reader] = {root: reader for room in ROOMS for root, reader in room.READERS.items()}
BY_SECTION: dict[tuple[str, str], Reader] = {
    ("11450-4", "act"): problems.read_concern,
    ("11450-4", "observation"): problems.read_problem,
    ("11348-0", "act"): problems.read_concern,
    ("11348-0", "observation"): problems.read_problem,
    ("48765-2", "act"): allergies.read_concern,
    ("48765-2", "observation"): allergies.read_allergy,
    ("11369-6", "substanceAdministration"): immunizations.read_immunization,
    ("10157-6", "organizer"): families.read_member,
    ("47519-4", "act"): procedures.read_procedure,
    ("47519-4", "observation"): procedures.read_procedure,
    ("48768-6", "act"): coverages.read_activity,
    ("61146-7", "observation"): goals.read_goal,
    ("85847-2", "organizer"): careteams.read_team,
    ("34109-9", "act"): notes.read_note,
    ("18776-5", "encounter"): plans.read_visit,
    ("18776-5", "act"): plans.read_request,
    ("18776-5", "procedure"): plans.read_request,
    ("42349-1", "act"): plans.read_request,
}
BY_KIND: dict[str, Reader] = {
    "encounter": visits.read_encounter,
    "observation": observations.read_observation,
    "organizer": observations.read_organizer,
    "procedure": procedures.read_procedure,
    "substanceAdministration": medicines.read_medicine,
    "supply": procedures.read_supply,
}
PLANNING = frozenset(["INT", "RQO", "PRP", "ARQ", "PRMS", "APT"])


def reader_for(ctx: Context, element: Element, *, direct: bool) -> Reader | None:
    """The reader for a statement; what has no template of ours is read by section and kind only as an entry (`direct`)."""
    by_template = next((BY_TEMPLATE[root] for root in templates(element) if root in BY_TEMPLATE), None)
    mood, kind = attribute(element, "moodCode"), name_of(element)
    if mood == "GOL":
        return goals.read_goal
    if by_template in IN_PLANS and mood == "EVN":
        return None
    if by_template is not None or not direct:
        return by_template
    if mood in PLANNING and kind in ("observation", "procedure", "act"):
        return plans.read_request
    return BY_SECTION.get((ctx.section.code, kind)) or BY_KIND.get(kind)


IN_PLANS: frozenset[Reader | None] = frozenset([plans.read_request, plans.read_visit])


def read_statement(ctx: Context, element: Element, *, direct: bool = True) -> None:
    """One statement, and those inside it that its reader left; what goes wrong is a trouble at its place."""
    if element not in ctx.used and element not in ctx.refused:
        inner = list(own_statements(element))
        if is_null(element) and not inner:
            ctx.trouble(element, "the sender says that there is nothing here")
        elif (reader := reader_for(ctx, element, direct=direct)) is not None:
            _try(ctx, element, reader)
    for one in own_statements(element):
        read_statement(ctx, one, direct=False)


def _try(ctx: Context, element: Element, reader: Reader) -> None:
    try:
        reader(ctx, element)
    except Unusable as problem:
        ctx.trouble(element, problem.reason)
    except Exception as problem:  # one bad entry must not lose the document, whatever is wrong with it
        ctx.trouble(element, f"it could not be read ({type(problem).__name__})")
        ctx.broken.append(ctx.refused[element])
