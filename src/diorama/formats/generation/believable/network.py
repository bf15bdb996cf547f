"""Network: addresses, hosts and documents that are kept for examples, and what software says of itself.

Source: RFC 2606 and 6761 (reserved names); RFC 5737 and 3849 (documentation addresses); RFC 7042, section 2.1.2
(documentation range of hardware addresses).
"""

from __future__ import annotations

from diorama.formats.generation.believable.subject import Factory, Maker, Subject, of_text, texts
from diorama.formats.generation.scalars import DRAWN, WORDS
from diorama.formats.names import singular
from diorama.ports.dice import Dice

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FILES = ("report.pdf", "invoice.pdf", "statement.csv", "contract.pdf", "photo.jpg", "export.csv")
_HEXADECIMAL = {"sha 256": 64, "sha 1": 40, "md 5": 32, "checksum": 64, "hash": 64, "file hash": 64, "digest": 64}


def token(dice: Dice, length: int) -> str:
    """Letters and digits."""
    number = dice.below(62**length)
    letters = []
    for _ in range(length):
        number, index = divmod(number, 62)
        letters.append(_ALPHABET[index])
    return "".join(letters)


def hexadecimal(dice: Dice, length: int) -> str:
    """Hexadecimal digits in lower case."""
    return f"{dice.below(16**length):0{length}x}"


def _link(subject: Subject) -> Maker | None:
    """A link to what the name says: ``https://example.com/receipt/…``."""
    if subject.type != "string":
        return None
    told = [word for word in subject.before if word.isascii() and word.isalpha()][-1:]
    path = singular(told[0]) if told else ""
    if subject.rules.format not in {"uri", "url", "iri", "uri-reference", "iri-reference", ""}:
        return None
    if subject.rules.format == "" and (subject.says("relative") or subject.sample.startswith("/")):
        return lambda _scene, dice: f"/{path or dice.choice(WORDS)}/{token(dice, 12)}"
    if path in {"", "home", "homepage", "website", "site", "web", "business", "company"}:
        return lambda _scene, dice: f"https://{dice.choice(WORDS)}.example.com"
    if path in {"image", "logo", "icon", "avatar", "photo", "picture", "thumbnail"}:
        return lambda _scene, dice: f"https://files.example.com/{path}/{token(dice, 12)}.png"
    return lambda _scene, dice: f"https://example.com/{path}/{token(dice, 12)}"


def _version(subject: Subject) -> Maker | None:
    if subject.type == "integer":
        return lambda _scene, dice: 1 + dice.below(3)
    if subject.type != "string":
        return None
    if subject.samples:
        return lambda _scene, _dice: subject.sample
    return lambda _scene, dice: f"{1 + dice.below(3)}.{dice.below(10)}.{dice.below(10)}"


def _address(subject: Subject) -> Maker | None:
    if subject.type != "string" or subject.rules.format not in {"", "ipv4", "ipv6", "ip"}:
        return None
    return DRAWN_BY["ipv6"] if subject.rules.format == "ipv6" or not subject.fits("192.0.2.1") else DRAWN_BY["ipv4"]


def _digest(subject: Subject) -> Maker | None:
    length = next((_HEXADECIMAL[name] for name in _HEXADECIMAL if name in " ".join(subject.words)), 64)
    most = subject.rules.max_length
    length = length if most is None else min(length, most)
    return (lambda _scene, dice: hexadecimal(dice, length)) if subject.type == "string" and length else None


def _secret(subject: Subject) -> Maker | None:
    """A token that opens nothing; tokens begin so that scanners and readers see it."""
    if subject.type != "string":
        return None
    most = subject.rules.max_length
    return lambda _scene, dice: "test_" + token(dice, 24 if most is None else max(1, min(24, most - 5)))


def _plain_token(length: int) -> Factory:
    return of_text(lambda _scene, dice: token(dice, length))


DRAWN_BY: dict[str, Maker] = {
    name: (lambda _scene, dice, maker=maker: maker(dice))  # type: ignore[misc]  # bound as a default on purpose
    for name, maker in DRAWN.items()
}
"""The makers of plain formats, as makers of believable values."""

NAMES: dict[str, Factory] = {
    **dict.fromkeys(
        (
            "url", "uri", "link", "href", "website", "homepage", "web", "callback", "webhook", "image", "logo",
            "icon", "avatar", "thumbnail", "more info", "links self", "links first", "links last", "links next",
            "links prev", "link self", "self link", "self url", "next link", "links related", "links html",
            "url png", "url svg", "status callback",
        ),
        _link,
    ),
    **dict.fromkeys(("ip", "ip address", "client ip", "remote ip", "ipv 4", "ipv 6"), _address),
    **dict.fromkeys(("mac", "mac address"), of_text(lambda _scene, dice: f"00:00:5E:00:53:{dice.below(256):02X}")),
    **dict.fromkeys(("hostname", "host name", "host", "domain", "domain name", "fqdn"),
                    of_text(lambda _scene, dice: f"{dice.choice(WORDS)}.example.com")),
    "user agent": texts(
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    ),
    **dict.fromkeys(("mime type", "content type", "media type", "file type"),
                    texts("application/pdf", "image/png", "text/csv", "application/json")),
    **dict.fromkeys(("file name", "filename", "file: name", "original name"), texts(*_FILES)),
    **dict.fromkeys(("path", "file path"),
                    of_text(lambda _scene, dice: f"/{dice.choice(WORDS)}/{dice.choice(_FILES)}")),
    "file extension": texts("pdf", "csv", "png"),
    **dict.fromkeys(("version", "api version", "schema version", "app version"), _version),
    **dict.fromkeys(_HEXADECIMAL, _digest),
    "etag": of_text(lambda _scene, dice: f'"{hexadecimal(dice, 32)}"'),
    **dict.fromkeys(("token", "secret", "client secret", "access token", "refresh token", "api key", "auth token",
                     "password", "signing secret", "private key", "public key"), _secret),
    "token type": texts("Bearer"),
    "fingerprint": _plain_token(16),
    "nonce": _plain_token(16),
    "slug": of_text(lambda _scene, dice: f"{dice.choice(WORDS)}-{dice.choice(WORDS)}"),
    "method": texts("GET", "POST", "card"),
    "http method": texts("GET", "POST"),
    "request method": texts("GET", "POST"),
    "port": lambda subject: (lambda _scene, dice: (443, 8080, 8443)[dice.below(3)])
    if subject.type in {"integer", "number"} else None,
    "os": texts("Linux", "macOS", "Windows"),
    "browser": texts("Firefox", "Safari", "Chrome"),
}  # fmt: skip
FORMATS: dict[str, Factory] = {
    **dict.fromkeys(("uri", "url", "iri", "uri-reference", "iri-reference"), _link),
    **dict.fromkeys(("ipv4", "ipv6", "ip"), _address),
    "http-method": texts("GET", "POST"),
    "password": lambda _subject: None,
}
