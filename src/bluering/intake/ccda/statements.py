"""What statements of every kind have inside them: comments, reasons, instructions, references to other entries."""

from typing import Any

from bluering.intake.ccda.context import Context
from bluering.intake.ccda.tree import Element, attribute, find, find_all, related
from bluering.intake.ccda.values import drop_empty, once, time_of

TEMPLATE = "2.16.840.1.113883.10.20."
COMMENT, INDICATION, INSTRUCTION = TEMPLATE + "22.4.64", TEMPLATE + "22.4.19", TEMPLATE + "22.4.20"
SEVERITY, ENTRY_REFERENCE, ASSERTED = TEMPLATE + "22.4.8", TEMPLATE + "22.4.122", TEMPLATE + "22.4.502"
REASON = TEMPLATE + "24.3.88"


def comments(ctx: Context, element: Element) -> list[dict[str, Any]]:
    """The comments on a statement as Annotations."""
    found = []
    for act in related(element, template=COMMENT):
        text = ctx.words(find(act, "text"))
        if text:
            found.append(drop_empty({"time": time_of(find(act, "author/time")), "text": text}))
            ctx.use(act)
    return found


def indications(ctx: Context, element: Element) -> list[dict[str, Any]]:
    """Why something is done: the indications, and R2.1's reason observations, as concepts."""
    found = []
    for template in (INDICATION, REASON):
        for one in related(element, template=template):
            said = ctx.concept(find(one, "value")) or _code_alone(ctx, one) or _in_words(ctx, one)
            if said:
                ctx.use(one)
                found.append(said)
            elif ctx.of(one, "Condition") is None:
                ctx.trouble(one, "it does not say the reason")
    return once(found)


def _code_alone(ctx: Context, one: Element) -> dict[str, Any] | None:
    """Older documents write the reason into the code itself; an assertion or a kind of problem is none."""
    code = find(one, "code")
    is_kind = attribute(code, "code") in ("ASSERTION", "404684003", "282291009", "55607006", "64572001", "29308-4")
    return None if is_kind else ctx.concept(code)


def _in_words(ctx: Context, one: Element) -> dict[str, Any] | None:
    text = " ".join(words_of(ctx, one).split())
    return {"text": text} if text else None


def instructions(ctx: Context, element: Element) -> list[tuple[dict[str, Any] | None, str]]:
    """Instructions in a statement, as (code, words)."""
    found = []
    for act in related(element, template=INSTRUCTION):
        code, text = ctx.concept(find(act, "code")), ctx.words(find(act, "text"))
        if code or text:
            ctx.use(act)
            found.append((code, text))
    return found


def severity_of(ctx: Context, element: Element) -> Element | None:
    """The coded value of a severity observation directly below a statement."""
    for one in related(element, template=SEVERITY):
        ctx.use(one)
        value = find(one, "value")
        if value is not None and value.get("code"):
            return value
    return None


def referred(ctx: Context, element: Element, *kinds: str) -> list[dict[str, str]]:
    """The resources that entry references below a statement point to, once all are known."""
    found = []
    for one in related(element, template=ENTRY_REFERENCE):
        reference = ctx.of(one, *kinds)
        if reference:
            ctx.use(one)
            found.append(reference)
    return once(found)


def asserted_on(ctx: Context, element: Element) -> str | None:
    """The date of diagnosis that R2.1's companion guide adds to a problem."""
    for act in related(element, template=ASSERTED):
        ctx.use(act)
        return time_of(find(act, "effectiveTime"))
    return None


def words_of(ctx: Context, element: Element) -> str:
    """The narrative's words for a whole statement."""
    return ctx.words(find(element, "text"))


def of_template(element: Element, root: str) -> list[Element]:
    """Statements with a template in the components of an organizer."""
    return [one for part in find_all(element, "component") for one in part if _claims(one, root)]


def _claims(element: Element, root: str) -> bool:
    return any(attribute(one, "root") == root for one in find_all(element, "templateId"))
