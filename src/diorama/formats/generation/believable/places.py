"""Places: addresses whose parts agree, countries, coordinates, time zones."""

from __future__ import annotations

from msgspec import Struct

from diorama.formats.generation.believable.locales import City, Locale
from diorama.formats.generation.believable.people import digits
from diorama.formats.generation.believable.scene import Scene
from diorama.formats.generation.believable.subject import Factory, Maker, Subject, of_text, texts
from diorama.ports.dice import Dice


class Spot(Struct, frozen=True):
    """One address."""

    locale: Locale
    city: City
    postal_code: str
    street: str
    number: int


def spot(scene: Scene, dice: Dice) -> Spot:
    """The address of a scene, in the city that stands already where there is one."""
    locale = scene.locale
    city = dice.choice(locale.cities)
    known = scene.known("city")
    for one in locale.cities:
        if one.name == known:
            city = one
    postal_code = digits(city.postal_code, dice)
    return Spot(locale, city, postal_code, dice.choice(locale.streets), 1 + dice.below(180))


def of_scene(scene: Scene) -> Spot:
    """The address that a scene is about."""
    return scene.fact("place", spot)  # type: ignore[no-any-return]  # facts are of any type


def country(scene: Scene, dice: Dice) -> str:
    """``US``."""
    known = scene.known("country")
    return known if isinstance(known, str) and len(known) == 2 else scene.locale.country


def line(scene: Scene, dice: Dice) -> str:
    """``12 Maple Street``."""
    place = of_scene(scene)
    return place.locale.street_form.format(street=place.street, number=place.number)


def whole(scene: Scene, dice: Dice) -> str:
    """``12 Maple Street, Seattle 98101``."""
    place = of_scene(scene)
    return f"{line(scene, dice)}, {place.city.name} {place.postal_code}"


def _city(scene: Scene, dice: Dice) -> str:
    known = scene.known("city")
    return known if isinstance(known, str) else of_scene(scene).city.name


def _country(subject: Subject) -> Maker | None:
    if subject.type != "string":
        return None
    sample = subject.sample
    short, middle = subject.fits("US"), subject.fits("USA")
    lower = sample.islower() and len(sample) == 2
    if lower or (not short and subject.fits("us")):
        return lambda scene, dice: country(scene, dice).lower()
    if (len(sample) == 3 and sample.isupper() and middle) or not short or subject.says("alpha-3", "three-letter"):
        return (lambda scene, _dice: scene.locale.country3) if middle else (lambda scene, _dice: country_name(scene))
    if len(sample) > 3 or (subject.words[-1:] == ("name",) and subject.fits("United States")):
        return lambda scene, _dice: country_name(scene)
    return country


def country_name(scene: Scene) -> str:
    """``United States``."""
    return scene.locale.country_name


def _region(subject: Subject) -> Maker | None:
    """A state. Outside of addresses, ``state`` is what something is in, and ``region`` may be a data centre's."""
    if subject.type != "string":
        return None
    if subject.words[-1:] == ("state",) and subject.kind != "place" and not subject.says("province", "county"):
        return texts(subject.sample or "active")(subject)
    if len(subject.sample) == 2 or (subject.rules.max_length or 99) < 10:
        return lambda scene, _dice: of_scene(scene).city.region_code
    return lambda scene, _dice: of_scene(scene).city.region


def _coordinate(span: int) -> Factory:
    """Coordinates in the ocean off the coast of nothing: near 0, 0 nobody lives."""

    def factory(subject: Subject) -> Maker | None:
        if subject.type == "number":
            return lambda _scene, dice: (dice.below(2 * span * 10_000) - span * 10_000) / 10_000
        if subject.type == "string":
            return lambda _scene, dice: f"{(dice.below(2 * span * 10_000) - span * 10_000) / 10_000:.4f}"
        return None

    return factory


NAMES: dict[str, Factory] = {
    "city": of_text(_city),
    "town": of_text(_city),
    "town name": of_text(_city),
    "locality": of_text(_city),
    "place of birth": of_text(_city),
    "postal code": of_text(lambda scene, _dice: of_scene(scene).postal_code),
    "postcode": of_text(lambda scene, _dice: of_scene(scene).postal_code),
    "post code": of_text(lambda scene, _dice: of_scene(scene).postal_code),
    "zip": of_text(lambda scene, _dice: of_scene(scene).postal_code),
    "zip code": of_text(lambda scene, _dice: of_scene(scene).postal_code),
    "state": _region,
    "province": _region,
    "county": _region,
    "region": _region,
    "country sub division": _region,
    "administrative area": _region,
    "country": _country,
    "country code": _country,
    "iso country": _country,
    "country name": _country,
    "line 1": of_text(line),
    "address line": of_text(line),
    "address line 1": of_text(line),
    "address 1": of_text(line),
    "street": of_text(line),
    "street address": of_text(line),
    "street line 1": of_text(line),
    "street name": of_text(lambda scene, _dice: of_scene(scene).street),
    "building number": of_text(lambda scene, _dice: str(of_scene(scene).number)),
    "house number": of_text(lambda scene, _dice: str(of_scene(scene).number)),
    "line 2": texts("Suite 4", "Floor 2", "Unit 12"),
    "address line 2": texts("Suite 4", "Floor 2", "Unit 12"),
    "street secondary": texts("Suite 4", "Floor 2", "Unit 12"),
    "floor": texts("1", "2", "3"),
    "room": texts("12", "204", "3"),
    "post box": texts("PO Box 12", "PO Box 204"),
    "address": of_text(whole),
    "formatted address": of_text(whole),
    "location": of_text(_city),
    "latitude": _coordinate(20),
    "lat": _coordinate(20),
    "longitude": _coordinate(30),
    "lng": _coordinate(30),
    "lon": _coordinate(30),
    "timezone": of_text(lambda scene, _dice: scene.locale.time_zone),
    "time zone": of_text(lambda scene, _dice: scene.locale.time_zone),
}
FORMATS: dict[str, Factory] = {"iso-country-code": _country, "country-code": _country}
