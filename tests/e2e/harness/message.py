"""An HTTP reply as curl prints it and as a case writes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = re.compile(r"HTTP/\d(?:\.\d)? (\d{3})[^\n]*\n?")


@dataclass(frozen=True)
class Message:
    """A reply.

    Attributes:
        status: the code of the status line, 0 when there is none.
        headers: by lower-case name; of a repeated header, the last.
        body: as text, without line breaks around it.
    """

    status: int
    headers: dict[str, str]
    body: str

    @property
    def media_type(self) -> str:
        """The content type in lower case, without its parameters; empty when there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @classmethod
    def parse(cls, text: str) -> Message:
        """Read a reply; interim replies (100 Continue) before it are left out."""
        text = text.replace("\r\n", "\n")
        while True:
            head = _HEAD.match(text)
            if head is None:
                return cls(0, {}, text.strip())
            fields, _, rest = text[head.end() :].partition("\n\n") if text[head.end() :] else ("", "", "")
            if fields.startswith("\n"):  # no header at all: the body follows the blank line
                fields, rest = "", text[head.end() + 1 :]
            status = int(head[1])
            if status >= 200:
                pairs = (line.partition(":") for line in fields.splitlines())
                return cls(status, {name.strip().lower(): value.strip() for name, _, value in pairs}, rest.strip())
            text = rest
