"""People: names, addresses of mail, telephone numbers. Nobody real is reached by any of them.

Source: RFC 2606 (example domains); SSA, numbers that are never assigned; HMRC, prefixes of national insurance numbers.
"""

from __future__ import annotations

from msgspec import Struct

from diorama.formats.generation.believable.locales import ascii_letters
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, of_text, texts
from diorama.ports.dice import Dice


class Person(Struct, frozen=True):
    """Somebody who does not exist, names as written and in ASCII letters."""

    given: str
    family: str
    full: str
    handle: str


DOMAINS = ("example.com", "example.org", "example.net")


def person(scene: Scene, dice: Dice) -> Person:
    """The person of a scene, with the names that stand already."""
    locale = scene.locale
    given, given_ascii = dice.choice(locale.given)
    family, family_ascii = dice.choice(locale.family)
    known = scene.known("given name")
    if known:
        given, given_ascii = known, ascii_letters(known) or given_ascii
    known = scene.known("family name")
    if known:
        family, family_ascii = known, ascii_letters(known) or family_ascii
    full = f"{family} {given}" if locale.family_first else f"{given} {family}"
    known = scene.known("full name")
    if known:
        first, _, last = known.partition(" ")
        if locale.family_first and last:
            first, last = last, first
        given, family, full = first, last or family, known
        given_ascii, family_ascii = ascii_letters(first) or given_ascii, ascii_letters(last) or family_ascii
    return Person(given, family, full, f"{given_ascii}.{family_ascii}")


def of_scene(scene: Scene) -> Person:
    """The person that a scene is about; items of an array of scalars each get their own."""
    return scene.fact("person", person)  # type: ignore[no-any-return]  # facts are of any type


def full_name(scene: Scene, dice: Dice) -> str:
    """``Nora Bennett``."""
    return of_scene(scene).full


def given_name(scene: Scene, dice: Dice) -> str:
    """``Nora``."""
    return of_scene(scene).given


def family_name(scene: Scene, dice: Dice) -> str:
    """``Bennett``."""
    return of_scene(scene).family


def email(scene: Scene, dice: Dice) -> str:
    """``nora.bennett@example.com``."""
    known = scene.known("email")
    if isinstance(known, str) and not scene.many:
        return known
    return f"{of_scene(scene).handle}@{DOMAINS[dice.below(3)]}"


def user_name(scene: Scene, dice: Dice) -> str:
    """``nora.bennett42``."""
    return f"{of_scene(scene).handle}{10 + dice.below(90)}"


def telephone(scene: Scene, dice: Dice) -> str:
    """``+12025550142``: E.164, of a range for fiction."""
    return digits(dice.choice(scene.locale.telephones), dice)


def digits(form: str, dice: Dice) -> str:
    """A text with each ``#`` replaced by a digit."""
    count = form.count("#")
    number = dice.below(10**count)
    for figure in f"{number:0{count}d}" if count else "":
        form = form.replace("#", figure, 1)
    return form


def _telephone(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    if not subject.fits("+12025550142") or not subject.fits("+442079460018"):
        if subject.fits("2025550142"):
            return lambda _scene, dice: "202555" + digits("01##", dice)
        if subject.fits("(202) 555-0142"):
            return lambda _scene, dice: "(202) 555-" + digits("01##", dice)
        if subject.fits("202-555-0142"):
            return lambda _scene, dice: "202-555-" + digits("01##", dice)
        if subject.fits("+44-2079460018"):
            return lambda _scene, dice: "+44-2079460" + digits("###", dice)
        if subject.fits("+1-2025550142"):
            return lambda _scene, dice: "+1-202555" + digits("01##", dice)
    return telephone


def _national_id(subject: Subject) -> Maker | None:
    """Numbers that are invalid by design: the American ones of advertising, the British of no assigned prefix."""
    if subject.type != "string":
        return None
    if subject.fits("987-65-4321"):
        return lambda _scene, dice: f"987-65-432{dice.below(10)}"
    if subject.fits("987654321"):
        return lambda _scene, dice: f"98765432{dice.below(10)}"
    if subject.fits("QQ123456C"):
        return lambda _scene, dice: digits("QQ######C", dice)
    return lambda _scene, dice: digits("000######", dice)


def _tax_number(subject: Subject) -> Maker | None:
    """Of a company; no register has a number of zeros."""
    if subject.type != "string":
        return None
    if subject.fits("00-0001234") and "-" in subject.sample:
        return lambda _scene, dice: digits("00-000####", dice)
    if "vat" in subject.words and subject.fits("GB000001234"):
        return lambda scene, dice: scene.locale.country + digits("00000####", dice)
    return lambda _scene, dice: digits("00000####", dice)


def _last_digits(subject: Subject) -> Maker | None:
    return (lambda _scene, dice: f"432{dice.below(10)}") if subject.type == "string" else None


def _at_address(subject: Subject) -> Maker | None:
    """The name in an address is whose it is; other places have names of their own."""
    return full_name if subject.type == "string" and "address" in subject.before else None


def _sender(subject: Subject) -> Maker | None:
    """``from`` and ``to`` of a message: an address of mail where the document speaks of mail, else a telephone."""
    if subject.type != "string":
        return None
    mail = subject.says("email", "e-mail") or "email" in subject.before or "mail" in subject.before
    if mail and not subject.says("phone"):
        return email
    return telephone if subject.kind == "message" or subject.says("phone", "caller") else None


_FULL = of_text(full_name)

NAMES: dict[str, Factory] = {
    "person: name": _FULL,
    "animal: name": texts("Bella", "Milo", "Luna", "Rocky", "Daisy", "Oscar"),
    "place: name": _at_address,
    "full name": _FULL,
    "holder name": _FULL,
    "account holder name": _FULL,
    "cardholder name": _FULL,
    "contact name": _FULL,
    "caller name": _FULL,
    "signed by": _FULL,
    "author": _FULL,
    "attention": _FULL,
    "first name": of_text(given_name),
    "given name": of_text(given_name),
    "forename": of_text(given_name),
    "firstname": of_text(given_name),
    "last name": of_text(family_name),
    "family name": of_text(family_name),
    "surname": of_text(family_name),
    "lastname": of_text(family_name),
    "maiden name": of_text(family_name),
    "middle name": texts("Jean", "Lee", "Ray", "Max"),
    "email": of_text(email),
    "email address": of_text(email),
    "mail address": of_text(email),
    "user name": of_text(user_name),
    "username": of_text(user_name),
    "login": of_text(user_name),
    "handle": of_text(user_name),
    "nickname": of_text(given_name),
    "phone": _telephone,
    "phone number": _telephone,
    "telephone": _telephone,
    "telephone number": _telephone,
    "mobile": _telephone,
    "mobile number": _telephone,
    "mobile phone": _telephone,
    "fax": _telephone,
    "fax number": _telephone,
    "msisdn": _telephone,
    "message: from": _sender,
    "message: to": _sender,
    "from": _sender,
    "to": _sender,
    "forwarded from": _sender,
    "from formatted": _sender,
    "to formatted": _sender,
    "gender": texts("female", "male", "F", "M"),
    "sex": texts("female", "male", "F", "M"),
    "salutation": texts("Ms", "Mr"),
    "name prefix": texts("Ms", "Mr"),
    "job title": texts("Accountant", "Engineer", "Office Manager", "Product Owner", "Designer"),
    "occupation": texts("Accountant", "Engineer", "Teacher", "Designer"),
    "department": texts("Finance", "Operations", "Sales", "Support"),
    "sub department": texts("Accounts Payable", "Payroll", "Treasury"),
    "nationality": texts("US", "GB", "DE", "FR"),
    "ssn": _national_id,
    "social security number": _national_id,
    "national id": _national_id,
    "national insurance number": _national_id,
    "national identification number": _national_id,
    "personal number": _national_id,
    "id number": _national_id,
    "tax id": _tax_number,
    "tax number": _tax_number,
    "vat number": _tax_number,
    "vat id": _tax_number,
    "passport number": _national_id,
    "ssn last 4": _last_digits,
}
FORMATS: dict[str, Factory] = {
    "email": of_text(email),
    "idn-email": of_text(email),
    "phone": _telephone,
    "phone-number": _telephone,
    "tel": _telephone,
    "e164": _telephone,
}
