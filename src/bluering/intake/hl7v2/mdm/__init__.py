"""MDM: documents become DocumentReferences; addenda append, replacements replace, a cancelled document is an error.

Source: HL7 v2.8 chapter 9.
"""

from bluering.intake.hl7v2.mdm.document import fold
from bluering.intake.hl7v2.mdm.keys import document_threads, threads_of_mdm
from bluering.intake.hl7v2.registry import natural_rank, register_kind, register_types

__all__ = ["document_threads"]

register_types(["MDM"], threads_of_mdm)
register_kind("document", "DocumentReference", fold)
natural_rank.update({"MDM^T01": 10, "MDM^T02": 10, "MDM^T09": 70, "MDM^T10": 70, "MDM^T11": 80})
