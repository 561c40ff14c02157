"""What templates may say: dates as people say them, and small components that repeat many times on a page."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from bluering.web import ring_svg, status, words

register = template.Library()

register.filter("day", words.day_words)
register.filter("ago", words.ago_words)
register.filter("initials", words.initials)


@register.filter
def many(count: int, forms: str) -> str:
    """{{ 2|many:"gap" }} says "2 gaps"; {{ 2|many:"person,persons" }} names the plural."""
    return words.many(count, *forms.split(","))


@register.filter
def look(value: str, table: str) -> status.Look:
    """{{ handoff.state|look:"HANDOFF_STATE" }} gives its words and variant."""
    return status.look(getattr(status, table), value)


@register.filter
def say(value: str, table: str) -> str:
    """{{ contact.mode|say:"CONTACT_MODE" }} gives plain words."""
    return getattr(status, table).get(value, str(value).replace("_", " "))


@lru_cache(maxsize=2000)
def _pill(variant: str, said: str) -> SafeString:
    return mark_safe(render_to_string("_components/pill/pill.html", {"variant": variant, "words": said}).strip())


@register.simple_tag
def pill(variant: str, said: Any) -> SafeString:
    """A small rounded word: pill "ok" "clear". Variants: gap, due, ok, critical, info, flat."""
    return _pill(variant, str(said))


@register.simple_tag
def pill_for(look: status.Look) -> SafeString:
    return _pill(look.variant, look.words)


@lru_cache(maxsize=8)
def _need(level: int) -> SafeString:
    facts = {"level": level, "words": status.NEED.get(level, ""), "bars": range(1, 4)}
    return mark_safe(render_to_string("_components/need/need.html", facts).strip())


@register.simple_tag
def need(level: int | None) -> SafeString:
    """Three bars: how much coordination somebody needs, 1 minimal to 3 extensive; 0 not computed."""
    return _need(int(level or 0))


@lru_cache(maxsize=500)
def _ring_mini(done: float, variant: str, label: str) -> SafeString:
    facts = {"mini": ring_svg.mini(done), "variant": variant, "label": label}
    return mark_safe(render_to_string("_components/ring_mini/ring_mini.html", facts).strip())


@register.simple_tag
def ring_mini(done: float, variant: str = "gap", label: str = "") -> SafeString:
    """A small ring that is closed by `done` (0..1)."""
    return _ring_mini(done, variant, label)


@register.inclusion_tag("_components/meter/meter.html")
def meter(percent: float, label: str) -> dict:
    """A bar of 100 %; what is over is drawn in another colour."""
    top = max(100.0, percent)
    return {
        "fill": round(min(percent, 100) / top * 100, 1),
        "over": round(max(0, percent - 100) / top * 100, 1),
        "label": label,
    }
