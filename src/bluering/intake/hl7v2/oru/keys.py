"""By what a report is known: the filler's number and the service, so that one accession may hold several reports."""

from bluering.intake.hl7v2.groups import Group
from bluering.intake.hl7v2.keys import Subject, bounded
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.parts import first, thread_by, thread_of_patient
from bluering.intake.hl7v2.sender import Sender


def report_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`report:<authority>/<number>/<service>` of OBR-3 (filler), ORC-3, OBR-2 (placer) or ORC-2, and OBR-4.

    Without a number the patient, the service and the time of the observation are the key. '' without OBR.
    """
    obr, orc = group.first("OBR"), group.first("ORC")
    if obr is None:
        return ""
    service = bounded(obr.get(4) or obr.get(4, 2) or obr.get(4, 4))
    numbers = [first(obr, 3), first(orc, 3), first(obr, 2), first(orc, 2)]
    if numbered := thread_by("report", numbers, message, sender):
        return f"{numbered}/{service}"
    at = obr[7] or obr[22] or message.msh[7]
    return thread_of_patient("report", message, sender, at, service, subject=subject)


def order_thread(group: Group, subject: Subject, message: Message, sender: Sender) -> str:
    """`order:<authority>/<number>` by the placer's number ORC-2 or OBR-2, else the filler's ORC-3 or OBR-3.

    Without either the number of the group ORC-4 and the service; without that the patient, the time and the service. Not for
    medicines, supplies and diets.
    """
    if group.is_of_other_things:
        return ""
    obr, orc = group.first("OBR"), group.first("ORC")
    numbers = [first(orc, 2), first(obr, 2), first(orc, 3), first(obr, 3)]
    if numbered := thread_by("order", numbers, message, sender):
        return numbered
    service = (obr.get(4) or obr.get(4, 2)) if obr is not None else ""
    if not service:
        return ""
    if grouped := thread_by("order", [first(orc, 4)], message, sender):
        return f"{grouped}/{bounded(service)}"
    at = (orc[9] if orc is not None else "") or (obr[6] or obr[7] if obr is not None else "")
    at = at or message.msh[7]
    return thread_of_patient("order", message, sender, at, service, subject=subject)
