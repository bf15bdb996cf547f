"""Tables: ranges that are kept for fiction, tests and documentation.

Source: RFC 2606 and 6761 (names); NANPA, Ofcom, Bundesnetzagentur and ARCEP (telephone numbers, see ``locales``); the
example accounts of the ISO 13616 register; HMRC (prefixes that are not used); SSA (numbers that were printed and
voided).
"""

from __future__ import annotations

from diorama.formats.generation.locale_tables import LOCALES

RESERVED_HOSTS = frozenset(("example.com", "example.org", "example.net"))
RESERVED_TOPS = frozenset(("test", "example", "invalid", "localhost"))
HOSTS = (
    "example.com", "example.org", "example.net", "mail.example.com", "shop.example", "shop.test", "mail.shop.example",
)  # fmt: skip
"""For mail, the usual ones first."""

TELEPHONES: tuple[str, ...] = tuple(
    dict.fromkeys(form for row in LOCALES.values() for form in row["telephones"].split("|"))
)
"""E.164 with ``#`` for digits that vary."""

CALLING_CODES = ("1", "44", "49", "33")
"""Of the countries that these numbers are in."""


def split(form: str) -> tuple[str, str]:
    """The calling code and the rest of a number of :data:`TELEPHONES`."""
    code = next(code for code in CALLING_CODES if form.startswith("+" + code))
    return code, form[1 + len(code) :]


_FICTION = [(code, rest.rstrip("#")) for code, rest in map(split, TELEPHONES)]
FICTION: tuple[str, ...] = tuple(code + zero + rest for code, rest in _FICTION for zero in ("", "0"))
"""How they begin with the calling code, with or without the zero that only calls inside the country have."""

FICTION_AT_HOME: tuple[str, ...] = tuple(rest if code == "1" else "0" + rest for code, rest in _FICTION)
"""How they begin inside their country."""

NOBODYS_PREFIXES = ("QQ", "ZZ", "BG", "GB", "KN", "NK", "NT", "TN")
VOID_SSNS = ("078051120", "219099999")

NO_BANKS: dict[str, str] = {
    "GB": "ZZZZ000000########",
    "DE": "00000000##########",
    "FR": "00000#####00#########00",
    "ES": "00000000##########00",
    "IT": "X0000000000############",
    "NL": "ZZZZ##########",
    "PL": "00000000################",
    "BR": "99999999#####00########C1",
}
"""By country, what follows the check digits of an IBAN: a bank code that nobody has, then an account."""

_DOCUMENTED = (
    "AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201 "
    "AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 "
    "BH67BMAG00001299123456 BR1800360305000010009795493C1 CH9300762011623852957 CR05015202001026284066 "
    "CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 "
    "DO28BAGR00000001212453611324 EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332 "
    "FI2112345600000785 FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 "
    "GE29NB0000000101904917 GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 "
    "GT82TRAJ01020000001210029690 HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 "
    "IL620108000000099999999 IS140159260076545510730339 IT60X0542811101000000123456 "
    "JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101 KZ86125KZT5004100100 "
    "LB62099900000001001901229114 LI21088100002324013AA LT121000011101001000 LU280019400644750000 "
    "LV80BANK0000435195001 MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 "
    "MK07250120000058984 MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S "
    "MU17BOMM0101101030300200000MUR NL91ABNA0417164300 NO9386011117947 PK36SCBL0000001123456702 "
    "PL61109010140000071219812874 PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG "
    "RO49AAAA1B31007593840000 RS35260005601001611379 SA0380000000608010167519 SE4550000000058398257466 "
    "SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100 TN5910006035183598478831 "
    "TR330006100519786457841326 UA213223130000026007233566001 VG96VPVG0000012345678901 XK051212012345678906 "
)
DOCUMENTED_IBANS: tuple[str, ...] = tuple(_DOCUMENTED.split())
"""The accounts that the register of IBANs gives as its examples."""
