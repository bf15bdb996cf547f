"""Naming: what the names of properties say.

A name in any style (``unit_amount``, ``unitAmount``, ``Unit-Amount``) is a row of words in lower case. Tables of names
are asked for the whole row, then for its endings, the longest first: ``billing_address_city`` is a ``city``.
"""

from __future__ import annotations

from diorama.formats.names import singular

_ROWS: dict[str, str] = {
    "person": (
        "person people user customer owner contact recipient sender payer payee buyer shopper cardholder holder "
        "employee author member guest patient student teacher passenger driver individual representative director "
        "beneficiary creditor debtor applicant signer lead profile player assignee reporter caller candidate "
        "billing shipping delivery requester participant friend relationship party admin manager subscriber "
        "remitter consumer client parent spouse"
    ),
    "company": (
        "company business merchant organization organisation vendor supplier institution employer enterprise "
        "seller brand partner publisher manufacturer carrier firm store shop issuer operator platform"
    ),
    "bank": "bank",
    "goods": "product item sku goods variant cart catalog catalogue",
    "offer": "plan price tariff tier subscription coupon promotion discount offer package",
    "place": "address location place city region venue branch office warehouse",
    "card": "card pan debit credit",
    "account": "account wallet",
    "file": "file document attachment upload image photo picture media",
    "message": "message sms mms call text conversation recording",
    "network": "host server node device machine network",
    "software": "app application service package repository project branch release",
    "invoice": "invoice bill receipt quote",
    "order": "order shipment parcel",
    "error": "error fault problem failure",
    "animal": "pet pets animal dog cat",
    "market": "quote ticker candle bar stock instrument security trade ohlc",
}
KINDS: dict[str, str] = {word: kind for kind, row in _ROWS.items() for word in row.split()}
"""What kind of thing a word of a name is about. Of several kinds for one word the last one counts."""


def endings(row: tuple[str, ...]) -> list[tuple[str, int]]:
    """The name and its endings, the longest first, each as it is and in the singular, with where it begins."""
    found: list[tuple[str, int]] = []
    if len(row) > 1 and row[-1] in {"list", "array", "set"}:
        row = row[:-1]
    for start in range(len(row)):
        ending = row[start:]
        found.append((" ".join(ending), start))
        single = singular(ending[-1])
        if single != ending[-1]:
            found.append((" ".join((*ending[:-1], single)), start))
    return found


def kind_of(row: tuple[str, ...]) -> str:
    """What kind of thing the words are about, the last of them first; empty when no word says."""
    for word in reversed(row):
        kind = KINDS.get(word) or KINDS.get(singular(word))
        if kind:
            return kind
    return ""
