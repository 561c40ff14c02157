"""RDE, OMP, RDS and RAS: medicines ordered, dispensed and given."""

from bluering.intake.hl7v2.medicines.dispense import fold_administration, fold_dispense
from bluering.intake.hl7v2.medicines.keys import threads_of_medicines
from bluering.intake.hl7v2.medicines.request import fold
from bluering.intake.hl7v2.registry import register_kind, register_types

register_types(["RDE", "OMP", "RDS", "RAS"], threads_of_medicines)
register_kind("medicine", "MedicationRequest", fold)
register_kind("dispense", "MedicationDispense", fold_dispense)
register_kind("administration", "MedicationAdministration", fold_administration)
