"""Texts: what people write into fields, short and plain."""

from __future__ import annotations

from diorama.formats.generation.believable.beginnings import first_state
from diorama.formats.generation.believable.people import digits
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, of_text, texts
from diorama.formats.generation.scalars import WORDS
from diorama.ports.dice import Dice

_GOODS = ("Desk Lamp", "Canvas Bag", "Water Bottle", "Notebook", "Wool Blanket", "Coffee Mug", "Travel Pillow",
          "Garden Chair", "Bicycle Bell", "Linen Shirt", "Wall Clock", "Picture Frame")  # fmt: skip
_KINDS = ("Classic", "Compact", "Standard", "Large", "Light", "Soft")
_OFFERS = ("Basic", "Starter", "Standard", "Premium", "Team", "Pro")
_SENTENCES = (
    "Monthly delivery to the main office.",
    "Agreed with the customer by telephone.",
    "Please leave it at the front desk.",
    "Second part of the spring order.",
    "Kept for the quarterly review.",
    "Replaces the earlier version.",
)
_MESSAGES = (
    "Your order is on its way.",
    "Your code is 123456.",
    "Thank you for your visit.",
    "Your appointment is tomorrow at 10:00.",
)
_TITLES = ("Spring Order", "Quarterly Review", "Office Supplies", "Welcome Pack", "Annual Report", "Team Meeting")
_COLOURS = ("black", "white", "blue", "green", "red", "grey")


def company(scene: Scene, dice: Dice) -> str:
    """``Granite Harbor Ltd``."""
    known = scene.known("company")
    return known if isinstance(known, str) else str(scene.fact("company", _draw_company))


def _draw_company(scene: Scene, dice: Dice) -> str:
    locale = scene.locale
    name = f"{dice.choice(WORDS).capitalize()} {dice.choice(WORDS).capitalize()}"
    form = dice.choice(locale.company_forms)
    return f"{form}{name}" if locale.country == "JP" else f"{name} {form}"


def goods(scene: Scene, dice: Dice) -> str:
    """``Classic Desk Lamp``."""
    return f"{dice.choice(_KINDS)} {dice.choice(_GOODS)}"


def label(scene: Scene, dice: Dice) -> str:
    """``Cedar Meadow``: a name for a thing that is nothing in particular."""
    return f"{dice.choice(WORDS).capitalize()} {dice.choice(WORDS).capitalize()}"


def _numbered(form: str) -> Factory:
    def factory(subject: Subject) -> Maker | None:
        if subject.type == "integer":
            return lambda _scene, dice: 1000 + dice.below(9000)
        return (lambda _scene, dice: digits(form, dice)) if subject.type == "string" else None

    return factory


def _colour(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    if subject.sample.startswith("#") or subject.says("hex") or not subject.fits("blue"):
        return lambda _scene, dice: f"#{dice.below(1 << 24):06x}"
    return lambda _scene, dice: dice.choice(_COLOURS)


def _language(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    if "-" in subject.sample or "_" in subject.sample or not subject.fits("en"):
        mark = "_" if "_" in subject.sample else "-"
        return lambda scene, _dice: f"{scene.locale.language}{mark}{scene.locale.country}"
    return lambda scene, _dice: scene.locale.language


def _state(subject: Subject) -> Maker | None:
    """A status that no enumeration lists: the document's example, else one that most things have."""
    if subject.type != "string":
        return None
    usual = (lambda _scene, _dice: subject.sample) if subject.samples else texts("active")(subject)
    fit = [value for value in subject.told if subject.fits(value)]
    if usual is None or len(fit) < 2:
        return usual
    first = first_state(fit)
    return lambda scene, dice: first if scene.stage.is_new else usual(scene, dice)


_COMPANY, _GOODS_NAME, _LABEL = of_text(company), of_text(goods), of_text(label)
_NOTE = texts(*_SENTENCES, "Spring order", "Delivery", "Gift")

NAMES: dict[str, Factory] = {
    **dict.fromkeys(("company: name", "company name", "business name", "legal name", "trading name", "company",
                     "organization", "organisation", "organization name", "organisation name", "merchant name",
                     "employer", "dba", "account: display name", "supplier", "vendor", "manufacturer", "merchant",
                     "platform", "application name", "institution name", "issuer"), _COMPANY),
    **dict.fromkeys(("goods: name", "product name", "item name", "goods: title", "goods: description"), _GOODS_NAME),
    **dict.fromkeys(("offer: name", "offer: nickname", "offer: title", "plan name", "tariff name"), texts(*_OFFERS)),
    **dict.fromkeys(("name", "friendly name", "display name", "unique name", "label", "nickname", "alias"), _LABEL),
    "account: name": texts("Current Account", "Savings Account", "Household Account"),
    "account: nickname": texts("Bills", "Household", "Savings"),
    **dict.fromkeys(("title", "subject", "headline", "caption"), texts(*_TITLES)),
    **dict.fromkeys(("description", "note", "notes", "comment", "comments", "remark", "memo", "summary", "details",
                     "additional information", "transaction information", "information", "instructions",
                     "unstructured", "content", "bio", "about", "footer", "internal note"), _NOTE),
    **dict.fromkeys(("body", "text", "message", "message text", "message: body", "message body"), texts(*_MESSAGES)),
    **dict.fromkeys(("error: message", "error message", "failure message", "error: description", "error description",
                     "error: detail"), texts("The request could not be completed.", "Something is missing.")),
    **dict.fromkeys(("reason", "status reason", "status reason description"), texts("Requested by the customer")),
    "purpose": texts("Payment for goods"),
    "receipt number": _numbered("####-####"),
    "tracking number": _numbered("TRACK########"),
    "order number": _numbered("ORD-######"),
    "order: number": _numbered("ORD-######"),
    "order: name": _numbered("ORD-######"),
    "invoice number": _numbered("INV-######"),
    "invoice: number": _numbered("INV-######"),
    "serial number": _numbered("SN########"),
    "customer number": _numbered("C######"),
    "invoice prefix": of_text(lambda _scene, dice: digits("INV####", dice)),
    "sku": _numbered("SKU-#####"),
    "barcode": of_text(lambda _scene, dice: digits("200#########0", dice)),
    "code": of_text(lambda _scene, dice: digits("CODE###", dice)),
    "promotion code": texts("SPRING10", "WELCOME", "FRIENDS20"),
    "coupon code": texts("SPRING10", "WELCOME", "FRIENDS20"),
    **dict.fromkeys(("status", "state", "stage"), _state),
    **dict.fromkeys(("category", "group"), texts("general", "office", "household")),
    **dict.fromkeys(("tag", "keyword"), texts("new", "office", "priority", "spring", "sale")),
    **dict.fromkeys(("color", "colour"), _colour),
    **dict.fromkeys(("locale", "language", "preferred locale", "preferred language", "lang"), _language),
    "unit": texts("piece", "hour", "kg"),
    "unit label": texts("piece", "seat", "hour"),
    "unit of measure": texts("piece", "kg"),
    "interval": texts("month", "year", "day"),
    "mode": texts("standard"),
    "model": texts("Classic", "Compact"),
    "source": texts("web", "api", "mobile"),
    "channel": texts("web", "mobile", "store"),
    "carrier": texts("Harbor Post", "Meadow Express"),
    "priority": texts("normal", "high", "low"),
    "environment": texts("sandbox"),
}  # fmt: skip
