"""Whether a company is connected to WeCom, remembered for a few seconds: every write asks."""

from core.memory import ShortMemory
from corps.models import Corp

_memory: ShortMemory[bool] = ShortMemory(seconds=5)


def is_mirrored(corp_id: int) -> bool:
    """Whether changes of this company are written back to WeCom."""
    key = str(corp_id).encode()
    found = _memory.get(key)
    if found is None:
        found = Corp.objects.filter(pk=corp_id, mirrored=True).exists()
        _memory.put(key, found)
    return found


def forget() -> None:
    """Ask the database again."""
    _memory.clear()
