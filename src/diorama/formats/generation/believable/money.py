"""Money: currencies, amounts that agree, prices of a market.

Amounts of one object come from one: what was received is what was asked for, nothing is refunded, the net is what is
left after the fee. Whole numbers are minor units (cents), since that is how interfaces with whole numbers count.
"""

from __future__ import annotations

from collections.abc import Callable

from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, texts
from diorama.ports.dice import Dice

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF", "SEK")
WHOLE = frozenset(("JPY", "KRW", "CLP", "VND"))
"""Currencies without minor units."""


def currency_of(scene: Scene) -> str:
    """The scene's currency, upper case."""
    return scene.fact("currency", lambda inner, _dice: inner.locale.currency)  # type: ignore[no-any-return]  # facts are of any type


def _currency(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    sample = subject.sample
    lower = subject.says("lowercase", "lower case", "lower-case") or (len(sample) == 3 and sample.islower())
    lower = lower or not subject.fits("USD")

    def maker(scene: Scene, dice: Dice) -> str:
        code = dice.choice(CURRENCIES) if scene.many else currency_of(scene)
        return code.lower() if lower else code

    return maker


def _other_currency(subject: Subject) -> Maker | None:
    """What is exchanged is exchanged for another currency."""
    if subject.type != "string" or not subject.fits("USD"):
        return _currency(subject)
    return lambda scene, _dice: "USD" if currency_of(scene) == "EUR" else "EUR"


def amount_of(scene: Scene) -> int:
    """The scene's amount in hundredths of its currency."""
    return scene.fact("amount", _draw_amount)  # type: ignore[no-any-return]  # facts are of any type


def _draw_amount(scene: Scene, dice: Dice) -> int:
    """Between 5 and 500, and often a round number less one."""
    whole = 5 + dice.below(20) if dice.below(2) else 20 + dice.below(480)
    return 100 * whole + (0, 0, 50, 99, 95, 25)[dice.below(6)]


def _fee(amount: int) -> int:
    return amount * 29 // 1000 + 30


Part = Callable[[int], int]
WHOLE_AMOUNT: Part = lambda amount: amount  # noqa: E731 - one of a row of alike parts
NOTHING_YET: Part = lambda _amount: 0  # noqa: E731 - one of a row of alike parts


def money(part: Part = WHOLE_AMOUNT) -> Factory:
    """A factory of amounts that are a part of the scene's."""

    def factory(subject: Subject) -> Maker | None:
        def value(scene: Scene) -> int:
            amount = amount_of(scene) if not scene.many else amount_of(scene.scattered(scene.dice))
            return part(amount)

        if subject.type == "integer":
            return lambda scene, _dice: value(scene)
        if subject.type == "number":
            return lambda scene, _dice: _whole_or(value(scene), scene)
        if subject.type != "string":
            return None
        minor = subject.says("in cents", "in `cents`", "smallest currency", "minor unit") or (
            subject.sample.isdigit() and int(subject.sample) >= 100
        )
        if minor or not subject.fits("165.88"):
            return lambda scene, _dice: str(value(scene))
        places = len(subject.sample.rpartition(".")[2]) if "." in subject.sample else 2
        return lambda scene, _dice: decimal(value(scene), scene, places)

    return factory


def _whole_or(amount: int, scene: Scene) -> float:
    if currency_of(scene) in WHOLE:
        return amount // 100
    return amount / 100


def decimal(amount: int, scene: Scene, places: int = 2) -> str:
    """``165.88``, or ``165`` in a currency without minor units."""
    if currency_of(scene) in WHOLE:
        return str(amount // 100)
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}" + "0" * max(0, min(places, 5) - 2)


def percent(low: int, high: int) -> Factory:
    """A factory of percentages, in tenths between two whole ones."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type == "integer":
            return lambda _scene, dice: low + dice.below(high - low + 1)
        if subject.type == "number":
            return lambda _scene, dice: (low * 10 + dice.below((high - low) * 10 + 1)) / 10
        if subject.type == "string" and subject.fits("2.5"):
            return lambda _scene, dice: f"{(low * 10 + dice.below((high - low) * 10 + 1)) / 10:.1f}"
        return None

    return factory


def _rate(subject: Subject) -> Maker | None:
    """An exchange rate beside two currencies, else a percentage."""
    if "exchange" in subject.words or subject.says("exchange rate", "conversion"):
        if subject.type == "number":
            return lambda _scene, dice: (8000 + dice.below(6000)) / 10_000
        if subject.type == "string":
            return lambda _scene, dice: f"{(8000 + dice.below(6000)) / 10_000:.4f}"
        return None
    return percent(1, 20)(subject)


def _market(position: int) -> Factory:
    """Open, high, low and close of one bar: the lowest and the highest enclose the others."""

    def price(scene: Scene) -> int:
        bar: tuple[int, int, int, int] = scene.fact("bar", _bar)
        return bar[position]

    def factory(subject: Subject) -> Maker | None:
        if subject.type == "number":
            return lambda scene, _dice: price(scene) / 100
        if subject.type == "integer":
            return lambda scene, _dice: price(scene)
        if subject.type == "string" and subject.fits("165.88"):
            return lambda scene, _dice: f"{price(scene) // 100}.{price(scene) % 100:02d}"
        return None

    return lambda subject: factory(subject) if subject.kind == "market" or subject.says("price") else None


def _bar(scene: Scene, dice: Dice) -> tuple[int, int, int, int]:
    opened = 1000 + dice.below(40_000)
    closed = opened + dice.below(opened // 20 + 1) - opened // 40
    high = max(opened, closed) + dice.below(opened // 50 + 1)
    return opened, high, min(opened, closed) - dice.below(opened // 50 + 1), closed


def _ticker(subject: Subject) -> Maker | None:
    return texts("ACME", "GLBX", "NWTX", "UMBR")(subject) if subject.type == "string" else None


_CURRENCY = _currency
_ALL = money()
_NONE = money(NOTHING_YET)
_FEE = money(_fee)

NAMES: dict[str, Factory] = {
    "currency": _CURRENCY,
    "currency code": _CURRENCY,
    "iso currency": _CURRENCY,
    "price unit": _CURRENCY,
    "currency of transfer": _CURRENCY,
    "target currency": _other_currency,
    "quote currency": _other_currency,
    "destination currency": _other_currency,
    "converted currency": _other_currency,
    **dict.fromkeys(
        (
            "amount", "total", "subtotal", "sub total", "total amount", "amount total", "amount subtotal", "price",
            "unit price", "unit amount", "unit amount decimal", "amount received", "amount captured",
            "amount paid", "amount due", "amount decimal", "amount requested", "gross", "gross amount",
            "balance amount", "value amount", "control sum", "cost", "payment amount", "transaction amount",
            "instructed amount", "order total", "spent", "grand total", "amount value", "price value",
            "price amount", "balance value", "total value", "total price", "list price", "revenue", "salary",
            "current balance", "available balance",
        ),
        _ALL,
    ),
    **dict.fromkeys(
        (
            "amount refunded", "amount capturable", "amount overpaid", "amount remaining", "amount discount",
            "discount amount", "amount tax", "tax amount", "amount shipping", "shipping amount", "refunded amount",
            "tip", "tip amount", "discount", "tax", "amount reversed", "total discount", "total tax",
            "starting balance", "pending balance", "balance", "outstanding", "amount refunded total",
            "post payment credit notes amount", "pre payment credit notes amount", "ending balance", "surcharge",
            "amount returned",
        ),
        _NONE,
    ),
    **dict.fromkeys(("fee", "fee amount", "application fee amount", "fees", "commission", "commission amount"), _FEE),
    **dict.fromkeys(("net", "net amount"), money(lambda amount: amount - _fee(amount))),
    **dict.fromkeys(
        ("overdraft limit", "credit limit", "spending limit", "limit amount", "maximum amount", "fee cap amount"),
        money(lambda _amount: 100_000),
    ),
    "minimum amount": money(lambda _amount: 100),
    **dict.fromkeys(("percent", "percentage", "percent off", "discount percent", "progress"), percent(5, 30)),
    **dict.fromkeys(("tax rate", "vat rate", "tax percent"), percent(5, 25)),
    **dict.fromkeys(("rate", "interest rate", "exchange rate", "apr", "aer", "ear", "fee rate"), _rate),
    "open": _market(0), "open price": _market(0), "opening price": _market(0), "high": _market(1),
    "high price": _market(1), "day high": _market(1), "low": _market(2), "low price": _market(2),
    "day low": _market(2), "close": _market(3), "close price": _market(3), "closing price": _market(3),
    "last price": _market(3), "market: price": _market(3), "market: last": _market(3), "vwap": _market(3),
    "bid": _market(2), "bid price": _market(2), "ask": _market(1), "ask price": _market(1), "mid": _market(3),
    "market price": _market(3),
    "symbol": _ticker, "ticker": _ticker, "ticker symbol": _ticker,
    "exchange": texts("XNYS", "XNAS", "XLON"),
}  # fmt: skip
FORMATS: dict[str, Factory] = {"currency": _CURRENCY, "decimal": _ALL}
