"""Ids as WeCom makes them: opaque, case-sensitive, and here the same for the same seed."""

import base64
import hashlib


class Ids:
    """Each id is made from the seed and a number that only grows, so a company built twice has the same ids."""

    def __init__(self, seed: int, drawn: int = 0) -> None:
        self._seed, self.drawn = seed, drawn

    def external(self) -> str:
        return "wm" + self._text(30)

    def tag(self) -> str:
        return "et" + self._text(30)

    def chat(self) -> str:
        return "wr" + self._text(30)

    def unionid(self) -> str:
        return "o" + self._text(27)

    def code(self) -> str:
        return self._text(43)

    def hexadecimal(self) -> str:
        """32 hex digits: a config_id or a member_version."""
        return self._digest().hex()[:32]

    def _text(self, length: int) -> str:
        return base64.urlsafe_b64encode(self._digest()).decode()[:length]

    def _digest(self) -> bytes:
        self.drawn += 1
        return hashlib.blake2b(f"{self._seed}:{self.drawn}".encode(), digest_size=36).digest()
