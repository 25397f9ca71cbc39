"""Days that move with Easter, and the days around New Year."""

from __future__ import annotations

import re
from datetime import date, timedelta

from eyelevel.word.periods import Days, Now


def easter(year: int) -> date:
    """Easter Sunday (Gregorian), by the anonymous algorithm of Nature, 20 April 1876 (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    step = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * step) // 451
    month, day = divmod(h + step - 7 * m + 114, 31)
    return date(year, month, day + 1)


def feast(match: re.Match[str], now: Now) -> Days:
    word = match["feast"].lower()
    for year in (now.today.year, now.today.year + 1):
        if word.startswith(("oster", "easter")):
            last = easter(year) - timedelta(days=3)
        elif word.startswith(("pfingst", "whit", "pentecost")):
            last = easter(year) + timedelta(days=48)
        elif word.startswith(("weihnacht", "christmas", "heilig", "dem fest", "xmas")):
            last = date(year, 12, 23)
        else:
            last = date(year, 12, 31)
        if last >= now.today:
            return now.today, last
    return None


def between_the_years(_match: re.Match[str], now: Now) -> Days:
    return date(now.today.year, 12, 27), date(now.today.year, 12, 31)
