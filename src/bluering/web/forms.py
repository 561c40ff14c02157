"""What people type, checked for its shape; whether it is allowed is decided by the rooms' actions."""

from collections.abc import Mapping
from typing import Any

from django import forms

from bluering.web import status


def choices(table: dict[str, str]) -> list[tuple[str, str]]:
    return list(table.items())


class ContactForm(forms.Form):
    """One attempt to reach somebody."""

    mode = forms.ChoiceField(choices=choices(status.CONTACT_MODE), error_messages={"required": "Choose how."})
    reached = forms.ChoiceField(
        choices=[("yes", "Reached"), ("no", "Not reached")],
        error_messages={"required": "Say whether somebody was reached."},
    )
    whom = forms.ChoiceField(choices=choices(status.CONTACT_WHOM), error_messages={"required": "Choose who."})
    purpose = forms.CharField(max_length=120, error_messages={"required": "Say what it was about, in a few words."})
    minutes = forms.IntegerField(
        min_value=0, max_value=600, error_messages={"required": "Write the minutes, 0 to 600."}
    )
    at = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Say when.", "invalid": "Write day and time, such as 2026-03-19T08:40."},
    )
    note = forms.CharField(required=False, max_length=4000)
    gap = forms.IntegerField(required=False)
    topics = forms.MultipleChoiceField(required=False, choices=choices(status.TOPIC))
    then = forms.CharField(required=False, max_length=200)
    then_due = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})

    def clean(self) -> dict:
        """What follows needs a day."""
        said = super().clean() or {}
        if said.get("then") and not said.get("then_due") and "then_due" not in self.errors:
            self.add_error("then_due", "Choose the day by which it is done.")
        return said


class TaskForm(forms.Form):
    """Something to do about a person."""

    title = forms.CharField(max_length=200, error_messages={"required": "Say what is to be done, in a few words."})
    due_date = forms.DateField(
        error_messages={"required": "Choose the day by which it is done.", "invalid": "Write the day as 2026-03-31."}
    )
    whose = forms.ChoiceField(choices=[("mine", "I do it"), ("nobodys", "Whoever can")])
    note = forms.CharField(required=False, max_length=1000)

    def __init__(self, acts: Mapping[str, Any], *given, **named) -> None:
        super().__init__(*given, **named)
        said = [(name, f"{act.says[:1].upper()}{act.says[1:]}") for name, act in acts.items()]
        self.fields["act"] = forms.ChoiceField(required=False, choices=[("", "None: anybody may do it"), *said])


class TaskMoveForm(forms.Form):
    """One move of a task; the table says what it needs."""

    seen = forms.IntegerField(min_value=0)
    note = forms.CharField(required=False, max_length=400)
    due_date = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})

    def __init__(self, team: Mapping[str, Any], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["to"] = forms.ChoiceField(
            required=False, choices=[("", "Choose"), *((key, one.name) for key, one in team.items())]
        )


class HandoffForm(forms.Form):
    """Something that passes to somebody else."""

    kind = forms.ChoiceField(choices=choices(status.HANDOFF_KIND), error_messages={"required": "Choose what it is."})
    title = forms.CharField(max_length=200, error_messages={"required": "Say what is handed over, in a few words."})
    receiver = forms.CharField(max_length=200, error_messages={"required": "Say who should take it."})
    due_date = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})
    note = forms.CharField(required=False, max_length=4000)
    send = forms.BooleanField(required=False)
    gap = forms.IntegerField(required=False)


class MoveForm(forms.Form):
    """One move of a handoff."""

    move = forms.ChoiceField(choices=choices(status.HANDOFF_MOVE), error_messages={"required": "Choose what happened."})
    note = forms.CharField(required=False, max_length=4000)


class SetAsideForm(forms.Form):
    """A gap put off, with a reason and a day on which it comes back."""

    until = forms.DateField(
        error_messages={"required": "Choose the day on which it comes back.", "invalid": "Write the day as 2026-03-31."}
    )
    reason = forms.CharField(max_length=400, error_messages={"required": "Say why; colleagues will read it."})


class SourceForm(forms.Form):
    """What is expected of a source."""

    title = forms.CharField(required=False, max_length=120)
    steward = forms.CharField(required=False, max_length=20)
    silent_after = forms.IntegerField(
        required=False, min_value=1, max_value=129_600, error_messages={"invalid": "Write minutes as a whole number."}
    )
    notes = forms.CharField(required=False, max_length=2000)


class AssignForm(forms.Form):
    """Whose panel somebody is on."""

    coordinator = forms.CharField(max_length=150, error_messages={"required": "Choose a coordinator."})
    reason = forms.CharField(required=False, max_length=200)


class MateForm(forms.Form):
    """Somebody of the care team, as they are rightly called and reached."""

    name = forms.CharField(max_length=200, error_messages={"required": "Write who it is."})
    kind = forms.ChoiceField(choices=choices(status.KIND), error_messages={"required": "Choose what they are."})
    role = forms.CharField(required=False, max_length=120)
    organization = forms.CharField(required=False, max_length=200)
    phone = forms.CharField(required=False, max_length=60)
    channel = forms.ChoiceField(required=False, choices=[("", "Not known"), *choices(status.CHANNEL)])
    behalf = forms.ChoiceField(required=False, choices=[("", "Nobody: does not coordinate"), *choices(status.BEHALF)])
    note = forms.CharField(required=False, max_length=400)


class GoneForm(forms.Form):
    """Somebody who is no longer on the team."""

    note = forms.CharField(required=False, max_length=400)


class LeadForm(forms.Form):
    """Who leads, and with whom that was agreed."""

    who = forms.CharField(required=False, max_length=20)
    agreed_with = forms.CharField(required=False, max_length=200)


class AbsenceForm(forms.Form):
    """Somebody is away, and a colleague covers."""

    absent = forms.CharField(required=False, max_length=150)
    covering = forms.CharField(max_length=150, error_messages={"required": "Choose who covers."})
    since = forms.DateField(
        error_messages={"required": "Choose the first day.", "invalid": "Write the day as 2026-03-31."}
    )
    until = forms.DateField(
        error_messages={
            "required": "Choose the last day; access ends with it.",
            "invalid": "Write the day as 2026-03-31.",
        }
    )
    note = forms.CharField(required=False, max_length=400)


class FlagForm(forms.Form):
    """Something somebody noticed."""

    why = forms.CharField(max_length=400, error_messages={"required": "Say what you noticed, in a sentence."})
    urgency = forms.ChoiceField(
        choices=choices(status.URGENCY), error_messages={"required": "Choose how urgent it is."}
    )


class FlagAnswerForm(forms.Form):
    """What comes of a flag."""

    answer = forms.ChoiceField(
        choices=choices(status.FLAG_ANSWER), error_messages={"required": "Choose what comes of it."}
    )
    words = forms.CharField(required=False, max_length=400)

    def __init__(self, offered: Mapping[str, str], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["program"] = forms.ChoiceField(
            required=False, choices=[("", "In no program"), *offered.items()],
            error_messages={"invalid_choice": "Choose a program of the list."},
        )  # fmt: skip


class FlagAgainForm(forms.Form):
    """Why an answer does not do."""

    why = forms.CharField(max_length=400, error_messages={"required": "Say what is still open."})


class AskForm(forms.Form):
    """A quick question to a clinician."""

    text = forms.CharField(max_length=200, error_messages={"required": "Write the question in a sentence."})
    choices = forms.CharField(max_length=400, error_messages={"required": "Write two answers at least, one a line."})
    needed_by = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Say by when.", "invalid": "Write day and time, such as 2026-03-19T12:00."},
    )
    note = forms.CharField(required=False, max_length=4000)

    def __init__(self, team: Mapping[str, Any], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["to"] = forms.ChoiceField(
            choices=[("", "Choose"), *((key, one.name) for key, one in team.items())],
            error_messages={"required": "Choose whom to ask."},
        )


class LeaveForm(forms.Form):
    """Why something is knowingly left today."""

    why = forms.CharField(max_length=200, error_messages={"required": "Say why, in a few words."})


class SessionForm(forms.Form):
    """A sitting of the team over a program, or over all."""

    team = forms.CharField(required=False, max_length=200)

    def __init__(self, known: list[tuple[str, str]], team: list[tuple[str, str]], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["whose"] = forms.ChoiceField(required=False, choices=[("", "Everybody’s"), *team])
        self.fields["program"] = forms.ChoiceField(required=False, choices=[("", "Every program"), *known])


class ReviewForm(forms.Form):
    """What the team says of one person."""

    words = forms.CharField(required=False, max_length=1000)
    receiver = forms.CharField(required=False, max_length=200)
    again_on = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})


class BeginForm(forms.Form):
    """What is asked, how, in which language; `on_day` when it was not today."""

    way = forms.ChoiceField(choices=choices(status.FILL_WAY), error_messages={"required": "Choose how."})
    language = forms.ChoiceField(choices=[("en", "English"), ("es", "Spanish")])
    on_day = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})
    by_proxy = forms.BooleanField(required=False)

    def __init__(self, known: Mapping[str, str], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["instrument"] = forms.ChoiceField(choices=choices(dict(known)))


class TakeBackForm(forms.Form):
    """Why an assessment is taken back."""

    reason = forms.CharField(max_length=400, error_messages={"required": "Say why; it stays with it."})


class ConcernForm(forms.Form):
    """What was said or seen that makes somebody fear for a person."""

    detail = forms.CharField(max_length=400, error_messages={"required": "Say what was said or seen."})


class ConcernMoveForm(forms.Form):
    """One move of a concern; the table says what it needs."""

    outcome = forms.ChoiceField(required=False, choices=choices(status.CONCERN_OUTCOME))
    note = forms.CharField(required=False, max_length=400)


class ConsiderForm(forms.Form):
    """Why somebody is considered, in words of one's own."""

    reason = forms.CharField(required=False, max_length=400)


class EpisodeForm(forms.Form):
    """One decision about somebody in a program; the move says which of these it asks for."""

    seen = forms.IntegerField(min_value=0)
    reason = forms.CharField(required=False, max_length=400)
    until = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})
    said_by = forms.ChoiceField(required=False, choices=[("", "Choose"), *choices(status.SAID_BY)])
    how = forms.ChoiceField(required=False, choices=[("", "Choose"), *choices(status.SAID_HOW)])
    cost_said = forms.BooleanField(required=False)
    because = forms.ChoiceField(required=False, choices=[("", "Choose"), *choices(status.BECAUSE)])
    mode = forms.ChoiceField(required=False, choices=choices(status.CONTACT_MODE))
    reached = forms.ChoiceField(required=False, choices=[("yes", "Reached"), ("no", "Not reached")])
    whom = forms.ChoiceField(required=False, choices=choices(status.CONTACT_WHOM))
    minutes = forms.IntegerField(required=False, min_value=0, max_value=600)

    def __init__(self, program, *given, **named) -> None:
        super().__init__(*given, **named)
        levels = [
            (level.id, f"{level.title}: a talk every {level.contact_days} days, {level.words}")
            for level in program.levels.values()
        ]
        self.fields["level"] = forms.ChoiceField(required=False, choices=levels)


class SharingForm(forms.Form):
    """What a person said about one practice showing others what it knows."""

    permits = forms.ChoiceField(
        choices=[("yes", "Yes, it may"), ("no", "No, it may not")], error_messages={"required": "Choose what was said."}
    )
    said_by = forms.ChoiceField(choices=choices(status.SAID_BY), error_messages={"required": "Choose who said it."})
    how = forms.ChoiceField(choices=choices(status.SAID_HOW), error_messages={"required": "Choose how."})
    note = forms.CharField(required=False, max_length=400)


class PracticeForm(forms.Form):
    """One of several practices; its sources and staff are ticked beside."""

    name = forms.CharField(max_length=120, error_messages={"required": "Write how it is called."})
    time_zone = forms.CharField(max_length=60, error_messages={"required": "Write its time zone."})
    shares = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    numbers = forms.CharField(required=False, max_length=8000)
    sources = forms.CharField(required=False)


class RosterAnswerForm(forms.Form):
    """An answer to where a payer's list and the practice disagree."""

    note = forms.CharField(required=False, max_length=400)
    until = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-03-31."})

    def __init__(self, offers: list[tuple[str, str]], *given, **named) -> None:
        super().__init__(*given, **named)
        self.fields["answer"] = forms.ChoiceField(choices=offers, error_messages={"required": "Choose what is so."})
