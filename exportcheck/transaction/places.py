"""Countries and the few other places that the law names, however a person writes them.

A place is its ISO 3166-1 alpha-2 code, or one of `SPECIAL`. A subdivision (`GB-SCT`) stands for its country, since the law's
lists are of countries: were it a value of its own, it would be on no list, a list of denial among them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any, Final

from exportcheck.errors import nearest

SPECIAL: Final = {
    "UA-CRIMEA": "the Crimea region of Ukraine",
    "UA-DNR": "the so-called Donetsk People's Republic region of Ukraine",
    "UA-LNR": "the so-called Luhansk People's Republic region of Ukraine",
    "HIGH-SEAS": "international waters",
    "SPACE": "outer space",
    "XK": "Kosovo",  # no code of ISO 3166-1, but a row of its own in the country chart
}

# The codes stand here so that reading a plain description need not load pycountry; a test compares the two.
_CODES: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF
    GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
    SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI
    VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES: Final = frozenset(_CODES.split())

_NAMES: Final = {
    "GB": ("UK", "U.K.", "Great Britain", "Britain"),
    "US": ("USA", "U.S.", "U.S.A.", "United States of America", "the United States"),
    "AE": ("UAE", "U.A.E.", "Emirates"),
    "MM": ("Burma",),
    "KP": ("North Korea", "DPRK"),
    "KR": ("South Korea", "Republic of Korea", "ROK"),
    "RU": ("Russia",),
    "IR": ("Iran",),
    "SY": ("Syria",),
    "VN": ("Vietnam", "Viet Nam"),
    "LA": ("Laos",),
    "TW": ("Taiwan",),
    "CZ": ("Czech Republic",),
    "TR": ("Turkey", "Turkiye"),
    "NL": ("Holland", "The Netherlands"),
    "CI": ("Ivory Coast",),
    "HK": ("Hong Kong SAR",),
    "MO": ("Macau",),
    "VA": ("Vatican", "Vatican City"),
    "PS": ("Palestine",),
    "BN": ("Brunei",),
    "FM": ("Micronesia",),
    "CV": ("Cape Verde",),
    "SZ": ("Swaziland",),
    "MK": ("Macedonia",),
    "TL": ("East Timor",),
    "CD": ("DRC", "DR Congo", "Democratic Republic of the Congo", "Congo-Kinshasa"),
    "CG": ("Republic of the Congo", "Congo-Brazzaville"),
    "CN": ("PRC", "People's Republic of China", "Mainland China"),
    "SH": ("Saint Helena",),
    "VG": ("British Virgin Islands",),
    "VI": ("U.S. Virgin Islands", "US Virgin Islands"),
    "FK": ("Falkland Islands",),
    "UA-CRIMEA": ("Crimea", "UA-43", "UA-40", "Sevastopol"),
    "UA-DNR": ("DNR",),
    "UA-LNR": ("LNR",),
    "HIGH-SEAS": ("High Seas", "International Waters"),
    "SPACE": ("Outer Space",),
    "XK": ("Kosovo",),
}

_AMBIGUOUS: Final = {
    "korea": "write KR for South Korea or KP for North Korea",
    "congo": "write CD for the Democratic Republic of the Congo or CG for the Republic of the Congo",
    "virgin islands": "write VG for the British or VI for the U.S. Virgin Islands",
    "ua-14": "write UA-DNR if it is in the so-called Donetsk People's Republic region, else UA",
    "ua-09": "write UA-LNR if it is in the so-called Luhansk People's Republic region, else UA",
    "donetsk": "write UA-DNR if it is in the so-called Donetsk People's Republic region, else UA",
    "luhansk": "write UA-LNR if it is in the so-called Luhansk People's Republic region, else UA",
    "eu": "write the country; the European Union is not one",
}
_SUBDIVISION: Final = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_LONGEST: Final = 80


def place_of(text: str) -> str:
    """The place that a text names, as its code. Raises `ValueError` with what would be right."""
    word = text.strip()
    if word in COUNTRIES or word in SPECIAL:
        return word
    if len(word) > _LONGEST:
        raise ValueError("write a code of ISO 3166-1, such as GB")
    folded = _fold(word)
    if folded in _AMBIGUOUS:
        raise ValueError(_AMBIGUOUS[folded])
    if word.upper() in COUNTRIES:
        # "no" is an answer more often than it is Norway.
        raise ValueError(f"write {word.upper()} in capitals for {country_name(word.upper())}")
    if word.upper() in SPECIAL:
        return word.upper()
    found = _usual().get(folded) or _all().get(folded) or _subdivision(word)
    if found is not None:
        return found
    near = nearest(word, [*(n for names in _NAMES.values() for n in names), *_official()])
    raise ValueError(f'did you mean "{near}"?' if near else "write a code of ISO 3166-1, such as GB, or the country's name")


def country_name(code: str) -> str:
    """What a place is called; its code where nothing is known of it."""
    if code in SPECIAL:
        return SPECIAL[code]
    for country in _countries():
        if country.alpha_2 == code:
            return str(getattr(country, "common_name", country.name))
    return code


def _fold(text: str) -> str:
    """Letter case, accents and doubled spaces do not tell places apart."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.replace("’", "'").casefold().split())


@functools.cache
def _usual() -> dict[str, str]:
    return {_fold(name): code for code, names in _NAMES.items() for name in names}


def _countries() -> list[Any]:
    import pycountry

    return list(pycountry.countries)


@functools.cache
def _official() -> tuple[str, ...]:
    return tuple(
        str(name)
        for country in _countries()
        for attribute in ("name", "official_name", "common_name")
        if (name := getattr(country, attribute, None))
    )


@functools.cache
def _all() -> dict[str, str]:
    """Alpha-3 codes and the names of ISO 3166-1, folded."""
    known: dict[str, str] = {}
    for country in _countries():
        for attribute in ("alpha_3", "name", "official_name", "common_name"):
            name = getattr(country, attribute, None)
            if name:
                known[_fold(name)] = country.alpha_2
    return known


def _subdivision(word: str) -> str | None:
    if not (match := _SUBDIVISION.fullmatch(word)):
        return None
    import pycountry

    subdivisions: Any = pycountry.subdivisions
    if subdivisions.get(code=word) is None:
        return None
    # Hong Kong, Aruba, Puerto Rico and the like are parts of a state that also have a code, and rules, of their own.
    if match[2] in _OWN_CODE.get(match[1], ()):
        return match[2]
    return _OWN_CODE_NUMBERED.get(word, match[1])


_OWN_CODE: Final = {
    "CN": ("HK", "MO", "TW"),
    "US": ("AS", "GU", "MP", "PR", "UM", "VI"),
    "FR": ("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"),
    "NL": ("AW", "CW", "SX"),
}
_OWN_CODE_NUMBERED: Final = {
    "FR-971": "GP", "FR-972": "MQ", "FR-973": "GF", "FR-974": "RE", "FR-976": "YT",
    "FI-01": "AX", "NO-21": "SJ", "NO-22": "SJ", "NL-BQ1": "BQ", "NL-BQ2": "BQ", "NL-BQ3": "BQ",
}  # fmt: skip
