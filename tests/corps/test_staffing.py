import pytest

from core.errors import RuleViolation
from corps import staffing
from corps.actors import SYSTEM
from corps.models import Department, Employee
from tests import make
from tests.conftest import Cast


def paths() -> dict[int, tuple[int | None, str]]:
    return {d.pk: (d.parent_id, d.path) for d in Department.objects.all()}


def test_a_path_names_the_departments_from_the_root_down(cast: Cast) -> None:
    below = make.department(cast.corp, cast.department)
    root = cast.department.parent
    assert below.path == f"/{root.pk}/{cast.department.pk}/{below.pk}/"


def test_a_moved_department_takes_everything_below_along(cast: Cast) -> None:
    team = make.department(cast.corp, cast.department)
    group = make.department(cast.corp, team)
    elsewhere = make.department(cast.corp)
    staffing.move_department(department=team, parent=elsewhere, by=SYSTEM)
    assert paths()[team.pk] == (elsewhere.pk, f"/{elsewhere.pk}/{team.pk}/")
    assert paths()[group.pk] == (team.pk, f"/{elsewhere.pk}/{team.pk}/{group.pk}/")


def test_a_department_can_become_a_root(cast: Cast) -> None:
    staffing.move_department(department=cast.department, parent=None, by=SYSTEM)
    assert paths()[cast.department.pk] == (None, f"/{cast.department.pk}/")


def test_moving_to_where_it_is_changes_nothing(cast: Cast) -> None:
    before = paths()
    staffing.move_department(department=cast.department, parent=cast.department.parent, by=SYSTEM)
    assert paths() == before


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_department_is_never_placed_below_itself(cast: Cast, depth: int) -> None:
    chain = [cast.department]
    for _ in range(2):
        chain.append(make.department(cast.corp, chain[-1]))
    before = paths()
    with pytest.raises(RuleViolation) as refusal:
        staffing.move_department(department=chain[0], parent=chain[depth], by=SYSTEM)
    assert refusal.value.code == "department_cycle"
    assert paths() == before


def test_a_cycle_is_seen_even_when_the_caller_holds_an_old_copy_of_the_parent(cast: Cast) -> None:
    stale = make.department(cast.corp)
    staffing.move_department(department=Department.objects.get(pk=stale.pk), parent=cast.department, by=SYSTEM)
    with pytest.raises(RuleViolation) as refusal:
        staffing.move_department(department=cast.department, parent=stale, by=SYSTEM)
    assert refusal.value.code == "department_cycle"


def test_a_parent_of_another_company_is_refused_for_a_new_and_a_moved_department(cast: Cast) -> None:
    foreign = make.department(cast.other_corp)
    before = paths()
    with pytest.raises(RuleViolation) as refusal:
        staffing.create_department(corp=cast.corp, name="x", parent=foreign, by=SYSTEM)
    assert refusal.value.code == "department_foreign"
    with pytest.raises(RuleViolation) as refusal:
        staffing.move_department(department=cast.department, parent=foreign, by=SYSTEM)
    assert refusal.value.code == "department_foreign"
    assert paths() == before


def test_a_tree_too_deep_for_its_path_is_refused(cast: Cast) -> None:
    Department.objects.filter(pk=cast.department.pk).update(path="/" + "1/" * 127)
    before = paths()
    with pytest.raises(RuleViolation) as refusal:
        make.department(cast.corp, cast.department)
    assert refusal.value.code == "department_too_deep"
    assert paths() == before


def test_the_members_of_a_department_include_those_below_and_nobody_of_another_company(cast: Cast) -> None:
    team = make.department(cast.corp, cast.department)
    below = make.employee(cast.corp, team)
    actor = cast.actor("admin")
    everyone = {cast.owner.pk, cast.colleague.pk, cast.manager.pk, below.pk}
    rows = Employee.objects.visible_to(actor)
    assert set(rows.in_department(cast.department.pk, actor).values_list("pk", flat=True)) == everyone
    assert list(rows.in_department(team.pk, actor)) == [below]
    assert not rows.in_department(make.department(cast.other_corp).pk, actor).exists()
