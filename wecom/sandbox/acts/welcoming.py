from wecom.sandbox.state import State
from wecom.sandbox.things import Welcome

# Codes are good for seconds; so many are remembered to tell a used one from an unknown one.
_REMEMBERED = 5000
_DAY, _ZONE = 86_400, 8 * 3600


def midnight(at: int) -> int:
    """The start of the day in UTC+8, by which WeCom cuts its statistics (page 96358)."""
    return (at + _ZONE) // _DAY * _DAY - _ZONE


class Welcoming(State):
    """Welcome codes, and what is counted for the statistics."""

    def welcome_code(self, userid: str, external_userid: str, *, half_code: str = "") -> str | None:
        """A code for the add event, or None where WeCom sends none (page 92277).

        Args:
            half_code: of the half adding before; none comes again once that was used.
        """
        used = half_code in self.welcomes and self.welcomes[half_code].used
        if used or self.employees[userid].greeted or self.people[external_userid].type == 2:
            return None
        code = self.ids.code()
        self.welcomes[code] = Welcome(code, userid, external_userid, self.clock.now())
        while len(self.welcomes) > _REMEMBERED:
            del self.welcomes[next(iter(self.welcomes))]
        return code

    def count(self, who: str, *, at: int | None = None, **counters: int) -> None:
        """Add to the day's counters of an employee or a chat."""
        day = midnight(self.clock.now() if at is None else at)
        row = self.activity.setdefault((who, day), {})
        for name, number in counters.items():
            row[name] = row.get(name, 0) + number
