"""The customer list narrowed by everything that the API narrows by: a chip for each, and the address without it."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps.models import User
from customers import listing
from customers.choices import CustomKind, CustomSubject
from customers.console.listing import filters
from customers.models import Customer, CustomField, FollowRelation, RelationEpisode
from customers.selection import Wanted
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_query_counts import statements

URL = page(Customer, "changelist")


def listed(user: User, **params: Any) -> Any:
    return entered(user).get(URL, params)


def found(answer: Any) -> list[str]:
    return [row.name for row in answer.context["cl"].result_list]


def chips(answer: Any) -> list[tuple[str, str]]:
    return [(str(chip["name"]), str(chip["value"])) for chip in answer.context["cl"].chips]


@pytest.fixture
def people(cast: Cast) -> dict[str, Any]:
    """Two customers who differ in everything that can be asked, and what is asked of the first."""
    group = make.group(cast.corp)
    gold, black = make.tag(group, name="金卡"), make.tag(group, name="黑名")
    stage = make.stage(cast.corp, name="意向")
    one = make.customer(cast.corp, cast.owner, name="甲", channel="展会", gender=2, type=2, add_time=_at(2026, 3, 5))
    other = make.customer(cast.corp, cast.manager, name="乙", channel="官网", gender=1, add_time=_at(2026, 5, 5))
    make.staged(make.tagged(one, gold), stage)
    make.tagged(other, black)
    FollowRelation.objects.filter(customer=one).update(add_way=1, state="code1", status=3)
    FollowRelation.objects.filter(customer=other).update(add_way=3)
    RelationEpisode.objects.filter(customer=one).update(ended_at=_at(2026, 4, 2), ended_by=3)
    apart = make.department(cast.corp, name="客服部")
    make.customer(cast.corp, make.employee(cast.corp, apart), name="丙")
    return {"gold": gold, "black": black, "stage": stage, "one": one, "apart": apart}


def _at(*day: int) -> dt.datetime:
    return dt.datetime(*day, 4, tzinfo=dt.UTC)  # type: ignore[misc]


def asked_of_the_first(cast: Cast, people: dict[str, Any]) -> dict[str, Any]:
    """Parameter → a value, each of which finds 甲 and not 乙."""
    return {
        "status": None,
        "follow_user__id__exact": cast.owner.pk,
        "department": None,
        "stage__id__exact": people["stage"].pk,
        "tag": people["gold"].pk,
        "tag_any": people["gold"].pk,
        "tag_none": people["black"].pk,
        "untagged": None,
        "channel": "展会",
        "add_time": {"add_time_from": "2026-03-01", "add_time_to": "2026-03-31"},
        "lost": {"lost_from": "2026-04-02", "lost_to": "2026-04-02"},
        "update_time": None,
        "type__exact": 2,
        "gender__exact": 2,
        "blacklisted__exact": None,
        "follower": cast.owner.pk,
        "follow_status": 3,
        "way": 1,
        "follow_state": "code1",
        "segment": make.segment_list(cast.corp, people["one"]).pk,
    }


def test_each_filter_finds_whom_it_asks_for_and_has_a_chip_to_go_without_it(cast: Cast, people: dict[str, Any]) -> None:
    every = asked_of_the_first(cast, people)
    known = {each.parameter_name for each in (*filters.FILTERS, *_above())}
    assert set(every) == known
    client = entered(cast.users["admin"])
    for name, value in every.items():
        if value is None:
            continue
        answer = client.get(URL, value if isinstance(value, dict) else {name: value})
        assert "甲" in found(answer), name
        assert "乙" not in found(answer), name
        (chip,) = answer.context["cl"].chips
        assert chip["without"] == "?", name
        assert f'href="{chip["without"]}"' in answer.content.decode()


def _above() -> list[Any]:
    from segments.console.stays import SegmentFilter

    return [SegmentFilter]


def test_the_rest_are_asked_as_well(cast: Cast, people: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    for params, names in (
        ({"department": people["apart"].pk}, ["丙"]),
        ({"untagged": "1"}, ["丙"]),
        ({"status": "0"}, []),
        ({"update_time_to": "2020-01-01"}, []),
        ({"update_time_from": "2020-01-01", "way": ["1", "3"]}, ["乙", "甲"]),
        ({"blacklisted__exact": "0", "tag": [people["gold"].pk, people["black"].pk]}, []),
        # Of one and the same relation: 甲 came by way 1, and not to 赵经理.
        ({"way": "1", "follower": cast.manager.pk}, []),
    ):
        assert found(client.get(URL, params)) == names, params


def test_a_chip_takes_away_one_of_several_and_leaves_the_rest(cast: Cast, people: dict[str, Any]) -> None:
    gold, black = people["gold"].pk, people["black"].pk
    answer = listed(cast.users["admin"], q="甲", tag_any=[gold, black], channel="展会", p=1)
    assert chips(answer) == [("搜索", "甲"), ("包含任一标签", "金卡"), ("包含任一标签", "黑名"), ("渠道", "展会")]
    shown = answer.context["cl"].chips
    assert f"channel=%E5%B1%95%E4%BC%9A&q=%E7%94%B2&tag_any={black}" in shown[1]["without"]
    assert shown[0]["without"] == f"?channel=%E5%B1%95%E4%BC%9A&tag_any={gold}&tag_any={black}"
    assert answer.context["cl"].cleared == "?"
    text = answer.content.decode()
    assert 'aria-label="去掉“包含任一标签 金卡”"' in text
    assert "清除全部" in text


def test_the_list_finds_what_the_api_finds(cast: Cast, people: dict[str, Any]) -> None:
    asked = {"followerId": cast.owner.pk, "followStatus": 3, "tagIdsNone": [people["black"].pk], "gender": 2}
    by_api = listing.page(Wanted(cast.actor("admin"), asked), number=1, size=20)["list"]
    answer = listed(
        cast.users["admin"], follower=cast.owner.pk, follow_status=3, tag_none=people["black"].pk, gender__exact=2
    )
    assert found(answer) == [row["name"] for row in by_api] == ["甲"]


def test_a_foreign_row_names_nothing_and_finds_nobody(cast: Cast) -> None:
    secret = make.tag(make.group(cast.other_corp), name="乙方标签")
    make.customer(cast.corp, cast.owner)
    answer = listed(cast.users["admin"], tag=secret.pk, follower=cast.stranger.pk)
    text = answer.content.decode()
    assert found(answer) == []
    assert "乙方标签" not in text
    assert "外人" not in text
    assert chips(answer) == [("包含全部标签", f"#{secret.pk}"), ("跟进过的员工", f"#{cast.stranger.pk}")]


class TestOwnFields:
    @pytest.fixture
    def fields(self, cast: Cast) -> dict[str, CustomField]:
        level = make.custom_field(cast.corp, "level", "甲级", "乙级", name="等级")
        made = {"level": level}
        for key, kind in (("age", CustomKind.NUMBER), ("seen", CustomKind.DATE_TIME), ("vip", CustomKind.FLAG)):
            made[key] = make.custom_field(cast.corp, key, kind=kind, name=key)
        made["nick"] = make.custom_field(cast.corp, "nick", name="昵称", personal=True)
        make.custom_field(cast.corp, "of_both", name="关系字段", subject=CustomSubject.RELATION)
        best = level.options.get(label="甲级").pk
        one = make.customer(cast.corp, cast.owner, name="甲")
        make.filled(one, level=best, age=30, seen="2026-03-05T10:00:00+08:00", vip=True, nick="小甲")
        make.customer(cast.corp, cast.owner, name="乙")
        return made

    def test_each_is_asked_by_its_kind(self, cast: Cast, fields: dict[str, CustomField]) -> None:
        client = entered(cast.users["admin"])
        at = {key: f"cf{field.pk}" for key, field in fields.items()}
        best = fields["level"].options.get(label="甲级").pk
        for params, said in (
            ({at["level"]: best}, "甲级"),
            ({f"{at['age']}_from": "30"}, "不小于 30"),
            ({f"{at['seen']}_to": "2026-03-05"}, "不大于 2026-03-05"),
            ({at["vip"]: "true"}, "是"),
            ({f"{at['nick']}_has": "set"}, "已填写"),
        ):
            answer = client.get(URL, params)
            assert found(answer) == ["甲"], params
            assert [value for _name, value in chips(answer)] == [said]
        assert found(client.get(URL, {f"{at['age']}_has": "unset"})) == ["乙"]

    def test_what_a_personal_one_holds_is_not_asked_by_an_address(
        self, cast: Cast, fields: dict[str, CustomField]
    ) -> None:
        answer = listed(cast.users["admin"])
        text = answer.content.decode()
        assert f'name="cf{fields["nick"].pk}_has"' in text
        assert f'name="cf{fields["nick"].pk}"' not in text
        assert "关系字段" not in text
        assert listed(cast.users["admin"], **{f"cf{fields['nick'].pk}": "小甲"}).status_code == 302

    def test_what_is_no_number_is_said_above_the_table(self, cast: Cast, fields: dict[str, CustomField]) -> None:
        answer = listed(cast.users["admin"], **{f"cf{fields['age'].pk}_from": "三十"})
        assert answer.status_code == 400
        assert found(answer) == []
        assert "此处须为数字" in answer.content.decode()
        assert 'role="alert"' in answer.content.decode()


def test_no_filter_makes_the_list_cost_more_than_twelve_statements(cast: Cast, people: dict[str, Any]) -> None:
    field = make.custom_field(cast.corp, "level", "甲级", name="等级")
    every = {k: v for k, v in asked_of_the_first(cast, people).items() if v is not None}
    asked = [value if isinstance(value, dict) else {name: value} for name, value in every.items()]
    asked += [{"department": cast.department.pk}, {f"cf{field.pk}": field.options.get().pk}, {"q": "甲"}]
    client = entered(cast.users["admin"])
    costs = {str(one): len(statements(client, f"{URL}?{_query(one)}")) for one in asked}
    assert max(costs.values()) <= 12, costs
    # However many rows are named, their names are one statement.
    tags = "&".join(f"{name}={people[tag].pk}" for name in ("tag_any", "tag_none") for tag in ("gold", "black"))
    many = statements(client, f"{URL}?{tags}&stage__id__exact={people['stage'].pk}&follower={cast.owner.pk}")
    assert len(many) <= 12, "\n".join(many)
    assert sum("UNION ALL" in sql for sql in many) == 1


def _query(params: dict[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in params.items())


def test_a_superuser_of_no_company_has_the_filters_too(cast: Cast, people: dict[str, Any]) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    assert found(listed(root, tag=people["gold"].pk, lost_from=now().date().replace(year=2020))) == ["甲"]


def test_what_can_not_be_read_asks_nothing(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, name="甲")
    answer = listed(
        cast.users["admin"],
        status="9",
        follow_user__id__exact="王",
        tag=["x", "9" * 30],
        add_time_from="2026-02-30",
        gender__exact="男",
        way="x",
        blacklisted__exact="?",
        channel=" ",
        follow_state="\0",
    )
    assert found(answer) == ["甲"]
    assert chips(answer) == []
    assert not answer.context["cl"].has_active_filters


def test_days_are_those_of_the_company_and_both_ends_are_in(cast: Cast) -> None:
    late = dt.datetime(2026, 3, 5, 15, 59, tzinfo=dt.UTC)
    make.customer(cast.corp, cast.owner, name="五日", add_time=late)
    make.customer(cast.corp, cast.owner, name="六日", add_time=late + dt.timedelta(minutes=1))
    for params, names, said in (
        ({"add_time_from": "2026-03-05", "add_time_to": "2026-03-05"}, ["五日"], "2026-03-05 至 2026-03-05"),
        ({"add_time_from": "2026-03-06"}, ["六日"], "2026-03-06 起"),
        ({"add_time_to": "2026-03-05"}, ["五日"], "2026-03-05 及以前"),
    ):
        answer = listed(cast.users["admin"], **params)
        assert found(answer) == names, params
        assert chips(answer) == [("添加时间", said)]


def test_somebody_lost_is_one_whose_stay_ended_then_also_before_a_day(cast: Cast) -> None:
    stays = make.customer(cast.corp, cast.owner, name="在")
    left = make.customer(cast.corp, cast.owner, name="走")
    RelationEpisode.objects.filter(customer=left).update(ended_at=_at(2026, 4, 2), ended_by=3)
    assert RelationEpisode.objects.get(customer=stays).ended_at is None
    assert found(listed(cast.users["admin"], lost_to="2026-04-02")) == ["走"]
    assert found(listed(cast.users["admin"], lost_from="2026-04-03")) == []


def test_more_questions_about_custom_fields_than_the_api_takes_are_refused(cast: Cast) -> None:
    fields = [make.custom_field(cast.corp, f"f{n}", name=f"字段甲{n}") for n in range(6)]
    make.customer(cast.corp, cast.owner)
    asked = {f"cf{field.pk}_has": "unset" for field in fields}
    answer = listed(cast.users["admin"], **asked)
    assert (answer.status_code, found(answer)) == (400, [])
    assert "一次最多按 5 个自定义字段条件筛选" in answer.content.decode()
    # What was asked is still there to be taken away.
    assert len(chips(answer)) == 6
