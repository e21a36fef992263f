"""From the code on a poster to the record of a loss: one customer's way through everything that is watched."""

from django.test import Client

from core.time import now
from corps.choices import Role
from customers import blacklist, collaborating, contact_ways
from customers.contact_ways.checking import Shift
from customers.models import ContactWay, CustomerTag, FollowRelation
from insights.models import Loss, RiskAlert
from tests import api, make
from tests.console.conftest import entered, page
from tests.journeys.town import BY, DAY, Town


def code_of(town: Town, *userids: str, **fields: object) -> ContactWay:
    """A code that is printed and works."""
    way = make.contact_way(town.corp, *(town.employee(userid) for userid in userids), **fields)
    town.push()
    way.refresh_from_db()
    assert way.status == "active"
    return way


def scan(town: Town, way: ContactWay, **fields: str) -> str:
    external = town.company.scan(way.config_id, **fields)
    town.company.change_person(external, name="张三")
    town.spread()
    return external


def test_who_comes_by_a_code_gets_what_it_promises_and_is_counted(town: Town) -> None:
    channel = make.channel(town.corp, name="展会")
    tag = make.tag(make.group(town.corp, name="来历"), name="展会来的")
    town.push()
    way = code_of(town, "lina", channel=channel, tag_ids=[tag.pk], welcome_text="欢迎来到展位")
    external = scan(town, way)
    assert town.follows(external) == {"lina": FollowRelation.objects.get().get_status_display()}
    assert town.tags(external) == {"展会来的"}
    assert CustomerTag.objects.get().source == "rule"
    # The customer is greeted once, and the tag is in WeCom too, where it has to be made first.
    town.pass_time(3600)
    town.spread()
    assert [welcome.said for welcome in town.company.welcomes.values() if welcome.used] == ["欢迎来到展位"]
    assert len(town.there("lina", external).tags) == 1
    assert town.came_by(channel) == (1, 0)


def test_a_code_serves_by_the_hour_and_its_channel_counts_whoever_served(town: Town) -> None:
    channel = make.channel(town.corp, name="门店")
    way = code_of(town, "lina", channel=channel)
    first = scan(town, way)
    contact_ways.update_way(way=way, members=[Shift(employee_id=town.employee("wangwu").pk)], **BY)
    town.push()
    second = scan(town, way)
    assert (list(town.follows(first)), list(town.follows(second))) == (["lina"], ["wangwu"])
    assert town.came_by(channel) == (2, 0)


def test_a_loss_is_of_the_channel_by_which_the_customer_came(town: Town) -> None:
    channel = make.channel(town.corp, name="展会")
    way = code_of(town, "lina", channel=channel)
    external = scan(town, way)
    town.pass_time(3 * DAY)
    town.company.delete_by_customer("lina", external)
    town.spread()
    loss = Loss.objects.get()
    assert (loss.state, loss.days) == (way.state, 3)
    assert town.warnings() == [("customer_deleted", "open")]
    assert town.told() == ["lina 1"]
    assert town.came_by(channel) == (1, 1)
    # They come back by the same code: the record of the loss stays, the warning is over.
    town.pass_time(DAY)
    town.company.scan(way.config_id, external)
    town.spread()
    assert town.warnings() == [("customer_deleted", "passed")]
    assert (Loss.objects.count(), town.came_by(channel)) == (1, (2, 1))


def test_lost_to_one_and_still_a_friend_of_another(town: Town) -> None:
    external = town.arrive("lina", "大海")
    town.company.befriend("wangwu", external)
    town.spread()
    town.pass_time(DAY)
    town.company.delete_by_customer("lina", external)
    town.spread()
    answer = api.client(town.corp, "read").get("/api/v1/losses/").json()
    assert [row["stillFriend"] for row in answer["list"]] == [True]
    assert town.customer(external).follow_user == town.employee("wangwu")


def test_a_code_that_was_deleted_greets_and_tags_nobody_more(town: Town) -> None:
    way = code_of(town, "lina", welcome_text="欢迎")
    config_id = way.config_id
    contact_ways.delete_way(way=way, **BY)
    town.push()
    assert config_id not in town.company.contact_ways
    external = town.arrive("lina", "来晚了", state=way.state)
    assert town.tags(external) == set()
    assert [welcome.said for welcome in town.company.welcomes.values() if welcome.used] == []


def test_one_of_the_blacklist_comes_by_a_code_and_somebody_is_warned(town: Town) -> None:
    way = code_of(town, "lina")
    external = scan(town, way)
    town.company.delete_by_employee("lina", external)
    town.spread()
    blacklist.put(customer=town.customer(external), reason="恶意退单", **BY)
    town.pass_time(DAY)
    town.company.scan(way.config_id, external)
    town.spread()
    assert ("blacklisted_added", "open") in town.warnings()
    # Off the list again, there is nothing to warn of.
    town.pass_time(60)
    blacklist.lift(customer=town.customer(external), **BY)
    town.spread()
    assert ("blacklisted_added", "open") not in town.warnings()


def test_a_collaborator_reads_the_customer_with_warnings_and_losses_and_changes_nothing(town: Town) -> None:
    external = town.arrive("lina", "大海")
    town.company.befriend("wangwu", external)
    town.spread()
    town.pass_time(DAY)
    town.company.delete_by_customer("wangwu", external)
    town.spread()
    customer = town.customer(external)
    reader: Client = entered(town.user(Role.STAFF, "zhou"))
    seen = [page(customer, "change"), page(Loss.objects.get(), "change"), page(RiskAlert.objects.get(), "change")]
    assert [reader.get(address).status_code for address in seen] != [200, 200, 200]
    collaborating.add_collaborators(customer=customer, employee_ids=[town.employee("zhou").pk], **BY)
    town.spread()
    assert reader.get(seen[0]).status_code == 200
    assert reader.post(page(customer, "delete"), {"post": "yes"}).status_code == 403
    collaborating.remove_collaborators(customer=customer, employee_ids=[town.employee("zhou").pk], **BY)
    assert reader.get(seen[0]).status_code != 200


def test_a_silence_is_broken_by_a_follow_up(town: Town) -> None:
    external = town.arrive("lina", "大海")
    town.pass_time(40 * DAY)
    from_here = api.client(town.corp)
    alerts = from_here.get("/api/v1/risks/").json()["list"]
    assert alerts == []
    town.spread()
    body = {"content": "电话里约了下周", "employeeId": town.employee("lina").pk}
    written = from_here.post(f"/api/v1/customers/{town.customer(external).pk}/followups/", body, format="json")
    assert written.status_code == 201
    town.spread()
    assert [state for kind, state in town.warnings() if kind == "silence"] in ([], ["passed"])
    assert now() > town.customer(external).create_time
