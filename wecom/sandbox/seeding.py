"""A company to begin with: everybody in it made from a seed, the same each time."""

import random
from typing import Any

from wecom.sandbox import words
from wecom.sandbox.access import CONTACTS_AGENT_ID, Access
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company

_DAY = 86_400
_PAST = 400 * _DAY
# How customers come: a number of add_way as often as the other.
_WAYS = (1,) * 8 + (2, 3, 4, 6, 10, 16, 201)


def build(
    *,
    customers: int = 2000,
    employees: int = 20,
    departments: int = 3,
    tags: int = 300,
    chats: int = 40,
    seed: int = 7002,
    access: Access | None = None,
    clock: Clock | None = None,
    shared: float = 0.15,
) -> Company:
    """A company with 400 days behind it, and none of their events.

    Args:
        customers: relations are more, by ``shared``: the part of customers whom a second employee has too.
        tags: at most 300, in groups of ten.
        access: corp id, secret, token and key; without it, those of ``Company`` and no app.
        clock: of the finished company; real time by default.

    The same arguments at the same second give the same company, and at any second the same ids and names.
    """
    final = clock or Clock()
    company = Company(seed=seed, clock=Clock(final.now() - _PAST), **({"corpid": access.corpid} if access else {}))
    dice = random.Random(seed)  # noqa: S311
    with company.by_api():
        if access:
            _apps(company, access)
        people = _house(company, dice, departments, employees)
        known = _tags(company, tags)
        outsiders = _customers(company, dice, people, known, customers, shared)
        _chats(company, dice, people, outsiders, chats)
    company.clock = final
    return company


def name(dice: random.Random) -> str:
    return dice.choice(words.SURNAMES) + dice.choice(words.GIVEN)


def _apps(company: Company, access: Access) -> None:
    keys = {"token": access.token, "aes_key": access.aes_key}
    company.add_app(agent_id=access.agent_id, secret=access.secret, **keys)
    company.add_app(agent_id=CONTACTS_AGENT_ID, secret=access.contacts_secret, contacts=True, customers=False, **keys)


def _house(company: Company, dice: random.Random, departments: int, employees: int) -> list[str]:
    places = [company.add_department(_numbered(words.DEPARTMENTS, n), order=100 - n) for n in range(departments)] or [1]
    people = []
    for number in range(employees):
        place = places[number % len(places)]
        userid, first = f"u{number + 1:03d}", number < len(places)
        position = "主管" if first else "顾问"
        company.hire(userid, name(dice), [place], leads=[place] if first else [], position=position)
        people.append(userid)
    return people


def _tags(company: Company, most: int) -> list[str]:
    for number, (group, texts) in enumerate(words.TAGS.items()):
        if number * 10 >= most:
            break
        company.add_tag_group(group, texts.split()[: most - number * 10], order=len(words.TAGS) - number)
    for channel in words.CHANNELS:
        company.make_way({"type": 2, "scene": 2, "state": channel, "user": list(company.employees), "party": []})
    return list(company.tags)


def _customers(
    company: Company, dice: random.Random, people: list[str], tags: list[str], number: int, shared: float
) -> list[str]:
    """The adding of each on its day, oldest first."""
    found: list[str] = []
    for done in range(number if people else 0):
        _move_to(company, done, number)
        userid = people[done % len(people)]
        external = _arrive(company, dice, userid)
        _note(company, dice, userid, external, tags)
        if dice.random() < shared and len(people) > 1:
            other = dice.choice([one for one in people if one != userid])
            company.befriend(other, external, add_way=201, oper=userid)
        found.append(external)
    return found


def _move_to(company: Company, done: int, number: int) -> None:
    goal = (_PAST - _DAY) * done // number
    company.clock.advance(max(0, goal - company.clock.ahead))


def _arrive(company: Company, dice: random.Random, userid: str) -> str:
    way = dice.choice(_WAYS)
    state = dice.choice(words.CHANNELS) if way in (1, 16) else ""
    kind = 2 if dice.random() < 0.05 else 1
    about: dict[str, Any] = (
        {"corp_name": f"{dice.choice(words.BUSINESSES)}公司", "position": "经理"} if kind == 2 else {}
    )
    gender = dice.choice((0, 1, 2))
    return company.befriend(userid, name=name(dice), add_way=way, state=state, type=kind, gender=gender, **about)


def _note(company: Company, dice: random.Random, userid: str, external: str, tags: list[str]) -> None:
    drawn = dice.sample(tags, min(len(tags), dice.choice((0, 1, 2, 3, 5))))
    if drawn:
        company.tag_follow(userid, external, drawn)
    if dice.random() < 0.4:
        # A range of numbers that isn't given out.
        mobiles = [f"1990000{dice.randrange(10_000):04d}"]
        company.edit_follow(userid, external, remark=dice.choice(words.REMARKS), mobiles=mobiles)
    if dice.random() < 0.05:
        company.put_personal_tag(userid, external, "重要")


def _chats(company: Company, dice: random.Random, people: list[str], outsiders: list[str], number: int) -> None:
    for one in range(number if people else 0):
        owner, guests = people[one % len(people)], dice.sample(outsiders, min(len(outsiders), dice.randrange(5, 60)))
        helpers = dice.sample(people, min(len(people), 2))
        title = _numbered(words.CHATS, one)
        id = company.open_chat(owner, [*helpers, *guests[:2]], name=title, notice=dice.choice(words.NOTICES))
        company.set_admins(id, helpers[:1])
        company.clock.advance(60)
        if guests[2:]:
            company.join(id, *guests[2:], scene=3, state=dice.choice(words.CHANNELS))


def _numbered(names: list[str], number: int) -> str:
    turn, place = divmod(number, len(names))
    return names[place] + (str(turn + 1) if turn else "")
