"""Which companies the workers of a process leave alone for a while."""

from core.time import now


class Rests:
    """Companies that nothing is tried for until some time, shared by the workers of a process."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}

    def rest(self, corp_id: int, until: float) -> None:
        self._until[corp_id] = until

    def resting(self) -> list[int]:
        moment = now().timestamp()
        return [corp_id for corp_id, until in list(self._until.items()) if until > moment]
