"""What callers do all day, as wrk scripts: the same requests for our service and for the original."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bench.dataset import DELETED_EVERY, EMPLOYEES, RARE

BASE = "/api/v1/customers"
COMMON = ["志强", "国华", "文斌", "建国", "晓东", "嘉豪", "海燕", "明辉", "雨晨", "丽娟", "春燕", "秀英"]
PAGE = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """What the scripts need to know of the target."""

    customers: int
    # A cursor some way down the list: ours alone has one.
    cursor: str = ""

    @property
    def deep(self) -> int:
        return 10_000 if self.customers >= 1_000_000 else max(2, self.customers // 25)


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request.

    Attributes:
        script: Lua that defines ``request()``; ``FROM`` in it is where this round's ids start.
        probe: one plain GET of the same kind, to see how slow it is before sixteen clients ask; empty for writes.
        warm: a few seconds are run first and not counted.
        peer: whether the original service has it.
    """

    name: str
    title: str
    script: Callable[[Scene], str]
    probe: Callable[[Scene], str] = lambda _scene: ""
    warm: bool = True
    peer: bool = True


def _get(path: str) -> str:
    """``path`` is a Lua expression."""
    return f"request = function() return wrk.format('GET', {path}, HEADERS) end"


def _fixed(path: Callable[[Scene], str]) -> Callable[[Scene], str]:
    return lambda scene: _get(f"'{path(scene)}'")


def _walk(scene: Scene) -> str:
    """Every customer once before any comes twice: a step that shares no factor with their number."""
    step = 7919 if scene.customers % 7919 else 7907
    return f"""
local i = FROM
local function nextid()
  repeat i = i + 1 until ((i * {step}) % {scene.customers} + 1) % {DELETED_EVERY} ~= 0
  return (i * {step}) % {scene.customers} + 1
end
"""


_COMMON = "local WORDS = {" + ", ".join(f"'{quote(w)}'" for w in COMMON) + "}\n"

_CREATE = f"""
local n = 0
request = function()
  n = n + 1
  local body = string.format('{{"corpId":1,"externalUserid":"wmload%s_%d","name":"压测客户%d","type":1,"gender":1,'
    .. '"avatar":"https://wework.qpic.cn/wwpic/x/0","unionid":"o%s_%d","province":"广东","city":"深圳",'
    .. '"followUserId":%d,"channel":"qrcode","status":1}}', RUN, n, n, RUN, n, math.random(1, {EMPLOYEES}))
  return wrk.format('POST', '{BASE}/', HEADERS, body)
end
"""
_ADD_TAGS = f"""
request = function()
  local t = math.random(1, 60)
  local body = string.format('{{"tagIds":[%d,%d,%d,%d,%d]}}', t, t + 60, t + 120, t + 180, t + 240)
  return wrk.format('POST', string.format('{BASE}/%d/tags', nextid()), HEADERS, body)
end
"""


def _list(query: str) -> Callable[[Scene], str]:
    return lambda _scene: f"{BASE}/?{query}"


def _deep(scene: Scene) -> str:
    return f"{BASE}/?page={scene.deep}&size={PAGE}"


_FILTER = f"{BASE}/?page=1&size={PAGE}&channel=qrcode&status=1&followUserId="

WORKLOADS = [
    Workload("list", "list, page 1", _fixed(_list("page=1&size=20")), _list("page=1&size=20")),
    Workload(
        "filter",
        "list by channel, status, follower",
        lambda _s: _get(f"'{_FILTER}' .. math.random(1, {EMPLOYEES})"),
        lambda _s: f"{_FILTER}42",
    ),
    Workload(
        "keyword",
        "keyword, common",
        lambda _s: _COMMON + _get(f"'{BASE}/?keyword=' .. WORDS[math.random(1, #WORDS)]"),
        _list(f"keyword={quote(COMMON[0])}"),
    ),
    Workload("rare", "keyword, rare", _fixed(_list(f"keyword={quote(RARE)}")), _list(f"keyword={quote(RARE)}")),
    Workload("deep", "deep page, by number", _fixed(_deep), _deep),
    Workload(
        "cursor", "deep page, by cursor", _fixed(lambda s: f"{BASE}/?size={PAGE}&cursor={quote(s.cursor)}"), peer=False
    ),
    Workload("cached", "detail, cached", lambda _s: _get(f"string.format('{BASE}/%d', math.random(1, 1000))")),
    Workload(
        "detail", "detail, not cached", lambda s: _walk(s) + _get(f"string.format('{BASE}/%d', nextid())"), warm=False
    ),
    Workload("create", "create", lambda _s: _CREATE),
    Workload("tags", "add 5 tags", lambda s: _walk(s) + _ADD_TAGS),
]
BY_NAME = {w.name: w for w in WORKLOADS}
