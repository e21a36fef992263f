"""Tags, departments, employees, users and API accounts: the console calls their rules, and shows what they refuse."""

import re
from typing import Any

from django.contrib.messages import get_messages

from corps import accounts, keyring
from corps.actors import SYSTEM
from corps.choices import Role
from corps.models import ApiAccount, ApiKey, Department, DepartmentMember, Employee, User
from tags.models import Tag, TagGroup
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


def told(response: Any) -> list[str]:
    return [str(m) for m in get_messages(response.wsgi_request)]


def filled(client: Any, target: Any, kind: str, **changes: Any) -> Any:
    """Open a form, change some fields, and post it."""
    address = page(target, kind)
    return client.post(address, form_of(client.get(address), **changes))


# --- Tags ---


def test_a_tag_is_added_changed_moved_and_deleted_with_its_events(cast: Cast, recorded: Any) -> None:
    here, there = make.group(cast.corp), make.group(cast.corp)
    client = entered(cast.users["admin"])
    assert filled(client, Tag, "add", name="新标签", group=here.pk).status_code == 302
    tag = Tag.objects.get(name="新标签")
    assert filled(client, tag, "change", name="改名", group=there.pk, order="7").status_code == 302
    tag.refresh_from_db()
    assert (tag.name, tag.group_id, tag.order, tag.corp_id) == ("改名", there.pk, 7, cast.corp.pk)
    assert client.post(page(tag, "delete"), {"post": "yes"}).status_code == 302
    assert not Tag.objects.live().exists()
    names = [event[0] for event in recorded()]
    assert (names[0], names[-1]) == ("tag.created", "tag.deleted")
    assert set(names[1:-1]) == {"tag.updated"}


def test_a_taken_name_is_refused_beside_the_field_and_a_move_before_it_is_undone(cast: Cast, recorded: Any) -> None:
    here, there = make.group(cast.corp), make.group(cast.corp)
    make.tag(there, name="有了")
    tag = make.tag(here, name="原名")
    before = recorded()
    answer = filled(entered(cast.users["admin"]), tag, "change", name="有了", group=there.pk)
    assert "该名称已被使用" in str(answer.context["adminform"].form.errors["name"])
    tag.refresh_from_db()
    assert (tag.name, tag.group_id) == ("原名", here.pk)
    assert recorded() == before


def test_a_tag_is_merged_into_another_of_the_company(cast: Cast, recorded: Any) -> None:
    group = make.group(cast.corp)
    old, into = make.tag(group), make.tag(group)
    foreign = make.tag(make.group(cast.other_corp))
    client = entered(cast.users["admin"])
    for wrong in (foreign.pk, old.pk):
        assert client.post(page(old, "merge"), {"into": wrong}).context["form"].errors
    assert recorded() == []
    assert client.post(page(old, "merge"), {"into": into.pk}).url == page(into, "change")
    old.refresh_from_db()
    assert old.merged_into_id == into.pk
    assert recorded()[-1][:2] == ("tag.merged", old.pk)


def test_a_group_is_added_with_its_tags_and_ended_with_them(cast: Cast, recorded: Any) -> None:
    client = entered(cast.users["admin"])
    assert filled(client, TagGroup, "add", name="兴趣", tag_names="摄影\n\n旅行\n").status_code == 302
    group = TagGroup.objects.get(name="兴趣")
    assert [tag.name for tag in group.tags.order_by("order")] == ["摄影", "旅行"]
    assert "摄影" in client.get(page(group, "delete")).content.decode()
    client.post(page(group, "delete"), {"post": "yes"})
    assert not Tag.objects.live().exists()
    assert recorded()[-1][:2] == ("tag_group.deleted", group.pk)


def test_staff_read_the_catalogue_and_change_nothing(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.corp))
    client = entered(cast.users["owner"])
    assert client.get(page(tag, "change")).status_code == 200
    for address in (page(tag, "delete"), page(tag, "merge"), page(Tag, "add")):
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.post(page(tag, "change"), {"name": "x"}).status_code == 403
    assert recorded() == []


def test_the_picker_names_a_tag_with_its_group(cast: Cast) -> None:
    make.tag(make.group(cast.corp, name="等级"), name="重要")
    query = {"app_label": "customers", "model_name": "customertag", "field_name": "tag", "term": "重"}
    answer = entered(cast.users["owner"]).get("/admin/autocomplete/", query).json()
    assert [o["text"] for o in answer["results"]] == ["等级 / 重要"]


# --- The company's tree and people ---


def test_a_department_moves_with_what_is_below_it_and_never_below_itself(cast: Cast) -> None:
    root = cast.department.parent
    below = make.department(cast.corp, cast.department, name="一组")
    client = entered(cast.users["admin"])
    answer = filled(client, cast.department, "change", parent=below.pk)
    assert "不能把部门移到它自己的下级" in answer.content.decode()
    assert filled(client, cast.department, "change", parent="", name="独立部").status_code == 302
    moved = Department.objects.get(pk=cast.department.pk)
    assert (moved.name, moved.path) == ("独立部", f"/{moved.pk}/")
    assert Department.objects.get(pk=below.pk).path == f"/{moved.pk}/{below.pk}/"
    assert filled(client, Department, "add", name="新部门", parent=root.pk).status_code == 302
    made = Department.objects.get(name="新部门")
    assert (made.corp_id, made.path) == (cast.corp.pk, f"{root.path}{made.pk}/")


def test_an_employee_is_placed_in_departments_of_the_company_alone(cast: Cast) -> None:
    foreign = make.department(cast.other_corp)
    person = make.employee(cast.corp)
    client = entered(cast.users["admin"])
    refused = filled(client, person, "change", **_place(foreign))
    assert refused.status_code == 200
    assert not DepartmentMember.objects.filter(employee=person).exists()
    assert filled(client, person, "change", name="改名", **_place(cast.department)).status_code == 302
    row = DepartmentMember.objects.get(employee=person)
    assert (row.department_id, row.corp_id) == (cast.department.pk, cast.corp.pk)
    assert Employee.objects.get(pk=person.pk).name == "改名"


def test_a_superuser_can_not_place_an_employee_in_another_companys_department(cast: Cast) -> None:
    foreign, person = make.department(cast.other_corp), make.employee(cast.corp)
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    answer = filled(client, person, "change", **_place(foreign))
    assert "该部门属于其他企业" in answer.content.decode()
    assert not DepartmentMember.objects.filter(employee=person).exists()


def test_a_userid_that_is_taken_is_a_sentence_and_not_an_error_page(cast: Cast) -> None:
    answer = filled(entered(cast.users["admin"]), Employee, "add", userid=cast.owner.userid, name="重复")
    assert answer.status_code == 200
    assert "已有另一条数据使用了这些值" in answer.content.decode()
    assert not Employee.objects.filter(name="重复").exists()


# --- Users ---


def new_user(**changes: Any) -> dict[str, Any]:
    secret = "a long enough phrase"
    return {"username": "newone", "name": "新人", "role": "staff", "password1": secret, "password2": secret} | changes


def test_an_administrator_makes_users_of_the_own_company(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    assert client.post(page(User, "add"), new_user(employee=cast.colleague.pk, is_superuser="on")).status_code == 200
    cast.users["colleague"].employee = None
    cast.users["colleague"].save()
    posted = new_user(employee=cast.colleague.pk, is_superuser="on", corp=cast.other_corp.pk)
    assert client.post(page(User, "add"), posted).status_code == 302
    row = User.objects.get(username="newone")
    assert (row.corp_id, row.role, row.is_superuser, row.employee_id) == (
        cast.corp.pk,
        Role.STAFF,
        False,
        cast.colleague.pk,
    )
    assert row.check_password("a long enough phrase")


def test_a_weak_password_is_refused(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    answer = client.post(page(User, "add"), new_user(password1="12345", password2="12345"))
    assert answer.status_code == 200
    assert not User.objects.filter(username="newone").exists()


def test_nobody_but_a_superuser_reaches_or_makes_a_superuser(cast: Cast) -> None:
    root = User.objects.create_superuser("root", "correct horse battery", corp=cast.corp)
    client = entered(cast.users["admin"])
    assert root.pk not in {r.pk for r in client.get(page(User, "changelist")).context["cl"].result_list}
    for kind in ("change", "set_password", "reset_second_factor"):
        posted = {"new_password1": "a long enough phrase", "new_password2": "a long enough phrase"}
        assert client.post(page(root, kind), posted).status_code == 302
    assert User.objects.get(pk=root.pk).check_password("correct horse battery")
    user = cast.users["owner"]
    filled(client, user, "change", is_superuser="on", corp=cast.other_corp.pk, name="改名")
    user.refresh_from_db()
    assert (user.is_superuser, user.corp_id, user.name) == (False, cast.corp.pk, "改名")


def test_a_new_password_ends_the_sessions_with_the_old_one(cast: Cast) -> None:
    user = cast.users["owner"]
    theirs, client = entered(user), entered(cast.users["admin"])
    mismatch = {"new_password1": "a long enough phrase", "new_password2": "another phrase here"}
    assert client.post(page(user, "set_password"), mismatch).status_code == 200
    assert theirs.get("/admin/").status_code == 200
    same = {"new_password1": "a long enough phrase", "new_password2": "a long enough phrase"}
    answer = client.post(page(user, "set_password"), same)
    assert told(answer) == ["密码已设置，使用旧密码的会话均已结束。"]
    assert theirs.get("/admin/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password("a long enough phrase")


def test_another_role_counts_from_the_next_request_on(cast: Cast) -> None:
    theirs = entered(cast.users["admin"])
    assert theirs.get(page(User, "changelist")).status_code == 200
    User.objects.filter(pk=cast.users["admin"].pk).update(role=Role.STAFF)
    assert theirs.get(page(User, "changelist")).status_code == 403


# --- API accounts ---


def shown_key(answer: Any) -> str:
    return re.search(r'id="full-key"[^>]*>([^<]+)<', answer.content.decode())[1]


def test_an_account_is_made_with_scopes_and_its_key_is_shown_once(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    answer = client.post(
        page(ApiAccount, "add"),
        {"name": "CRM", "scopes": ["read", "write"], "active": "on", "keys-TOTAL_FORMS": 0, "keys-INITIAL_FORMS": 0},
    )
    assert answer.status_code == 302
    account = ApiAccount.objects.get()
    assert (account.corp_id, account.scopes) == (cast.corp.pk, ["read", "write"])
    assert client.get(page(account, "issue_key")).status_code == 200
    assert not ApiKey.objects.exists()
    issued = client.post(page(account, "issue_key"))
    full = shown_key(issued)
    assert "no-store" in issued.headers["Cache-Control"]
    assert keyring.actor_of(full)[0].corp_id == cast.corp.pk
    secret = full.split(".")[1]
    for address in (page(account, "change"), page(account, "history"), page(ApiAccount, "changelist")):
        content = client.get(address).content.decode()
        assert secret not in content
        assert ApiKey.objects.get().digest not in content


def test_keys_are_rotated_with_an_overlap_and_revoked_at_once(cast: Cast) -> None:
    account = make.account(cast.corp)
    old, old_text = accounts.issue_key(account=account, by=SYSTEM)
    client = entered(cast.users["admin"])
    new_text = shown_key(client.post(page(account, "rotate_key")))
    old.refresh_from_db()
    assert old.expires_at is not None
    assert keyring.actor_of(old_text)
    assert keyring.actor_of(new_text)
    address = f"/admin/corps/apiaccount/{account.pk}/keys/{old.pk}/revoke/"
    assert client.get(address).status_code == 200
    assert keyring.actor_of(old_text)
    client.post(address)
    keyring.forget()
    assert keyring.actor_of(old_text) is None


def test_a_key_is_revoked_neither_by_a_stranger_nor_through_another_account(cast: Cast) -> None:
    account, other = make.account(cast.corp), make.account(cast.corp)
    key, _text = accounts.issue_key(account=account, by=SYSTEM)
    for user, owner in [("stranger", account), ("admin", other), ("manager", account)]:
        entered(cast.users[user]).post(f"/admin/corps/apiaccount/{owner.pk}/keys/{key.pk}/revoke/")
    assert ApiKey.objects.get(pk=key.pk).revoked_at is None


def test_an_account_switched_off_gets_no_key(cast: Cast) -> None:
    account = make.account(cast.corp, active=False)
    answer = entered(cast.users["admin"]).post(page(account, "issue_key"))
    assert "该接口账号已停用" in answer.content.decode()
    assert not ApiKey.objects.exists()


def _place(department: Department) -> dict[str, Any]:
    return {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-department": department.pk,
        "memberships-0-is_main": "on",
    }
