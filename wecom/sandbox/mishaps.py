"""What happens to callbacks on their way, drawn from a seed."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Mishaps:
    """Probabilities between 0 and 1; nothing happens until they are set.

    Attributes:
        loss: events that never go.
        doubling: events that go twice, the second perhaps later.
        window: so many events are held back at a time, and one of them drawn to go next.
        delay: seconds that an event waits at most before it goes.
        same_second: events that carry the second of the one before, as happens in WeCom.
    """

    seed: int = 7002
    loss: float = 0.0
    doubling: float = 0.0
    window: int = 0
    delay: float = 0.0
    same_second: float = 0.0
    _random: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._random.seed(self.seed)

    def strikes(self, name: str) -> bool:
        likely: float = getattr(self, name)
        return likely > 0 and self._random.random() < likely

    def place(self, length: int) -> int:
        """Which of so many goes next."""
        return self._random.randrange(length) if self.window else 0

    def some_delay(self) -> float:
        return self._random.uniform(0, self.delay)
