"""The days that rest in every year, whatever its holiday notice will say: 全国年节及纪念日放假办法 art. 2.

New Year's Day, the eve of Spring Festival and its first three days, Qingming, 1 and 2 May, Dragon Boat
Festival, Mid-Autumn Festival, 1 to 3 October: as amended for 2025 on. A notice moves days of rest and work
around them and never takes one of them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.lunardate import LunarDate

SINCE = 2025
"""The first year for which the regulation as amended holds."""


@lru_cache(maxsize=128)
def festivals(year: int) -> Mapping[date, str]:
    """The days of a year that rest by the regulation, with their names. From ``SINCE`` to 2099."""
    spring = _solar(year, 1, 1)
    one_day = timedelta(days=1)
    days = {
        date(year, 1, 1): "元旦",
        spring - one_day: "除夕",
        spring: "春节",
        spring + one_day: "春节",
        spring + 2 * one_day: "春节",
        _qingming(year): "清明节",
        date(year, 5, 1): "劳动节",
        date(year, 5, 2): "劳动节",
        _solar(year, 5, 5): "端午节",
    }
    # Mid-Autumn may fall on the National Day's holiday, as in 2028 it nearly does: the day has both names.
    for day, name in ((_solar(year, 8, 15), "中秋节"), *((date(year, 10, d), "国庆节") for d in (1, 2, 3))):
        days[day] = f"{days[day]}、{name}" if day in days else name
    return dict(sorted(days.items()))


def _solar(year: int, month: int, day: int) -> date:
    """The day of a date of the lunar calendar."""
    found: date = LunarDate(year, month, day).to_solar_date()
    return found


def _qingming(year: int) -> date:
    return next(day for n in (4, 5, 6) if LunarDate.from_solar(day := date(year, 4, n)).term == "清明")
