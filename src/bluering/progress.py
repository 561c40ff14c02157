"""Progress of long work, on stderr: how far, how fast, how long yet. Quiet when nobody watches."""

import sys
import time


class Progress:
    """One line that rewrites itself; a plain line now and then when stderr is not a terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet, self.step, self.began, self.last = quiet, "", 0.0, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """`done` of `total` units of this step are finished."""
        now = time.monotonic()
        if step != self.step:
            self.finish()
            self.step, self.began = step, now
        pause = 0.2 if sys.stderr.isatty() else 5.0
        if self.quiet or (now - self.last < pause and done < total):
            return
        self.last = now
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"  {self._line(done, total, now - self.began):<78}", end=end, file=sys.stderr, flush=True)

    def finish(self) -> None:
        """End the line that is being rewritten."""
        if self.step and not self.quiet and sys.stderr.isatty():
            print(file=sys.stderr)
        self.step = ""

    def _line(self, done: int, total: int, seconds: float) -> str:
        rate = done / seconds if seconds > 0 else 0
        left = (total - done) / rate if rate else 0
        share = f"{100 * done // total:3d} %" if total else ""
        return (
            f"{self.step}: {share}  {_short(rate)}/s  {_clock(left)} left"
            if done < total
            else f"{self.step}: done in {_clock(seconds)}"
        )


def _short(number: float) -> str:
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number:.0f}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
