"""Texts: one that a schema asks for and that is nobody's.

Reserved values go first, in every spelling. Where a schema allows none of them, a text is drawn by its pattern and made
one that cannot exist: a wrong check digit, a host that nobody can register, a number of zeros. Where that fails, too,
whoever asked is told, so that it can do without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from diorama.formats.generation.reserved.checks import CHECKS
from diorama.formats.generation.reserved.forms import LOCALS, Limits, filled, forms_of, grouped, iban_check
from diorama.formats.generation.reserved.tables import HOSTS, NO_BANKS, NOBODYS_PREFIXES
from diorama.formats.generation.scalars import WORDS
from diorama.ports.dice import Dice

TRIES = 8
KEPT_DIGITS = 3
"""Digits at the end that stay when a number is filled with zeros, so that two numbers differ."""

LABEL_OVERLONG = 64
"""Characters of a label of a host, or of a local part after one more, that no name may have (RFC 1035, RFC 5321)."""


def nobodys(kind: str, limits: Limits, dice: Dice, draw: Callable[[Dice], str | None]) -> tuple[str | None, bool]:
    """A text of a kind of data.

    Args:
        kind: of ``kinds.NAMES``; with a question mark a reserved one is taken only where the drawn one is somebody's.
        limits: what the schema asks.
        dice: where chance comes from.
        draw: a text by the schema alone; None where it finds none.

    Returns:
        The text, or None when none was found, and whether it is surely nobody's.
    """
    check = CHECKS[kind.rstrip("?")]
    if kind.endswith("?"):
        drawn = draw(dice)
        if drawn is None or check(drawn):
            return drawn, True
    reserved = _reserved(kind.rstrip("?"), limits, dice.derive("reserved"))
    if reserved is not None:
        return reserved, True
    last: str | None = None
    for number in range(TRIES):
        drawn = draw(dice.derive(f"drawn {number}") if number else dice)
        if drawn is None:
            break
        if check(drawn):
            return drawn, True
        last = drawn
        for other in _BROKEN[kind.rstrip("?")](drawn, limits):
            if check(other) and limits.allow(other):
                return other, True
    return last, False


def _reserved(kind: str, limits: Limits, dice: Dice) -> str | None:
    """A reserved value in one of the forms that the schema allows."""
    forms = forms_of(kind, limits)
    if not forms:
        return None
    form = dice.choice(forms)
    varied = {"email": _mail, "iban": _account}.get(kind, filled)
    text = varied(form, dice)
    return text if limits.allow(text) else filled(form, None)


def _mail(form: str, dice: Dice) -> str:
    """An address of the same form with other words."""
    for local in LOCALS:
        for style in (str, str.upper):
            known = style(local.format(WORDS[4], WORDS[1]))
            found, at, host = form.partition("@")
            if found == known:
                return filled(style(local.format(dice.choice(WORDS), dice.choice(WORDS))), dice) + at + host
    return form


def _account(form: str, dice: Dice) -> str:
    """Another account of the same bank that nobody has; a documented one stays."""
    number = form.replace(" ", "")
    country = number[:2]
    rest = NO_BANKS.get(country, "")
    if not rest or filled(rest, None) != number[4:]:
        return form
    account = filled(rest, dice)
    number = f"{country}{iban_check(country, account)}{account}"
    return grouped(number, 4) if " " in form else number


def _mails(text: str, limits: Limits) -> Iterator[str]:
    """The same mail box at hosts that nobody has, then addresses that no mail server takes."""
    local, _, host = text.rpartition("@")
    yield from (f"{local}@{other}" for other in HOSTS)
    first, _, rest = host.partition(".")
    yield from (f"{local}@{front}.{top}" for front in (first, host) for top in ("example", "test", "invalid"))
    yield from (f"{local}@aa--{first}.{rest}", f"{local}@-{first}.{rest}", f"..{local}@{host}")
    letters = (first * LABEL_OVERLONG)[:LABEL_OVERLONG]
    yield f"{local}@{letters}.{rest}"
    yield f"{((local or 'a') * (LABEL_OVERLONG + 1))[: LABEL_OVERLONG + 1]}@{host}"


def _miscounted(text: str, limits: Limits) -> Iterator[str]:
    """The same number with one digit changed, the last one first."""
    for at in range(len(text) - 1, -1, -1):
        if text[at].isdigit():
            for digit in "0123456789":
                if digit != text[at]:
                    yield text[:at] + digit + text[at + 1 :]


def _unchecked(text: str, limits: Limits) -> Iterator[str]:
    """The same account with check digits that no account has."""
    yield from (f"{text[:2]}{digits}{text[4:]}" for digits in ("00", "01", "99"))
    yield from _miscounted(text, limits)


def _bankless(text: str, limits: Limits) -> Iterator[str]:
    """The same code of a bank that nobody has, or with the mark of a test code."""
    yield from ("ZZZZ" + text[4:], text[:7] + "0" + text[8:])


def _prefixed(text: str, limits: Limits) -> Iterator[str]:
    """The same number with a prefix that is not used."""
    yield from (prefix + text[2:] for prefix in NOBODYS_PREFIXES)


def _emptied(text: str, limits: Limits) -> Iterator[str]:
    """The same number with zeros wherever the schema allows one; the last digits stay where that is enough."""
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    for kept in (KEPT_DIGITS, 0):
        current = text
        for at in places[: len(places) - kept]:
            candidate = current[:at] + "0" + current[at + 1 :]
            if limits.allow(candidate):
                current = candidate
        yield current


_BROKEN: dict[str, Callable[[str, Limits], Iterator[str]]] = {
    "email": _mails,
    "phone": _emptied,
    "card": _miscounted,
    "iban": _unchecked,
    "bic": _bankless,
    "nino": _prefixed,
    "ssn": _emptied,
    "national": _emptied,
}
"""By kind of data: what a text that may be somebody's is made into."""
