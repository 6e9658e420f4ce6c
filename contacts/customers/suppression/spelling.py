"""One spelling for each address, so that every way of writing it has one digest. Standard library only.

A digest can never be compared loosely: what is not made equal here is not found again after the erasure.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qs, unquote, urlsplit

# Invisible in print and ignored by UTS 46, yet copied along from web pages and PDFs: soft hyphen, zero-width space,
# joiners that carry no letter, byte order mark, the selectors between text and emoji.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff\ufe0e\ufe0f"))
_PLAIN_LOCAL_PART = re.compile(r'"([^\s"\\@()<>,;:\[\]]+)"')
_NAMED = re.compile(r".*<([^<>]+)>")


def normalise_text(value: str) -> str:
    """One spelling for comparison: NFKC, outer blanks gone, inner blanks single, case folded.

    Postal addresses are compared by this alone. They count together with the name on the letter box (see `digests`):
    a refusal binds the person, not the house, and a house has many names.
    """
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()


def normalise_email(value: str) -> str:
    """Lower case, the domain in ASCII (RFC 3492 Punycode, mapped as by UTS 46, non-transitional) without a last dot.

    `Erika <ERIKA@Straße.example.>`, `mailto:erika@straße.example` and `erika@xn--strae-oqa.example` are one address.
    ß stays ß, because strasse.example is another domain since 2010. Dots and a +word before the @ are left alone: that
    they do not count is the habit of single providers. What is no address stays as folded text.
    """
    cleaned = "".join(_folded(value).split())
    if named := _NAMED.fullmatch(cleaned):
        cleaned = named[1]
    local, at_sign, domain = cleaned.removeprefix("mailto:").rpartition("@")
    if not (local and at_sign and domain):
        return cleaned
    if quoted := _PLAIN_LOCAL_PART.fullmatch(local):
        local = quoted[1]
    return f"{local}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    if domain.startswith("["):
        return domain
    return ".".join(_ascii_label(label) for label in domain.replace("\u3002", ".").rstrip(".").split("."))


def _ascii_label(label: str) -> str:
    """The A-label. An A-label comes back as it would be written anew, so both forms of one name are equal."""
    if label.isascii() and label.startswith("xn--"):
        try:
            decoded = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return label
        # A label that is not in its own normal form names nothing that a registry hands out: it is left as it is.
        return label if decoded.isascii() or _folded(decoded) != decoded else _encoded(decoded)
    return label if label.isascii() else _encoded(label)


def _encoded(label: str) -> str:
    return "xn--" + label.encode("punycode").decode("ascii").lower()


def _folded(value: str) -> str:
    """NFKC, small letters, nothing invisible. Not `casefold`, which would make ß and ss one letter, and letter by
    letter, because a whole word's `lower` writes the last Greek sigma in another way than UTS 46."""
    mapped = "".join(letter.lower() for letter in unicodedata.normalize("NFKC", value.translate(_INVISIBLE)))
    return unicodedata.normalize("NFKC", mapped)


# --- profiles

# Words that stand in front of the name in a platform's addresses (linkedin.com/in/NAME, xing.com/profile/NAME).
_SHELVES = {"in", "profile", "people", "user", "users", "add", "u", "pub", "i", "profiles"}
# Kinds of account that share the platform's names with people: they stay in front, so that nothing falls together.
_KINDS = {"company", "school", "showcase", "pages", "groups", "group", "hashtag", "channel"}
_PARAMETERS = ("id", "domain", "phone", "screen_name")
_LINK = re.compile(r"(?:https?://|tg://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/|\?)|https?://|tg://")


def normalise_handle(value: str, platform: str = "") -> str:
    """A profile's name in small letters, without @ and without the platform's address around it.

    Understood are `@erika`, `instagram.com/erika/`, `https://www.tiktok.com/@erika?lang=de`,
    `de.linkedin.com/in/erika/de`, `xing.com/profile/Erika_M/cv`, `facebook.com/profile.php?id=100`,
    `x.com/erika/status/1`, `t.me/erika`. Facebook reads a name with and without its dots as one.
    """
    cleaned = "".join(_folded(value).split())
    name = _name_in(cleaned) if _LINK.match(cleaned) else cleaned.split("?")[0].strip("/").lstrip("@")
    name = unicodedata.normalize("NFKC", name)
    if platform == "facebook" and not name.isdigit():
        name = name.replace(".", "")
    return name or cleaned


def _name_in(link: str) -> str:
    parts = urlsplit(link if "://" in link else f"https://{link}")
    given = parse_qs(parts.query)
    for parameter in _PARAMETERS:
        if given.get(parameter):
            return _folded(given[parameter][0]).lstrip("@")
    segments = [_folded(unquote(part)) for part in parts.path.split("/") if part]
    if parts.fragment.startswith("p/"):  # signal.me/#p/+49...
        return parts.fragment[2:]
    if segments and segments[0] in _KINDS:
        return "/".join(segments[:2])
    if len(segments) > 2 and segments[0] == "people":  # facebook.com/people/NAME/NUMBER
        return segments[2]
    on_shelf = len(segments) > 1 and segments[0] in _SHELVES
    name = segments[1] if on_shelf else segments[0] if segments else ""
    if on_shelf and name in _SHELVES and len(segments) > 2:  # x.com/i/user/NUMBER
        name = segments[2]
    return name.lstrip("@")


_NUMBER_LINK = re.compile(
    r"^(?:tel:|sms:|whatsapp:)(?://)?|^(?:https?://)?(?:www\.)?(?:api\.whatsapp\.com|web\.whatsapp\.com|wa\.me|t\.me|"
    r"telegram\.me|signal\.me|whatsapp:)(?:/|$)",
    re.IGNORECASE,
)


def number_in(value: str) -> str:
    """The number inside a link (`wa.me/49171…`, `t.me/+49171…`, `tel:+49171…`), else the value without invisibles.

    Links carry the number with its country but often without the plus.
    """
    cleaned = unicodedata.normalize("NFKC", value.translate(_INVISIBLE)).strip()
    if not _NUMBER_LINK.match(cleaned):
        return cleaned
    bare = unquote(cleaned)
    if bare.casefold().startswith(("tel:", "sms:")):
        return bare[4:].removeprefix("//").split("?")[0]
    digits = re.search(r"(?:phone=|[/#]p?/?)\+?\s*([0-9][0-9 ()/.-]{5,})", bare)
    return f"+{digits[1]}" if digits else cleaned
