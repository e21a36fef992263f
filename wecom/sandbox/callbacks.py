"""Send the company's events as WeCom does: encrypted, signed, repeated, and now and then lost."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

import httpx

from wecom import crypto
from wecom.sandbox.company import Company
from wecom.sandbox.mishaps import Mishaps
from wecom.sandbox.state import Event
from wecom.sandbox.things import App

TIMEOUT = 5.0
REPEATS = 3


class Sender:
    """To one app's callback address.

    Args:
        url: with the corp id, as it is entered in WeCom.
        transport: ``httpx.WSGITransport(app=…)`` to stay within the process.
        mishaps: what goes wrong on the way.
        pause: seconds before each repeat; WeCom's are not documented.

    Attributes:
        counted: delivered, repeated, given_up, lost, doubled.
    """

    def __init__(
        self,
        url: str,
        token: str,
        aes_key: str,
        corpid: str,
        agent_id: int,
        *,
        transport: httpx.BaseTransport | None = None,
        mishaps: Mishaps | None = None,
        pause: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url, self._token, self._key, self._corpid, self._agent = url, token, aes_key, corpid, agent_id
        self._http = httpx.Client(transport=transport, timeout=TIMEOUT)
        self.mishaps = mishaps or Mishaps()
        self._pause, self._sleep = pause, sleep
        self._held: list[Event] = []
        self._previous = 0
        self.counted: Counter[str] = Counter()
        self._stopping = threading.Event()

    @classmethod
    def of(cls, company: Company, app: App, url: str, **options: object) -> "Sender":
        """For an app as the company has it; ``options`` as above."""
        return cls(url, app.token, app.aes_key, company.corpid, app.agent_id, **options)  # type: ignore[arg-type]

    def verify(self) -> bool:
        """WeCom's check when an address is entered: the plaintext of ``echostr`` must come back (page 91116)."""
        text = str(secrets.randbelow(10**19))
        cipher = crypto.encrypt(text.encode(), self._key, self._corpid)
        try:
            answer = self._http.get(self._url, params={**self._signed(cipher), "echostr": cipher})
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK and answer.text == text

    def send(self, events: Iterable[Event]) -> None:
        """Send them, but for those that are lost or held back to come later than others."""
        for event in events:
            self._hold(event)
            while len(self._held) > self.mishaps.window:
                self.deliver(self._held.pop(self.mishaps.place(len(self._held))))

    def flush(self) -> None:
        """Send what is still held back."""
        while self._held:
            self.deliver(self._held.pop(self.mishaps.place(len(self._held))))

    def deliver(self, event: Event) -> bool:
        """Post one event until it is taken, at most four times. False: WeCom has given up, the event is lost."""
        if self.mishaps.delay:
            self._sleep(self.mishaps.some_delay())
        for attempt in range(1 + REPEATS):
            if self._stopping.is_set():
                break
            if attempt:
                self.counted["repeated"] += 1
                self._sleep(self._pause)
            if self._post(event):
                self.counted["delivered"] += 1
                return True
        self.counted["given_up"] += 1
        return False

    def run(self, company: Company, stopping: threading.Event, every: float = 0.2) -> None:
        """Send what happens until told to stop. What is then on its way is not repeated."""
        self._stopping = stopping
        while not stopping.wait(every):
            app = company.apps[self._agent]
            self.send(event for event in company.take_events() if company.concerns(app, event))
            # Nothing more may come for a while: what is held back would never go.
            self.flush()

    def _hold(self, event: Event) -> None:
        """Put an event in line: never, once or twice."""
        at, self._previous = self._previous, event["CreateTime"]
        if at and self.mishaps.strikes("same_second"):
            event = event | {"CreateTime": at}
        if self.mishaps.strikes("loss"):
            self.counted["lost"] += 1
            return
        self._held.append(event)
        if self.mishaps.strikes("doubling"):
            self.counted["doubled"] += 1
            self._held.append(event)

    def _post(self, event: Event) -> bool:
        cipher = crypto.encrypt(xml(event).encode(), self._key, self._corpid)
        envelope = {"ToUserName": self._corpid, "AgentID": str(self._agent), "Encrypt": cipher}
        try:
            signed, headers = self._signed(cipher), {"Content-Type": "text/xml"}
            answer = self._http.post(self._url, params=signed, content=xml(envelope), headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _signed(self, cipher: str) -> dict[str, str]:
        timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
        return {
            "msg_signature": crypto.sign(self._token, timestamp, nonce, cipher),
            "timestamp": timestamp,
            "nonce": nonce,
        }


def xml(event: Event) -> str:
    """An event or its envelope: texts in CDATA, numbers bare, a list as ``Item`` each."""
    return f"<xml>{''.join(_element(name, value) for name, value in event.items())}</xml>"


def _element(name: str, value: object) -> str:
    if isinstance(value, list):
        inner = "".join(_element("Item", one) for one in value)
    elif isinstance(value, int):
        inner = str(value)
    else:
        text = str(value)
        # CDATA can't hold its own end.
        inner = escape(text) if "]]>" in text else f"<![CDATA[{text}]]>"
    return f"<{name}>{inner}</{name}>"
