"""What the coordinators have done in the last weeks: contacts and handoffs."""

from datetime import date

from bluering.demo.stories.work import story_work


def work(today: date) -> list[dict]:
    """Contacts have a `mode`, handoffs a `kind`; `person` is the practice's patient id."""
    return story_work(today)
