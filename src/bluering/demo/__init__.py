"""A practice that does not exist, with everything that goes wrong in real ones.

In: how many persons, which day is today, a seed. Out: eight systems' files (FHIR, CCLF from Medicare, CSV of the plan's members, HL7 v2 from the hospital and the
schedule, some documents), the staff, their panels and their work. `practice` loads it; nothing else reads it.
"""

from bluering.demo.generate import write_practice
from bluering.demo.panels import panels
from bluering.demo.staff import StaffMember, staff
from bluering.demo.truth import truth
from bluering.demo.work import work

__all__ = ["StaffMember", "panels", "staff", "truth", "work", "write_practice"]
