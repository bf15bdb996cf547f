"""Kinds: which names and formats stand for data that could be somebody's."""

from __future__ import annotations

from functools import lru_cache

from diorama.formats.generation.naming import endings
from diorama.formats.names import words

NAMES: dict[str, str] = {
    name: kind
    for kind, row in {
        "email": "email|email address|mail address|e mail",
        "phone": "phone|phone number|telephone|telephone number|mobile|mobile number|mobile phone|cell|cell phone|"
        "fax|fax number|msisdn|tel|e 164|phone e 164|whatsapp number|contact number",
        "card": "card number|pan|primary account number|credit card|cc number",
        "iban": "iban|iban number|iban code",
        "bic": "bic|swift|swift code|swift bic|bic swift|bic code",
        "nino": "nino|national insurance number|ni number",
        "ssn": "ssn|social security number",
        "national": "national id|national identification number|national number|personal number|personal id|"
        "identity number|identity card number|id number|passport number|passport|tax id|tax number|tin|ein|vat number|"
        "vat id|cpf|cnpj|aadhaar|nif|dni|nie|curp|rfc|fiscal code|codice fiscale|license number|licence number|"
        "account number|bank account number|clabe",
        "phone?": "from|to|caller|called",
        "card?": "number",
        "iban?": "identification|account",
    }.items()
    for name in row.split("|")
}
"""By name or ending of one. A question mark: the name may mean that, and the value tells whether it does."""

FORMATS = {
    "email": "email", "idn-email": "email", "phone": "phone", "phone-number": "phone", "tel": "phone", "e164": "phone",
    "iban": "iban", "bic": "bic", "credit-card": "card",
}  # fmt: skip


@lru_cache(maxsize=16_384)
def kind_of_data(name: str, form: str) -> str:
    """What a text of this name and format is of somebody; empty for most.

    Args:
        name: of the property.
        form: the schema's ``format``, or ``""``.
    """
    if form in FORMATS:
        return FORMATS[form]
    for key, _ in endings(words(name)):
        if key in NAMES:
            return NAMES[key]
    return ""
