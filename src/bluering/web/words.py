"""Dates, ages and names as people say them."""

from datetime import date, datetime

from django.utils import timezone


def initials(name: str) -> str:
    """Two letters for a face: first and last word, titles and degrees left out."""
    words = [
        w
        for w in name.replace(",", " ").split()
        if w[0].isalpha() and w.rstrip(".").lower() not in {"dr", "rn", "md", "np", "do", "lcsw", "msw"}
    ]
    if not words:
        return "·"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def plain_name(given: str, family: str) -> str:
    return f"{given} {family}".strip()


def age_on(birth: date | None, day: date) -> int | None:
    """Whole years; somebody born on 29 February turns older on 1 March."""
    if birth is None:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def as_day(value: date | datetime | str | None) -> date | None:
    """A day from what a room hands over: a date, a moment (its local day) or ISO text."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day_words(value: date | datetime | str | None, today: date | None = None) -> str:
    """ "19 Mar" this year, "19 Mar 2024" otherwise."""
    day = as_day(value)
    if day is None:
        return ""
    today = today or timezone.localdate()
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def ago_words(value: date | datetime | str | None, today: date | None = None) -> str:
    """ "today", "yesterday", "5 days ago", "7 weeks ago", then the day itself."""
    day = as_day(value)
    if day is None:
        return "never"
    days = ((today or timezone.localdate()) - day).days
    if days < 0:
        return day_words(day, today)
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 22:
        return f"{days} days ago"
    return f"{days // 7} weeks ago" if days < 90 else day_words(day, today)


def greeting(hour: int) -> str:
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def many(count: int, one: str, more: str = "") -> str:
    """ "1 gap", "2 gaps"."""
    return f"{count} {one if count == 1 else more or one + 's'}"
