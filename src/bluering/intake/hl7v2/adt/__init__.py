"""ADT: admissions, discharges, transfers, updates, cancellations and merges become visits and patients."""

from bluering.intake.hl7v2.adt import patient, visit
from bluering.intake.hl7v2.adt.events import RANKS
from bluering.intake.hl7v2.adt.renames import threads_of_adt
from bluering.intake.hl7v2.registry import natural_rank, register_kind, register_types

register_types(["ADT"], threads_of_adt)
register_kind("patient", "Patient", patient.fold)
register_kind("visit", "Encounter", visit.fold)
natural_rank.update({f"ADT^{trigger}": rank for trigger, rank in RANKS.items()})
