"""Is this installation fit for real people's data? Each finding is a sentence that says what to do."""

import shutil
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model

from bluering.paths import home


@dataclass(frozen=True)
class Finding:
    """One thing looked at, and whether it is as it should be."""

    good: bool
    what: str


def findings() -> list[Finding]:
    """Everything that should be true before real data comes in."""
    free = shutil.disk_usage(home()).free / 1e9
    private = (home().stat().st_mode & 0o077) == 0
    demo = get_user_model().objects.filter(username="dana", is_active=True).exists() and (home() / "demo.json").exists()
    return [
        Finding(settings.HTTPS_ONLY, "Pages go over HTTPS only (set BLUERING_HTTPS=1 behind a TLS proxy)."),
        Finding(not settings.DEBUG, "Debug pages are off (unset BLUERING_DEBUG)."),
        Finding(settings.ALLOWED_HOSTS != ["*"], "The host names are named (BLUERING_HOSTS)."),
        Finding(private, f"Only this user can read {home()} (chmod 700)."),
        Finding(free > 5, f"{free:.0f} GB are free where the record lies; 5 GB at least."),
        Finding(not demo, "The demo log-ins are not here (use a folder of its own for real data)."),
        Finding(settings.IDLE_LIMIT_SECONDS <= 3600, "An idle session ends within an hour (BLUERING_IDLE_MINUTES)."),
    ]
