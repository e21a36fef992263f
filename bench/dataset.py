"""Customers as a large company has them: made up, skewed like real ones, and the same for the same size and seed."""

import bisect
import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SEED = 7
DEPARTMENTS, EMPLOYEES, GROUPS, TAGS = 20, 200, 30, 300
END = dt.datetime(2026, 1, 1)
DAYS = 3 * 365
# In the names of one customer in 50,000: the keyword that finds next to nothing.
RARE = "龘靐"
# Every so many customers one is deleted, and takes no tags: the load script steps over it.
DELETED_EVERY = 25

_SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TWO_SURNAMES = ["欧阳", "上官", "司徒", "诸葛", "慕容", "夏侯"]
_GIVEN = (
    "强国文建晓明丽秀志华斌东海嘉雨春英辉豪晨燕娟伟芳敏静军杰涛超霞平刚桂玉红玲梅子宇浩健俊凯宁欣怡佳婷雪慧莹倩轩梓涵一思远天佑泽博瑞波"
    "鹏飞云凤兰洁美珍荣新成福生安林森义信德正清源永青康乐和光伟民庆利学忠诗琪若曦承恩少卿"
)
_NICKNAMES = ["向日葵", "岁月如歌", "平常心", "小确幸", "随遇而安", "Jenny", "Leo", "老船长", "果果妈", "阿伟爸爸"]
_NOTES = ["-建材", "-物业", "（复购）", "@总代", "-财务部", "(转介绍)"]
_REMARKS = ["总", "经理", "老师", "姐", "哥", "老客户"]
# channel → (its share in hundredths, WeCom's add_way)
_CHANNELS = {
    "qrcode": (30, 1),
    "channel_code": (18, 1),
    "group_chat": (14, 4),
    "card_share": (9, 3),
    "mobile_search": (8, 2),
    "wechat_contact": (6, 6),
    "live": (5, 10),
    "moments_ad": (4, 16),
    "mini_program": (3, 8),
    "link": (2, 16),
    "transfer": (1, 202),
}
_PLACES = {
    "广东": "广州 深圳 东莞 佛山",
    "江苏": "南京 苏州 无锡",
    "浙江": "杭州 宁波 温州",
    "山东": "济南 青岛",
    "四川": "成都 绵阳",
    "湖北": "武汉 宜昌",
    "湖南": "长沙 岳阳",
    "河南": "郑州 开封",
    "福建": "福州 厦门",
    "北京": "北京",
    "上海": "上海",
    "重庆": "重庆",
    "云南": "昆明",
}
_TAG_COUNTS = [6, 10, 16, 17, 16, 12, 9, 6, 4, 2, 1] + [0.1] * 10


@dataclass(slots=True)
class Person:
    """One customer with what belongs to it. Times are UTC, as the database's text."""

    id: int
    external_userid: str
    unionid: str
    name: str
    avatar: str
    type: int
    gender: int
    mobile: str | None
    province: str | None
    city: str | None
    follower: int
    second_follower: int | None
    remark: str
    channel: str
    add_way: int
    status: int
    added: str
    tags: list[int] = field(default_factory=list)


def employee_names(seed: int = SEED) -> list[str]:
    """Names of the staff."""
    rng = random.Random(f"staff {seed}")
    return [_plain_name(rng) for _ in range(EMPLOYEES)]


def people(count: int, seed: int = SEED) -> Iterator[Person]:
    """``count`` customers in id order: the newest have the highest ids, but for a fifth that an import brought."""
    rng = random.Random(f"customers {seed} {count}")
    owners, owner_weights = _shuffled_zipf(rng, EMPLOYEES)
    tags, tag_weights = _shuffled_zipf(rng, TAGS)
    places = [(p, c) for p, cities in _PLACES.items() for c in cities.split()]
    channels = list(_CHANNELS)
    channel_weights = list(itertools.accumulate(w for w, _way in _CHANNELS.values()))
    for ident in range(1, count + 1):
        name = _name(rng) if ident % 50_000 != 26 else _plain_name(rng)[0] + RARE
        token = hashlib.blake2b(f"{seed}:{ident}".encode(), digest_size=15).hexdigest()
        province, city = rng.choice(places) if rng.random() > 0.08 else (None, None)
        channel = channels[_drawn(rng, channel_weights)]
        yield Person(
            id=ident,
            external_userid=f"wm{token}",
            unionid=f"o{token[::-1]}",
            name=name,
            avatar=f"https://wework.qpic.cn/wwpic/{token[:16]}/0",
            type=1 if rng.random() < 0.92 else 2,
            gender=rng.choices((0, 1, 2), (20, 38, 42))[0],
            mobile=_mobile(rng) if rng.random() < 0.2 else None,
            province=province,
            city=city,
            follower=owners[_drawn(rng, owner_weights)],
            second_follower=owners[_drawn(rng, owner_weights)] if rng.random() < 0.08 else None,
            remark=name[0] + rng.choice(_REMARKS) if rng.random() < 0.15 else "",
            channel=channel,
            add_way=_CHANNELS[channel][1],
            status=0 if ident % DELETED_EVERY == 0 else rng.choices((1, 2), (94, 6))[0],
            added=_added(rng, ident, count),
            tags=_some(rng, tags, tag_weights),
        )


def _shuffled_zipf(rng: random.Random, count: int) -> tuple[list[int], list[float]]:
    """The ids 1 to ``count`` in the order of their fame, and the running sum of their weights."""
    ids = list(range(1, count + 1))
    rng.shuffle(ids)
    return ids, list(itertools.accumulate(1 / rank for rank in range(1, count + 1)))


def _drawn(rng: random.Random, running: Sequence[float]) -> int:
    return bisect.bisect(running, rng.random() * running[-1])


def _some(rng: random.Random, ids: list[int], running: Sequence[float]) -> list[int]:
    wanted = rng.choices(range(len(_TAG_COUNTS)), _TAG_COUNTS)[0]
    got: set[int] = set()
    while len(got) < wanted:
        got.add(ids[_drawn(rng, running)])
    return sorted(got)


def _plain_name(rng: random.Random) -> str:
    return _skewed(rng, _SURNAMES) + _skewed(rng, _GIVEN) + _skewed(rng, _GIVEN)


def _name(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.6:
        return _plain_name(rng)
    if kind < 0.86:
        return _plain_name(rng)[:2]
    if kind < 0.93:
        return _plain_name(rng) + rng.choice(_NOTES)
    if kind < 0.94:
        return rng.choice(_TWO_SURNAMES) + _skewed(rng, _GIVEN) + _skewed(rng, _GIVEN)
    return rng.choice(_NICKNAMES) + (_skewed(rng, _SURNAMES) if rng.random() < 0.5 else "")


def _skewed(rng: random.Random, letters: str) -> str:
    """A letter, the early ones more often."""
    return letters[int(len(letters) * rng.random() ** 1.7)]


def _mobile(rng: random.Random) -> str:
    return f"1{rng.choice('35789')}{rng.randrange(10**9):09d}"


def _added(rng: random.Random, ident: int, count: int) -> str:
    share = rng.random() if rng.random() < 0.2 else (ident / (count + 1)) ** 0.7
    moment = END - dt.timedelta(seconds=int((1 - share) * DAYS * 86_400))
    return moment.strftime("%Y-%m-%d %H:%M:%S")
