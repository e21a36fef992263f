"""The service's own client and the sandbox, written apart from the same pages, understand each other call by call."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.wecom import sandboxed
from tests.wecom.sandbox.conftest import DAY
from tests.wecom.sandboxed import Sandboxed
from wecom.client import contact_ways, customers, groups, house, messages, statistics, tags, transfers
from wecom.client.errors import Busy, Gone, NoRelation, NotAllowed, Unreachable, WecomError
from wecom.client.transport import Client, client_of
from wecom.sandbox.company import Company


@pytest.fixture
def box(db: None, settings: Any) -> Iterator[Sandboxed]:
    box = sandboxed.connected()
    box.company.hire("lina", "林娜", leads=[1], position="主管")
    box.company.hire("bob", "王博")
    box.company.take_events()
    yield box
    sandboxed.disconnect()


@pytest.fixture
def company(box: Sandboxed) -> Company:
    return box.company


@pytest.fixture
def client(box: Sandboxed) -> Client:
    return client_of(box.app)


@pytest.fixture
def external(company: Company) -> str:
    return company.befriend("lina", name="海洋", state="expo")


def test_the_house_is_read(company: Company, client: Client) -> None:
    inner = company.add_department("销售部", order=5)
    company.move_employee("bob", [inner])
    told = {row["id"]: row for row in house.departments(client)}
    assert (told[1]["parentid"], told[inner]["name"], told[inner]["order"]) == (0, "销售部", 5)
    assert told[1]["department_leader"] == ["lina"]
    assert [row["userid"] for row in house.department_members(client, inner)] == ["bob"]
    assert house.user(client, "lina")["position"] == "主管"
    assert house.follow_users(client) == ["lina", "bob"]


def test_ids_are_read_with_the_contacts_secret_only(client: Client) -> None:
    with pytest.raises(NotAllowed) as refused:
        house.member_ids(client)
    assert refused.value.code == 48002


def test_ids_come_in_pages(box: Sandboxed, client: Client) -> None:
    box.company.apps[sandboxed.AGENT].contacts = True
    first, cursor = house.member_ids(client, limit=1)
    second, end = house.member_ids(client, cursor, limit=1)
    assert [row["userid"] for row in [*first, *second]] == ["lina", "bob"]
    assert end == ""


@pytest.mark.parametrize("as_error", [False, True])
def test_nobodys_customers_are_none_either_way(company: Company, client: Client, as_error: bool) -> None:
    company.switches.empty_list_is_error = as_error
    assert customers.customer_ids(client, "bob") == []


def test_a_customer_is_read_with_all_pages_of_followers(company: Company, client: Client, external: str) -> None:
    for number in range(600):
        company.hire(f"many{number}", "某")
        company.befriend(f"many{number}", external)
    told = customers.customer(client, external)
    assert told["external_contact"]["name"] == "海洋"
    assert len(told["follow_user"]) == 601
    assert told["follow_user"][0]["state"] == "expo"


def test_pairs_are_read_in_pages(company: Company, client: Client, external: str) -> None:
    others = [company.befriend("bob") for _ in range(3)]
    found, cursor = [], ""
    while True:
        rows, cursor = customers.customers_of(client, ["lina", "bob"], cursor, limit=2)
        found += [(row["follow_info"]["userid"], row["external_contact"]["external_userid"]) for row in rows]
        if not cursor:
            break
    assert found == [("lina", external), *(("bob", other) for other in others)]


def test_a_remark_is_written(company: Company, client: Client, external: str) -> None:
    customers.remark(client, "lina", external, remark="海总", remark_mobiles=["19900000001"])
    truth = company.truth()["follows"]["lina", external]
    assert (truth["remark"], truth["remark_mobiles"]) == ("海总", ("19900000001",))


def test_a_pair_that_is_over_is_no_relation(company: Company, client: Client, external: str) -> None:
    company.delete_by_employee("lina", external)
    for call in (
        lambda: customers.customer(client, external),
        lambda: customers.remark(client, "lina", external, remark="x"),
    ):
        with pytest.raises(NoRelation) as refused:
            call()
        assert refused.value.code == 84061


def test_whoever_has_left_is_gone(company: Company, client: Client) -> None:
    company.fire("bob")
    with pytest.raises(Gone):
        house.user(client, "bob")
    with pytest.raises(Gone):
        customers.customer_ids(client, "bob")


def test_the_catalogue_is_written_and_read(company: Company, client: Client) -> None:
    group = tags.add_corp_tags(client, group_name="等级", tags=[{"name": "甲"}, {"name": "乙", "order": 3}])
    more = tags.add_corp_tags(client, group_id=group["group_id"], tags=[{"name": "丙"}])
    assert [tag["name"] for tag in more["tag"]] == ["丙"]
    tags.edit_corp_tag(client, id=more["tag"][0]["id"], name="丁", order=9)
    (told,) = tags.corp_tags(client)
    assert [tag["name"] for tag in told["tag"]] == ["丁", "乙", "甲"]
    tags.delete_corp_tags(client, tag_ids=[more["tag"][0]["id"]])
    assert [tag["name"] for tag in tags.corp_tags(client, group_ids=[group["group_id"]])[0]["tag"]][:1] != ["丁"]
    assert {row["name"] for row in company.truth()["tags"].values()} == {"甲", "乙"}


def test_tags_are_put_on_and_taken_off(company: Company, client: Client, external: str) -> None:
    first, second = (tag.id for tag in company.tags_of(company.add_tag_group("等级", ["甲", "乙"]).id))
    tags.mark_tags(client, userid="lina", external_userid=external, add=[first, second])
    tags.mark_tags(client, userid="lina", external_userid=external, remove=[first])
    assert company.truth()["follows"]["lina", external]["tags"] == [second]
    with pytest.raises(WecomError) as refused:
        tags.mark_tags(client, userid="lina", external_userid=external, add=["et-unknown"])
    assert refused.value.code == 40068


def test_groups_are_read(company: Company, client: Client, external: str) -> None:
    chats = [company.open_chat("lina", [external], name=f"群{number}") for number in range(3)]
    first, cursor = groups.group_chats(client, limit=2)
    second, end = groups.group_chats(client, limit=2, cursor=cursor)
    assert [row["chat_id"] for row in [*first, *second]] == chats
    assert end == ""
    told = groups.group_chat(client, chats[0])
    assert (told["name"], told["owner"]) == ("群0", "lina")
    assert {member.get("name") for member in told["member_list"]} == {"林娜", "海洋"}


def test_a_leavers_groups_are_read_by_naming_the_leaver(company: Company, client: Client, external: str) -> None:
    chat = company.open_chat("bob", [external])
    company.fire("bob")
    assert groups.group_chats(client)[0] == []
    assert groups.group_chats(client, owners=["bob"], status=1)[0] == [{"chat_id": chat, "status": 1}]


def test_a_dismissed_group_is_gone(company: Company, client: Client, external: str) -> None:
    chat = company.open_chat("lina", [external])
    company.dismiss(chat)
    with pytest.raises(Gone) as refused:
        groups.group_chat(client, chat)
    assert refused.value.code == 49008


def test_a_transfer_is_started_and_followed(company: Company, client: Client, external: str) -> None:
    started = transfers.transfer_customers(client, handover="lina", takeover="bob", external_userids=[external, "wm-x"])
    assert [(row["external_userid"], row["errcode"]) for row in started] == [(external, 0), ("wm-x", 40096)]
    rows, _cursor = transfers.transfer_results(client, handover="lina", takeover="bob")
    assert [row["status"] for row in rows] == [2]
    company.finish_transfers()
    rows, _cursor = transfers.transfer_results(client, handover="lina", takeover="bob")
    assert [row["status"] for row in rows] == [1]


def test_a_leavers_customers_and_groups_are_handed_on(company: Company, client: Client, external: str) -> None:
    chat = company.open_chat("lina", [external])
    company.fire("lina")
    rows, _cursor = transfers.unassigned(client)
    assert [(row["handover_userid"], row["external_userid"]) for row in rows] == [("lina", external)]
    assert (
        transfers.transfer_resigned(client, handover="lina", takeover="bob", external_userids=[external])[0]["errcode"]
        == 0
    )
    assert transfers.resigned_results(client, handover="lina", takeover="bob")[0][0]["status"] == 2
    assert transfers.transfer_groups(client, chat_ids=[chat], new_owner="bob") == []
    failed = transfers.transfer_groups_on_job(client, chat_ids=[chat], new_owner="bob")
    assert [row["errcode"] for row in failed] == [90504]


def test_figures_are_read(company: Company, client: Client, external: str) -> None:
    company.open_chat("lina", [external])
    today = company.clock.now()
    (row,) = statistics.contact_figures(client, start=today, end=today, userids=["lina"])
    assert row["new_contact_cnt"] == 1
    company.advance(DAY)
    by_owner, end = statistics.group_figures_by_owner(client, start=today, end=today)
    assert ([row["owner"] for row in by_owner], end) == (["lina"], None)
    assert len(statistics.group_figures_by_day(client, start=today, end=today)) == 1


def test_contact_ways_are_written_and_read(client: Client) -> None:
    made = contact_ways.add_contact_way(client, type=2, scene=2, state="expo", user=["lina"])
    assert contact_ways.contact_way(client, made["config_id"])["state"] == "expo"
    contact_ways.update_contact_way(client, made["config_id"], state="expo-2")
    assert contact_ways.contact_way(client, made["config_id"])["state"] == "expo-2"
    assert contact_ways.config_ids(client)[0] == [made["config_id"]]
    contact_ways.delete_contact_way(client, made["config_id"])
    assert contact_ways.config_ids(client) == ([], "")


def test_a_welcome_is_sent_once(company: Company, client: Client, external: str) -> None:
    code = company.take_events()[-1]["WelcomeCode"]
    messages.send_welcome(client, welcome_code=code, text="您好")
    assert company.welcomes[code].said == "您好"
    with pytest.raises(WecomError) as refused:
        messages.send_welcome(client, welcome_code=code, text="您好")
    assert refused.value.code == 41051


def test_a_text_to_colleagues_names_whom_it_did_not_reach(company: Company, client: Client) -> None:
    assert messages.send_text(client, userids=["lina", "nobody"], text="您好") == ["nobody"]
    assert messages.send_text(client, userids=["bob"], text="您好") == []
    # The same again within four hours is sent once.
    assert messages.send_text(client, userids=["bob"], text="您好") == []
    assert [(row["to"], row["text"]) for row in company.messages] == [(["lina"], "您好"), (["bob"], "您好")]
    with pytest.raises(WecomError) as refused:
        messages.send_text(client, userids=["nobody"], text="您好")
    assert refused.value.code == 81013


def test_a_token_that_died_is_fetched_anew_and_nobody_notices(box: Sandboxed, client: Client) -> None:
    assert house.follow_users(client) == ["lina", "bob"]
    for code in (42001, 40014):
        box.server.tokens.kill(code=code)
        assert house.follow_users(client) == ["lina", "bob"]
    assert box.server.calls["gettoken"] == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [({"html": 1.0}, Unreachable), ({"cut": 1.0}, Unreachable), ({"errors": {"*": {6000: 1.0}}}, Busy)],
)
def test_what_goes_wrong_has_a_name(
    box: Sandboxed, client: Client, fault: dict[str, Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.follow_users(client)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    box.server.faults.set(**fault, only=["department/list"])
    with pytest.raises(error):
        house.departments(client)
