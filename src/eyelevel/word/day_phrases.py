"""The phrases that name days and periods, in German and English, each with the function that reads it.

In these patterns a plain blank stands for any white space. A recogniser is (kind, pattern, function); the kind decides how
the words before the phrase are taken (see `days`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from eyelevel.word import feasts, periods
from eyelevel.word.day_words import DAY, MONTH, NUMBER, ORDINAL, UNIT
from eyelevel.word.periods import Days, Now

_NEXT = r"(?:nächste[nrms]?|kommende[nrms]?|folgende[nrms]?|next|the coming|the following|the next)"
_THIS = r"(?:diese[nrms]?|laufende[nrms]?|this|the current)"
_WHICH = rf"(?P<which>{_THIS}|{_NEXT})"
_FOLLOWS = rf"(?P<follows>{_NEXT})"
_EDGE = r"(?P<edge>anfang|beginn|mitte|ende|early|mid|the middle of|middle of|late|the beginning of|beginning of|the start of|start of|the end of|end of)"
_PART = (
    r"(?P<part>anfang|beginn|mitte|ende|early|mid(?:dle)?|late|beginning|start|end|erste[nr]? hälfte|zweite[nr]? hälfte|first half|second half|letzte[nr]? hälfte"
    r"|latter half)"
)
_TH = r"(?:\.|st|nd|rd|th)"
_YEAR = r"(?:,? (?P<y>20\d\d))?"
# "on the 15th" and "zum 3." stand alone: what follows is no month and no thing that is counted.
_STANDS_ALONE = r"(?=\s*[,;)!?]|\.?\s*$|\. (?-i:[A-ZÄÖÜ])| (?-i:[a-zäöü]))"
_NO_DOT_AFTER = "|".join(
    rf"(?<=\b{word}\s)" for word in ("am", "bis", "zum", "den", "dem", "vom", "ab", "der", "spätestens")
)

_PATTERNS: tuple[tuple[str, str, Callable[[re.Match[str], Now], Days]], ...] = (
    # -- ranges of dates and of weekdays: the last counts --
    ("date", rf"\b(?P<d1>\d{{1,2}}){_TH}?\s?(?:bis|und|oder|to|and|or|until|-|–|/)\s?(?:zum |the )?(?P<d>\d{{1,2}}){_TH}?\s?(?P<m>{MONTH})\b{_YEAR}", periods.range_of_dates),
    ("date", rf"\b(?P<m>{MONTH}) (?P<d1>\d{{1,2}}){_TH}?\s?(?:to|and|or|until|-|–)\s?(?P<d>\d{{1,2}}){_TH}?\b{_YEAR}", periods.range_of_dates),
    ("date", r"(?<![\d.])(?P<d1>\d{1,2})\.(?:\d{1,2}\.)?\s?(?:bis|und|oder|-|–)\s?(?:zum |den )?(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:(?P<y>\d{4}))?", periods.range_of_dates),
    ("range", rf"\b(?P<day1>{DAY})\s?(?:bis|oder|und|or|and|to|-|–|/)\s?(?P<day>{DAY})\b", periods.range_of_weekdays),
    # -- dates --
    ("date", r"\b(?P<iso>\d{4}-\d{2}-\d{2})\b", periods.named_date),
    ("date", r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>1[0-2]|0?[1-9])\.(?:\s?(?P<y>\d{4}|\d{2})(?![\d:]|\.\d)|(?!\d))", periods.named_date),
    ("date", rf"(?:{_NO_DOT_AFTER})(?P<d>\d{{1,2}})\.(?P<m>1[0-2]|[1-9])(?:(?<=\.[1-9])|(?<=[2-3]\d\.1[0-2]))(?![\d.:]|\s?uhr)", periods.named_date),
    ("date", rf"\b(?P<d>\d{{1,2}}){_TH}?\s?(?:of )?(?P<m>{MONTH})\b\.?{_YEAR}", periods.named_date),
    ("date", rf"\b(?P<m>{MONTH})\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s?(?:%|€|euro|am\b|pm\b|:|uhr)){_YEAR}", periods.named_date),
    ("odd", r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])", periods.unreadable),
    ("date", rf"\b(?P<d>\d{{1,2}}|{ORDINAL}){_TH}?(?: day)? (?:des |of )?(?:folgemonats|nächsten monats|kommenden monats|next month|the following month)\b", periods.of_next_month),
    ("date", r"\b(?:nächsten|kommenden|monats)\s?(?P<d>ersten)\b", periods.of_next_month),
    ("date", rf"\b(?:zum|am|bis zum|bis|ab dem|on the|by the|from the|until the|before the|vor dem) (?P<d>\d{{1,2}})(?:\.(?! (?:{MONTH})\b){_STANDS_ALONE}|(?:st|nd|rd|th)\b(?! (?:floor|time|attempt|of {MONTH})))", periods.day_of_month),
    # -- days near today --
    ("relative", r"\b(?:heute|today|morgen|tomorrow) (?:in (?P<weeks>einer|zwei|drei|vier) wochen?|in a week|week)\b|\b(?:a|one|two) weeks? (?:from )?(?:today|tomorrow|now)\b|\bin a week's time\b", periods.relative),
    ("relative", (
        r"\b(?:heute(?: noch)?|noch heute|heut|today|tonight|later today|(?:by )?(?:the )?end of (?:the )?day tomorrow|(?:by )?(?:the )?end of (?:the |this )?day|end of (?:play|business) today|eod|this (?:morning|afternoon|evening|lunchtime)|übermorgen|the day after tomorrow"
        r"|tomorrow|tmrw|tmw|tomoz|(?<!guten\s)(?<!am\s)(?<!gute\s)(?-i:morgen|Morgen(?=\s+(?!zusammen|allerseits)(?:[a-zäöü]|Vormittag|Nachmittag|Mittag|Abend|Früh)))(?!s\b))(?P<partofday>vormittag|nachmittag|abend|mittag|früh)?\b"), periods.relative),
    ("weekday", (
        rf"(?:\b(?P<before>(?:nächste|kommende|next)[rn]?\s?(?:woche|week),? (?:am |on )?))?(?:\b(?P<strict>kommende[nrm]?|nächste[nrm]?|next|this coming|coming) )?\b(?P<day>{DAY})"
        r"(?P<partofday>vormittag|nachmittag|abend|mittag|morgen|früh)?s?\b(?P<later> (?:(?:in )?(?:der )?(?:nächste[rn]?|kommende[rn]?|folgende[rn]?) woche|(?:of )?next week|of the following week))?(?P<inweek> (?:in einer woche|week)\b)?"), periods.weekday),
    # -- counted days --
    ("range", rf"\b(?:in|innerhalb von|innerhalb|within|nach|after)?\s?(?:etwa |ca\. |about |around |circa |rund )?(?P<low>{NUMBER})\s?(?:bis|to|-|–|oder|or)\s?(?P<n>{NUMBER}) {UNIT}\b", periods.named_range),
    ("later", (
        rf"\b(?P<n>{NUMBER}) {UNIT} (?:später|danach|darauf|später|later|after that|afterwards|after)\b"
        r"|\b(?:am (?:selben|gleichen) |(?:on )?(?:the|that|this) same |in der(?:selben| selben| gleichen) |derselben |in (?:the|that) same |noch (?:am )?selben |that )(?P<same2>tag|day|woche|week|abend|evening|afternoon|morning)\b"
        r"|\b(?P<next2>am tag darauf|tags darauf|am folgetag|am tag danach|am nächsten tag|the following day|the next day|the day after(?! tomorrow))\b"), periods.later_any),
    ("span", (
        rf"\b(?:in|innerhalb von|innerhalb|binnen|within|innert|in den nächsten|in the next|over the next|nach) (?:der nächsten |den nächsten |den kommenden |von |the next |spätestens |höchstens |about |around |circa |ca\. |etwa |rund |maximal |längstens |less than |under |just |at most ){{0,4}}(?P<n>{NUMBER}) {UNIT}\b"
        r"|\b(?:within|in) (?:the|a) (?P<unit2>week|month|fortnight)\b|\b(?:within|in|over) the next (?P<unit3>week|month|fortnight)\b"), periods.span_any),
    ("span", rf"\b(?P<n>{NUMBER}) {UNIT} (?:from (?:now|today)|ab heute|at (?:the )?(?:most|latest))\b", periods.span),
    # -- weeks --
    ("half", rf"\b{_EDGE}\s?-?\s?(?:der )?{_WHICH} (?P<over>(?!))?(?:woche|week)\b", periods.week_edge),
    ("half", r"\b(?P<edge>anfang|mitte|beginn|the middle|middle|mid|the beginning|beginning|start) ?-?(?:of |der |dieser )?(?:the |this )?(?P<over>(?!))?(?P<which>(?!))?(?:woche|week)\b", periods.week_edge),
    ("half", r"\b(?P<edge>mid-?week|wochenmitte)\b(?P<over>(?!))?(?P<which>(?!))?", periods.week_edge),
    ("period", rf"\b(?:im laufe (?:der )?|during |in the course of |in der )?{_WHICH} (?P<over>(?!))?(?:woche|week)\b", periods.this_week),
    ("period", r"\b(?:übernächste[rn]? woche|the week after next)\b", periods.week_after_next),
    ("period", rf"\b(?:{_EDGE} )?(?:kw|kalenderwoche|calendar week|week)\s?(?P<kw>\d{{1,2}})\b(?!\s?(?:tage|days|%))", periods.week_number),
    ("edge", r"\b(?:bis )?(?:zum )?ende (?:der|dieser) woche\b|\bbis wochenende\b(?!\w)|\b(?:by )?(?:the )?end of (?:the|this) week\b|\bwochenende (?:der|dieser) woche\b|\bwochenschluss\b", periods.week_end),
    ("period", r"\b(?:(?P<strict>nächste[sn]|kommende[sn]|diese[sm]|this|next) )?(?:wochenendes?|weekend)\b(?! der| dieser)", periods.weekend),
    # -- months --
    ("edge", r"\b(?:bis )?(?:zum )?monatsende\b|\b(?:by )?(?:the )?end of (?:the|this) month\b|\b(?:the )?month[\s-]?end\b|\b(?:zum )?ultimo\b|\beom\b", periods.month_end),
    ("edge", r"\b(?:am letzten tag|on the last day|by the last day) (?:des|of) (?:the |this )?(?:monats|month)\b", periods.month_end),
    ("edge", rf"\b(?:ende|end of|the end of) (?:des )?(?:{_NEXT}) (?:monats|month)\b|\bende (?:des )?folgemonats\b", periods.month_end_next),
    ("half", rf"\b{_PART}\s?-?\s?(?:of |des |im |in |monat )?(?P<month>{MONTH})\b(?: (?P<year>20\d\d))?(?P<follows>(?!))?", periods.part_of_month),
    ("half", rf"\b(?P<part>erste[nr]?|zweite[nr]?) (?P<month>{MONTH})hälfte\b(?P<year>(?!))?(?P<follows>(?!))?", periods.part_of_month),
    ("half", rf"\b{_PART} (?:of |des )?(?:diese[sm] |laufenden |this |the |current |{_FOLLOWS} ){{0,4}}(?:monats|month)\b(?P<month>(?!))?", periods.part_of_month),
    ("half", r"\b(?P<part>erste[nr]?|zweite[nr]?) monatshälfte\b(?P<month>(?!))?(?P<follows>(?!))?", periods.part_of_month),
    ("period", rf"\b(?:im|in|während|during|throughout) (?:laufe (?:des )?|the course of )?(?P<month>{MONTH})\b(?: (?P<year>20\d\d))?(?P<follows>(?!))?(?! \d)", periods.whole_month),
    ("period", rf"\bnoch (?:diesen )?(?P<month>{MONTH})\b(?P<year>(?!))?(?P<follows>(?!))?", periods.whole_month),
    ("period", rf"\b(?:(?:noch )?(?:im laufe (?:des )?)?(?:diese[nsm]|laufenden|this) (?:laufenden )?|{_FOLLOWS} )(?:monat[s]?|month)\b(?P<month>(?!))?", periods.whole_month),
    ("period", r"\b(?:im|zum|in) (?P<follows>folgemonat)\b(?P<month>(?!))?", periods.whole_month),
    # -- longer ones --
    ("quarter", (
        rf"\b(?:(?P<part>ende|end of|the end of) )?(?:des |the |im |in |dieses |this ){{0,4}}(?:(?P<q>[1-4]|erste[ns]?|zweite[ns]?|dritte[ns]?|vierte[ns]?|first|second|third|fourth|final|last|letzte[ns]?)\.? |{_FOLLOWS} |(?:laufenden|current) )?(?:quartals?|quarter)(?P<atend>sende)?\b"
        r"(?: (?:of )?(?P<year>20\d\d|next year|nächsten jahres|kommenden jahres))?"), periods.quarter),
    ("quarter", r"\b(?:(?P<part>ende|end of) )?q(?P<q>[1-4])\b(?P<follows>(?!))?(?P<atend>(?!))?(?: (?P<year>20\d\d))?", periods.quarter),
    ("period", r"\b(?:im |in the |the )?(?P<half>ersten?|zweiten?|first|second) (?:halbjahr|half of (?:the|this) year)\b(?: (?P<year>20\d\d))?", periods.half_year),
    ("period", rf"\b(?:(?P<part>ende|end of|the end of) )?(?:in |noch in |noch |des |the ){{0,4}}(?:(?:diese[sm]|laufenden|this|the) |{_FOLLOWS} )(?:jahre?s?|year)\b|\b(?P<part2>jahresende|year[\s-]?end|year's end)\b", periods.year_any),
    ("feast", (
        r"\b(?:noch )?(?:vor|before|rechtzeitig zu|rechtzeitig vor|by|bis|in time for|pünktlich zu|ahead of) (?:den |dem )?"
        r"(?P<feast>ostern|easter|pfingsten|whitsun|whit sunday|pentecost|weihnachten|christmas|xmas|heiligabend|silvester|jahreswechsel|new year)\b"), feasts.feast),
    ("period", r"\bzwischen den jahren\b|\bzwischen weihnachten und (?:neujahr|silvester)\b|\bbetween (?:christmas|xmas) and new year\b(?:'s)?|\bbetween the years\b", feasts.between_the_years),
)  # fmt: skip
RECOGNISERS = tuple(
    (kind, re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), read) for kind, pattern, read in _PATTERNS
)
