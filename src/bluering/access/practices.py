"""Which practices there are, and which of them somebody serves. An installation without any is one practice."""

from zoneinfo import ZoneInfo

from bluering.access.models import Practice, User


def every_practice() -> list[Practice]:
    """All practices of the installation, as they were made."""
    return list(Practice.objects.all())


def served_by(user: User) -> list[Practice]:
    """The practices that this user serves by name; empty for who serves all. Looked up once for each user object."""
    if not hasattr(user, "_served"):
        user._served = list(user.practices.all()) if user.pk else []  # type: ignore[attr-defined]
    return user._served  # type: ignore[attr-defined]


def sources_of_others(user: User) -> set[str]:
    """The sources of practices that this user does not serve, and of none that they do."""
    mine = served_by(user)
    if not mine:
        return set()
    return {source for one in every_practice() if one not in mine for source in one.sources} - ours(user)


def ours(user: User) -> set[str]:
    """The sources of the practices that this user serves by name."""
    return {source for practice in served_by(user) for source in practice.sources}


def by_source() -> dict[str, Practice]:
    """Source → the practice that it is of."""
    return {source: one for one in every_practice() for source in one.sources}


def zone_of(user: User) -> ZoneInfo | None:
    """The clock of this user's day: that of the practices they serve when all have one; None when the installation's holds."""
    zones = {practice.time_zone for practice in served_by(user)}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else None
