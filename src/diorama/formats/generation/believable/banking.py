"""Banking: account and card numbers whose check digits hold and which belong to nobody.

Bank codes are such that no bank has them, the location part of BICs marks them as test codes, and cards are the
published test cards of the networks.

Source: ISO 13616 (IBAN), ISO 9362 (BIC; a ``0`` as the eighth character stands for test), ISO/IEC 7812 (card numbers);
ABA routing numbers never begin with 13 to 20.
"""

from __future__ import annotations

from diorama.formats.generation.believable.calendar import DAY_US, civil
from diorama.formats.generation.believable.people import digits
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, of_text, texts
from diorama.formats.generation.reserved.cards import CARDS, Card
from diorama.formats.generation.reserved.forms import iban_check
from diorama.formats.generation.reserved.tables import NO_BANKS
from diorama.ports.dice import Dice


def card_of(scene: Scene) -> Card:
    """The card that a scene is about."""
    return scene.fact("card", lambda _inner, dice: dice.choice(CARDS))  # type: ignore[no-any-return]  # facts are of any type


def iban(scene: Scene, dice: Dice) -> str:
    """An IBAN of no bank, its check digits right."""
    country = scene.locale.country
    if country not in NO_BANKS:
        country = "GB"
    account = digits(NO_BANKS[country], dice)
    return f"{country}{iban_check(country, account)}{account}"


def bic(scene: Scene, dice: Dice) -> str:
    """A test BIC: bank letters that nobody has, and ``0`` where a live one has another character."""
    return f"ZZZZ{scene.locale.country}{'2MX'[dice.below(3)]}0"


def routing_number(scene: Scene, dice: Dice) -> str:
    """Nine digits with the right check digit, beginning as no American bank's do."""
    figures = [1, 3 + dice.below(7)] + [dice.below(10) for _ in range(6)]
    total = sum(figure * weight for figure, weight in zip(figures, (3, 7, 1, 3, 7, 1, 3, 7), strict=True))
    return "".join(map(str, figures)) + str(-total % 10)


def _account_number(subject: Subject) -> Maker | None:
    if subject.type == "integer":
        return lambda _scene, dice: 10_000_000 + dice.below(90_000_000)
    if subject.type != "string":
        return None
    for form in ("000########", "00######", "000#########", "00########"):
        if subject.fits(form.replace("#", "1")):
            return lambda _scene, dice: digits(form, dice)
    return None


def _sort_code(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    form = "00-##-##" if subject.fits("00-11-11") and "-" in subject.sample else "00####"
    return lambda _scene, dice: digits(form, dice)


def _identification(subject: Subject) -> Maker | None:
    """What identifies an account: the document's example says in which way, else an IBAN where it fits."""
    if subject.type != "string":
        return None
    if subject.kind in {"account", "person"} or subject.says("iban", "account"):
        if subject.says("sort code") or subject.sample.isdigit():
            return lambda _scene, dice: digits("00############", dice)
        return iban
    return None


def _scheme(subject: Subject) -> Maker | None:
    sample = subject.sample if subject.type == "string" else ""
    return texts(*([sample] if sample and subject.fits(sample) else ["IBAN"]))(subject)


def _card_number(subject: Subject) -> Maker | None:
    if subject.type == "string":
        return lambda scene, _dice: card_of(scene).number
    return (lambda scene, _dice: int(card_of(scene).number)) if subject.type == "integer" else None


def _masked(scene: Scene, dice: Dice) -> str:
    return "************" + card_of(scene).number[-4:]


def _last_digits(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    if subject.kind == "card" or subject.says("card"):
        return lambda scene, _dice: card_of(scene).number[-4:]
    return _last_of_own


def _last_of_own(scene: Scene, dice: Dice) -> str:
    """Of the object's card where it has one, else of anything."""
    card = scene.facts.get("card")
    return card.number[-4:] if isinstance(card, Card) else digits("####", dice)


def _expiry_year(subject: Subject) -> Maker | None:
    def year(scene: Scene) -> int:
        return civil(scene.stage.now_us // DAY_US)[0] + int(scene.fact("card years", lambda _, dice: 1 + dice.below(4)))

    if subject.type == "integer":
        short = subject.rules.maximum is not None and subject.rules.maximum < 100
        return (lambda scene, _dice: year(scene) % 100) if short else (lambda scene, _dice: year(scene))
    if subject.type != "string":
        return None
    if not subject.fits("2030"):
        return lambda scene, _dice: f"{year(scene) % 100:02d}"
    return lambda scene, _dice: str(year(scene))


def _expiry_month(subject: Subject) -> Maker | None:
    if subject.type == "integer":
        return lambda _scene, dice: 1 + dice.below(12)
    return (lambda _scene, dice: f"{1 + dice.below(12):02d}") if subject.type == "string" else None


def _brand(subject: Subject) -> Maker | None:
    if subject.type != "string" or not (subject.kind == "card" or subject.says("card")):
        return None
    if subject.sample[:1].isupper():
        return lambda scene, _dice: card_of(scene).label
    return lambda scene, _dice: card_of(scene).brand


def _isin(scene: Scene, dice: Dice) -> str:
    """A number of the user-assigned country ``XX``, its check digit right (ISO 6166)."""
    body = digits("XX000######", dice)
    figures = [int(figure) for letter in body for figure in str(int(letter, 36))]
    total = 0
    for position, figure in enumerate(reversed(figures)):
        doubled = figure * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return body + str(-total % 10)


_SECURITY_CODE = texts("123", "1234")

NAMES: dict[str, Factory] = {
    "iban": of_text(iban),
    "iban number": of_text(iban),
    "bic": of_text(bic),
    "swift": of_text(bic),
    "swift code": of_text(bic),
    "swift bic": of_text(bic),
    "bic swift": of_text(bic),
    "sort code": _sort_code,
    "account number": _account_number,
    "bank account number": _account_number,
    "account: number": _account_number,
    "bank: number": _account_number,
    "routing number": of_text(routing_number),
    "routing code": of_text(routing_number),
    "aba": of_text(routing_number),
    "bank code": of_text(lambda _scene, dice: digits("000#####", dice)),
    "branch code": of_text(lambda _scene, dice: digits("000###", dice)),
    "bsb number": of_text(lambda _scene, dice: digits("000###", dice)),
    "clabe": of_text(lambda _scene, dice: digits("000###############", dice)),
    "institution number": of_text(lambda _scene, dice: digits("000", dice)),
    "transit number": of_text(lambda _scene, dice: digits("000##", dice)),
    "bank: name": texts("Granite Bank", "Harbor Savings Bank", "Meadow Trust Bank"),
    "bank name": texts("Granite Bank", "Harbor Savings Bank", "Meadow Trust Bank"),
    "identification": _identification,
    "scheme name": _scheme,
    "card: number": _card_number,
    "card number": _card_number,
    "pan": _card_number,
    "masked pan": of_text(_masked),
    "masked number": of_text(_masked),
    "masked card number": of_text(_masked),
    "last 4": _last_digits,
    "last four": _last_digits,
    "last digits": _last_digits,
    "iban last 4": of_text(lambda _scene, dice: digits("####", dice)),
    "exp year": _expiry_year,
    "expiry year": _expiry_year,
    "expiration year": _expiry_year,
    "exp month": _expiry_month,
    "expiry month": _expiry_month,
    "expiration month": _expiry_month,
    "cvc": _SECURITY_CODE,
    "cvv": _SECURITY_CODE,
    "cvv 2": _SECURITY_CODE,
    "brand": _brand,
    "card brand": _brand,
    "card type": _brand,
    "network": _brand,
    "funding": texts("credit", "debit"),
    "bin": of_text(lambda scene, _dice: card_of(scene).number[:6]),
    "iin": of_text(lambda scene, _dice: card_of(scene).number[:6]),
    "mcc": texts("5734", "5812", "7372", "5411"),
    "merchant category code": texts("5734", "5812", "7372", "5411"),
    "isin": of_text(_isin),
    "reference": of_text(lambda _scene, dice: digits("REF-######", dice)),
    "end to end identification": of_text(lambda _scene, dice: digits("E2E-########", dice)),
    "instruction identification": of_text(lambda _scene, dice: digits("INSTR-########", dice)),
    "statement descriptor": texts("GRANITE HARBOR", "MEADOW GOODS", "CEDAR LANE"),
    "statement description": texts("GRANITE HARBOR", "MEADOW GOODS", "CEDAR LANE"),
    "authorization code": of_text(lambda _scene, dice: digits("######", dice)),
    "auth code": of_text(lambda _scene, dice: digits("######", dice)),
}
