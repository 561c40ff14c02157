"""The life of one visit: what each event does to its state. Source: HL7 v2.8 chapter 3.3; `events.py`."""

from dataclasses import dataclass, field

from bluering.intake.hl7v2.adt.events import CLASS_OF, MOVES, OPENS, PLANS, PRESENT, UNPLANS
from bluering.intake.hl7v2.adt.merged import Merged
from bluering.intake.hl7v2.datatypes.times import instant, moment
from bluering.intake.hl7v2.keys import Subject, patient_thread
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.segment import Repetition, Segment
from bluering.intake.hl7v2.sender import Sender

OPEN = frozenset(("arrived", "in-progress", "onleave"))
DISPOSITION, DISCHARGED_TO, DISCHARGED_AT = 36, 37, 45


@dataclass
class Spell:
    """A class or a place, and from when to when ('' where not known)."""

    what: str
    start: str = ""
    end: str = ""
    rep: Repetition | None = None


@dataclass
class Stay:
    """What is known of a visit. `status` is FHIR's; '' as long as nothing said that the visit is one."""

    sender: Sender
    status: str = ""
    patient: str = ""
    admitted: str = ""
    discharged: str = ""
    undone: set[str] = field(default_factory=set)
    classes: list[Spell] = field(default_factory=list)
    places: list[Spell] = field(default_factory=list)
    diagnoses: dict[str, Segment] = field(default_factory=dict)
    pv1: Merged = field(default_factory=Merged)
    pv2: Merged = field(default_factory=Merged)
    pid: Merged = field(default_factory=Merged)

    def apply(self, message: Message, subject: Subject) -> None:
        """Let one message act; messages come in the order of their recorded times."""
        adt = message.heading.type == "ADT"
        pv1 = subject.first("PV1")
        self.pv1.update(pv1, fills_only=not adt)
        self.pv2.update(subject.first("PV2"), fills_only=not adt)
        self.pid.update(subject.pid, fills_only=not adt)
        if not adt:
            return
        trigger, at = message.heading.trigger, self._time(message, subject)
        self.patient = patient_thread(subject.pid, message, self.sender) or self.patient
        self._status(message, at, pv1)
        self._class(trigger, at, pv1)
        self._place(trigger, at, message, pv1)
        self._diagnoses(subject)

    def give_up(self) -> None:
        """The visit goes on under another number, with what was known here."""
        self.status = "entered-in-error"

    def take_over(self) -> None:
        """A visit goes on under this number: it is one, even if what was said under the other is not at hand."""
        if self.status in ("", "entered-in-error"):
            self.discharged = moment(self.pv1[DISCHARGED_AT], self.sender) or ""
            self.status = "finished" if self.discharged else "in-progress"

    def _time(self, message: Message, subject: Subject) -> str:
        """When the event happened, as FHIR text: PV1-45 or PV1-44 of a discharge or admission, else EVN-6, EVN-2, MSH-7."""
        evn, pv1, trigger = message.first("EVN"), subject.first("PV1"), message.heading.trigger
        own = {"A03": DISCHARGED_AT, "A01": 44, "A04": 44}.get(trigger)
        texts = [pv1[own] if own and pv1 is not None else ""]
        texts += [evn[6], evn[2]] if evn is not None else []
        return next((told for text in (*texts, message.msh[7]) if (told := moment(text, self.sender))), "")

    def _status(self, message: Message, at: str, pv1: Segment | None) -> None:
        trigger = message.heading.trigger
        if trigger in OPENS:
            self._open(trigger, at, pv1)
        elif trigger == "A03":
            self.status, self.discharged = "finished", at
            self.undone.discard(at)
        elif trigger == "A13":
            self._reopen(message, pv1)
        elif trigger == "A11":
            self.status = "cancelled"
        elif trigger == "A23":
            self.status = "entered-in-error"
        elif trigger in PLANS:
            self.status = "planned" if self.status in ("", "cancelled") else self.status
        elif trigger in UNPLANS:
            self.status = "cancelled" if self.status in ("", "planned") else self.status
        elif trigger in PRESENT:
            self._go_on(trigger, at)
        elif trigger == "A08" and pv1 is not None:
            self._discharge_by_update(pv1)

    def _open(self, trigger: str, at: str, pv1: Segment | None) -> None:
        """Admit or register. What is told after the discharge that it precedes does not reopen, unless as another class."""
        self.admitted = at or self.admitted
        code = self.sender.standard("PV1-2", pv1[2]) if pv1 is not None else ""
        as_before = not code or not self.classes or self.classes[-1].what == code
        if self.status == "finished" and as_before and not self._after_discharge(at):
            return
        if self.status == "finished":
            self._forget_discharge()
        self.status = "in-progress" if trigger == "A01" or code in ("E", "EMER", "I", "IMP") else "arrived"

    def _reopen(self, message: Message, pv1: Segment | None) -> None:
        """Cancel the discharge; what an older copy still says of it later does not count."""
        evn = message.first("EVN")
        texts = [evn[6] if evn is not None else "", pv1[DISCHARGED_AT] if pv1 is not None else ""]
        self.undone |= {self.discharged, *(told for text in texts if (told := moment(text, self.sender)))}
        self._forget_discharge()
        self.status = "in-progress"

    def _forget_discharge(self) -> None:
        self.discharged = ""
        self.pv1.drop(DISPOSITION, DISCHARGED_TO, DISCHARGED_AT)
        if self.places:
            self.places[-1].end = ""

    def _go_on(self, trigger: str, at: str) -> None:
        """Something that happens to somebody who is there."""
        if self.status == "finished" and trigger in ("A06", "A07") and self._after_discharge(at):
            self._forget_discharge()
            self.status = "in-progress"
        if self.status in ("", "planned"):
            self.status = "arrived" if trigger == "A10" else "in-progress"
        elif self.status in OPEN and trigger in ("A06", "A07", "A22", "A52"):
            self.status = "in-progress"
        if self.status in OPEN and trigger in ("A21", "A53"):
            self.status = "onleave"

    def _discharge_by_update(self, pv1: Segment) -> None:
        """An update may bring the discharge whose own message did not come, but not one that was cancelled."""
        at = moment(pv1[DISCHARGED_AT], self.sender)
        if at in self.undone:
            self.pv1.drop(DISPOSITION, DISCHARGED_TO, DISCHARGED_AT)
        elif at and (self.status in OPEN or self.status == "finished"):
            self.status, self.discharged = "finished", at

    def _after_discharge(self, at: str) -> bool:
        one, other = instant(at, self.sender), instant(self.discharged, self.sender)
        return one is None or other is None or one > other

    def _class(self, trigger: str, at: str, pv1: Segment | None) -> None:
        told = pv1[2] if pv1 is not None else ""
        code = self.sender.standard("PV1-2", told) if told else CLASS_OF.get(trigger, "")
        if not code or (self.classes and self.classes[-1].what == code):
            return
        if self.classes and self.status in OPEN | {"finished"} and self.classes[-1].what not in ("P", "PRENC"):
            self.classes[-1].end = at
            self.classes.append(Spell(code, at))
        else:
            self.classes = [Spell(code, at if trigger in OPENS else "")]

    def _place(self, trigger: str, at: str, message: Message, pv1: Segment | None) -> None:
        if trigger == "A12":
            self._cancel_move(message)
        reps = pv1.reps(3) if pv1 is not None else []
        if not reps:
            return
        if trigger in MOVES and pv1 is not None:
            self._leave(at, pv1)
        if not self.places or (trigger in MOVES and self.places[-1].what != reps[0].raw):
            self.places.append(Spell(reps[0].raw, at if trigger in MOVES else self.admitted, rep=reps[0]))
        else:
            self.places[-1].what, self.places[-1].rep, self.places[-1].end = reps[0].raw, reps[0], ""

    def _leave(self, at: str, pv1: Segment) -> None:
        """End the place that was; PV1-6 tells of it when no message did."""
        before = pv1.reps(6)
        if not self.places and before and before[0].raw != pv1.reps(3)[0].raw:
            self.places.append(Spell(before[0].raw, self.admitted, rep=before[0]))
        if self.places:
            self.places[-1].end = at

    def _cancel_move(self, message: Message) -> None:
        """Take back the transfer of the time that EVN-6 names, else the last one."""
        evn = message.first("EVN")
        at = moment(evn[6], self.sender) if evn is not None else None
        moves = range(1, len(self.places))
        found = next((n for n in moves if at and self.places[n].start == at), len(self.places) - 1)
        if found > 0:
            self.places[found - 1].end = self.places[found].end
            del self.places[found]

    def _diagnoses(self, subject: Subject) -> None:
        for segment in subject.all("DG1"):
            if key := segment.get(3) or segment.get(3, 2) or segment[4] or segment[20]:
                self.diagnoses[f"{key}/{segment[6]}"] = segment
