"""Checks: whether a value that dice gave could be somebody's.

Source: RFC 5321, section 4.5.3.1 (lengths of local parts and hosts); RFC 2606 and 6761 (reserved names); RFC 5890,
section 2.3.1 (reserved labels); ITU-T E.164; ISO 13616; ISO 9362; HMRC, national insurance numbers (prefixes); SSA,
numbers that are never assigned.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from diorama.formats.generation.reserved.cards import TEST_NUMBERS, has_check_digit
from diorama.formats.generation.reserved.tables import (
    DOCUMENTED_IBANS,
    FICTION,
    FICTION_AT_HOME,
    NOBODYS_PREFIXES,
    RESERVED_HOSTS,
    RESERVED_TOPS,
    VOID_SSNS,
)

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-DFM]?")
_NO_BANK = ("ZZZZ", "00000", "99999999", "X0000")


def digits_of(text: str) -> str:
    """The ASCII digits of a text."""
    return "".join(letter for letter in text if "0" <= letter <= "9")


def compact(text: str) -> str:
    """The letters and digits of a text, in capitals."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def email(text: str) -> bool:
    """Whether mail to this address reaches nobody."""
    local, at, host = text.lower().strip("<> \n").rpartition("@")
    labels = host.split(".")
    if not at or len(labels) < 2 or labels[-1] in RESERVED_TOPS or ".".join(labels[-2:]) in RESERVED_HOSTS:
        return True
    if len(local) > 64 or not local or ".." in local or local[0] == "." or local[-1] == ".":
        return True
    return any(map(_unregistrable, labels))


def _unregistrable(label: str) -> bool:
    """Whether no host can have a label: its length, its hyphens."""
    if not 1 <= len(label) <= 63 or label[0] == "-" or label[-1] == "-":
        return True
    return label[2:4] == "--" and label[:2] != "xn"


def phone(text: str) -> bool:
    """Whether a call to this number reaches nobody."""
    digits = digits_of(text)
    if not 7 <= len(digits) <= 15:
        return True
    bare = digits.lstrip("0")
    if digits.startswith("00000") or (digits.startswith("000") and "+" in text) or not bare:
        return True
    if "+" in text or digits.startswith("00"):
        return bare.startswith(FICTION) or any(bare[start : start + 4] == "0000" for start in (1, 2, 3))
    return digits.startswith((*FICTION, *FICTION_AT_HOME, "0000"))


def card(text: str) -> bool:
    """Whether no card has this number."""
    digits = digits_of(text)
    return not 12 <= len(digits) <= 19 or digits in TEST_NUMBERS or not has_check_digit(digits)


def iban(text: str) -> bool:
    """Whether no account has this number."""
    number = compact(text)
    if not number.isascii() or not _IBAN.fullmatch(number) or remainder(number) != 1:
        return True
    return number in DOCUMENTED_IBANS or number[4:].startswith(_NO_BANK)


def remainder(number: str) -> int:
    """What is left of an IBAN by its check; 1 for a right one (ISO 7064, MOD 97-10)."""
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97


def bic(text: str) -> bool:
    """Whether no bank has this code; a ``0`` at its eighth place marks a test code."""
    code = compact(text)
    return len(code) not in {8, 11} or code.startswith("ZZZZ") or code[7] == "0"


def nino(text: str) -> bool:
    """Whether no person has this national insurance number."""
    number = compact(text)
    return not _NINO.fullmatch(number) or number[:2] in NOBODYS_PREFIXES


def ssn(text: str) -> bool:
    """Whether no person has this social security number."""
    number = digits_of(text)
    if len(number) != 9 or number in VOID_SSNS or number[0] == "9":
        return True
    return number[:3] in {"000", "666"} or number[3:5] == "00" or number[5:] == "0000"


def national(text: str) -> bool:
    """Whether a number of a register that is not known has so many zeros that nobody has it, or is one for samples."""
    digits = digits_of(text)
    return len(digits) < 4 or "0000" in digits or digits.startswith("98765432") or digits in VOID_SSNS


CHECKS: dict[str, Callable[[str], bool]] = {
    "email": email,
    "phone": phone,
    "card": card,
    "iban": iban,
    "bic": bic,
    "nino": nino,
    "ssn": ssn,
    "national": national,
}
"""By kind of data: whether a text is nobody's."""
