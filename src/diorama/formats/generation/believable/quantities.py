"""Quantities: counts, sizes, pages, and texts that are numbers."""

from __future__ import annotations

from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject
from diorama.ports.dice import Dice


def between(low: int, high: int) -> Factory:
    """A factory of whole numbers between two, as text where the schema wants text."""

    def factory(subject: Subject) -> Maker | None:
        count = high - low + 1
        if subject.type in {"integer", "number"}:
            return lambda _scene, dice: low + dice.below(count)
        if subject.type == "string" and subject.fits(str(low)):
            return lambda _scene, dice: str(low + dice.below(count))
        return None

    return factory


def decimals(low: int, high: int) -> Factory:
    """A factory of numbers with one decimal; whole ones where the schema wants that."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type == "number":
            return lambda _scene, dice: (low * 10 + dice.below((high - low) * 10 + 1)) / 10
        return between(low, high)(subject)

    return factory


def _counted(scene: Scene, dice: Dice) -> int:
    """How many items the array beside or around has; some small number without one."""
    known = scene.known("count")
    return known if isinstance(known, int) else dice.below(20)


def _count(subject: Subject) -> Maker | None:
    if subject.type in {"integer", "number"}:
        return _counted
    return (lambda scene, dice: str(_counted(scene, dice))) if subject.type == "string" else None


def _last(subject: Subject) -> Maker | None:
    """The position of a page's last item."""
    if subject.type != "integer":
        return None
    return lambda scene, dice: max(0, _counted(scene, dice) - 1)


_ONE, _ZERO = between(1, 1), between(0, 0)

COUNTS = ("count", "total count", "total items", "total results", "total records", "total elements", "record count",
          "item count", "result count", "number of items", "number of transactions", "total entries", "row count",
          "end", "meta total", "pagination total", "paging total", "page total", "page info total", "num found",
          "total size", "total hits")  # fmt: skip
"""What counts the items beside it, or says where they end."""

NAMES: dict[str, Factory] = {
    **dict.fromkeys(COUNTS, _count),
    **dict.fromkeys(("total pages", "page count", "pages", "page number", "current page", "last page"), _ONE),
    **dict.fromkeys(("page", "offset", "start", "start index", "first index"), _ZERO),
    "end": _last,
    **dict.fromkeys(("page size", "per page", "limit", "max results", "results per page"), between(50, 50)),
    **dict.fromkeys(("quantity", "qty"), between(1, 4)),
    **dict.fromkeys(("num segments", "number required", "number received", "num items", "seats", "units"), _ONE),
    **dict.fromkeys(("num media", "retries", "retry count", "error count", "attempt count", "redemptions",
                     "times redeemed", "failures", "pending webhooks", "usage count", "unread count"), _ZERO),
    **dict.fromkeys(("attempt", "attempts", "position", "index", "order", "rank", "sequence", "interval count",
                     "line number", "channels", "billing cycles"), between(1, 3)),
    **dict.fromkeys(("age", "age years"), between(20, 65)),
    **dict.fromkeys(("stock", "inventory", "quantity available", "in stock", "stock level"), between(5, 120)),
    **dict.fromkeys(("volume", "shares"), between(1_000, 900_000)),
    **dict.fromkeys(("duration", "elapsed", "wait time", "queue time", "duration seconds", "timeout"), between(1, 120)),
    **dict.fromkeys(("size", "file size", "bytes", "size bytes", "content length"), between(1_000, 500_000)),
    **dict.fromkeys(("weight", "mass"), decimals(1, 20)),
    **dict.fromkeys(("height", "width", "length", "depth"), decimals(5, 80)),
    **dict.fromkeys(("rating", "stars"), decimals(3, 5)),
    **dict.fromkeys(("score", "risk score"), between(1, 60)),
    **dict.fromkeys(("number of days", "days", "trial period days", "days until due", "term", "day of month"),
                    between(7, 28)),
    **dict.fromkeys(("hours",), between(1, 12)),
    **dict.fromkeys(("months",), between(1, 12)),
    **dict.fromkeys(("temperature",), decimals(12, 26)),
    "status code": between(200, 200),
    "http status": between(200, 200),
}  # fmt: skip
