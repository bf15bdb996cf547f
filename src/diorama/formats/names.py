"""Names: how documents spell things, and how two spellings of one thing are told to be the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "criteria": "criterion",
    "analyses": "analysis",
    "bases": "base",
    "movies": "movie",
    "cookies": "cookie",
    "ties": "tie",
    "quizzes": "quiz",
    "knives": "knife",
    "lives": "life",
    "halves": "half",
    "shelves": "shelf",
}
_PLURALS = {one: many for many, one in _IRREGULAR.items()}
_UNCHANGED = frozenset(
    {"series", "species", "news", "data", "media", "sms", "dns", "https", "gps", "aws", "tls", "gas", "ios", "pos"}
    | {"yes", "has", "was", "its", "dos", "cms", "sas", "pbs"}
)
_KEEPS_S = ("ss", "us", "is", "ias", "nvas")
_LOSES_ES = ("sses", "shes", "ches", "xes", "zzes", "iases", "nvases")
_ENDS_IN_US = frozenset({"status", "bus", "virus", "bonus", "campus", "focus", "census", "radius", "nexus", "corpus"})


@lru_cache(maxsize=32_768)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``FriendlyName``, ``friendly_name`` and ``friendly-name`` have the same."""
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=32_768)
def canonical(name: str) -> str:
    """The lower-case letters and digits of a name; two names with the same are two spellings of one."""
    return "".join(character for character in name.lower() if character.isalnum())


@lru_cache(maxsize=8_192)
def singular(word: str) -> str:
    """A lower-case word in the singular; a word that is no plural stays as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCHANGED or len(word) < 3 or not word.endswith("s") or word.endswith(_KEEPS_S):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_LOSES_ES) or (word.endswith("uses") and word[:-2] in _ENDS_IN_US):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=8_192)
def plural(word: str) -> str:
    """A lower-case word in the plural; a plural stays as it is."""
    if word in _IRREGULAR or word in _UNCHANGED or (len(word) > 2 and singular(word) != word):
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "sh", "ch")):
        return word + "es"
    return word + "s"


def singular_words(name: str) -> tuple[str, ...]:
    """The words of a name, the last one in the singular: ``PaymentIntents`` becomes ``payment``, ``intent``."""
    parts = words(name)
    return (*parts[:-1], singular(parts[-1])) if parts else ()


def joined(parts: Sequence[str]) -> str:
    """Words as the name of a resource: ``payment_intent``."""
    return "_".join(parts)


def spellings(name: str) -> frozenset[str]:
    """The canonical forms that a property about a thing may have: its name as it stands, singular and plural."""
    parts = words(name)
    if not parts:
        return frozenset()
    front = "".join(parts[:-1])
    return frozenset({canonical(name), front + singular(parts[-1]), front + plural(parts[-1])})
