"""Meals Together: asked for food or meals, says yes, and brings them, or is not heard of again."""

from bluering.demo.directory import organization_ref
from bluering.demo.fhir import SNOMED, concept, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import MEALS

FOOD = concept((SNOMED, "706875005", "Insufficient food supply"), text="Food at home")
MEAL = {"text": "Weekday meals"}


def write_community(scribe: Scribe) -> None:
    """Some of those who need food or live alone and are old."""
    person, rng = scribe.person, scribe.person.stream("community")
    wanted = "food" in person.needs or (person.age > 69 and {"alone", "help_at_home"} & set(person.needs))
    if not wanted or person.is_child or rng.random() > 0.55:
        return
    asked = scribe.clock.opening_day(-rng.randint(5, 500))
    if rng.random() < 0.88 and asked < -14:
        first_meal = asked + rng.randint(6, 12)
        write_meals(scribe, asked, asked + 3, first_meal)
        if rng.random() < 0.6:
            tell_practice(scribe, first_meal, "Meals", "First meal brought today. All is well at the door.")
    else:
        write_meals(scribe, asked, asked + 2 if rng.random() < 0.5 and asked < -2 else None)


def write_meals(scribe: Scribe, asked: int, accepted: int | None = None, delivered: int | None = None) -> None:
    """The request, the agency's task about it and, when meals are brought, the episode."""
    fields = {
        "status": "active",
        "intent": "order",
        "code": MEAL,
        "authoredOn": scribe.clock.at(asked, 10),
        "requester": organization_ref("maple-street"),
        "performer": [organization_ref("meals-together")],
        "reasonCode": [FOOD],
    }
    request = scribe.put(MEALS, "ServiceRequest", fields)
    _task(scribe, request, asked, accepted, delivered)
    if delivered is not None:
        _episode(scribe, delivered)


def _episode(scribe: Scribe, began: int) -> None:
    fields = {
        "status": "active",
        "type": [{"text": "Weekday meals"}],
        "managingOrganization": organization_ref("meals-together"),
        "period": {"start": scribe.clock.day(began)},
    }
    scribe.put(MEALS, "EpisodeOfCare", fields, about="patient")


def _task(scribe: Scribe, request: str, asked: int, accepted: int | None, delivered: int | None) -> None:
    status = "completed" if delivered is not None else "accepted" if accepted is not None else "requested"
    changed = delivered if delivered is not None else accepted if accepted is not None else asked
    fields = {
        "status": status,
        "intent": "order",
        "code": {"text": "Weekday meals"},
        "focus": ref("ServiceRequest", request),
        "description": "Bring a meal on weekdays",
        "authoredOn": scribe.clock.at(asked, 10),
        "lastModified": scribe.clock.at(changed, 15),
        "requester": organization_ref("maple-street"),
        "owner": organization_ref("meals-together"),
    }
    scribe.put(MEALS, "Task", fields, about="for")


def tell_practice(scribe: Scribe, day: int, topic: str, words: str) -> str:
    """A message of the agency to the practice."""
    fields = {
        "status": "completed",
        "category": [{"text": "Notification"}],
        "topic": {"text": topic},
        "sent": scribe.clock.at(day, 13, 30),
        "sender": organization_ref("meals-together"),
        "recipient": [organization_ref("maple-street")],
        "payload": [{"contentString": words}],
    }
    return scribe.put(MEALS, "Communication", fields)
