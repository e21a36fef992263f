"""Where employees belong: their places are exactly as told, those in departments that WeCom doesn't know aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from corps.facts import EmployeeFacts
from corps.models import Department, DepartmentMember


@dataclass(slots=True)
class Moves:
    """What has to be written, and who has another place than before."""

    added: list[DepartmentMember] = field(default_factory=list)
    changed: dict[tuple[bool, bool], list[int]] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    people: set[int] = field(default_factory=set)

    def store(self) -> None:
        """Write them; a handful of statements for any number of people."""
        DepartmentMember.objects.filter(pk__in=self.removed).delete()
        for (leads, main), pks in self.changed.items():
            DepartmentMember.objects.filter(pk__in=pks).update(is_leader=leads, is_main=main)
        DepartmentMember.objects.bulk_create(self.added)


def compare(corp_id: int, told: Mapping[int, EmployeeFacts]) -> Moves:
    """Compare the places of employees (id → facts) with what was told. Departments out of sight here make no place."""
    speaking = {pk: one for pk, one in told.items() if not (one.departments is None and one.main_department is None)}
    moves, held = Moves(), _held(speaking)
    ids = _ids(corp_id, speaking) if speaking else {}
    for pk, facts in speaking.items():
        _compare(corp_id, pk, facts, held.get(pk, {}), ids, moves)
    return moves


def _held(people: Mapping[int, EmployeeFacts]) -> dict[int, dict[int, DepartmentMember]]:
    """Employee → department → place, those in departments made here left out."""
    held: dict[int, dict[int, DepartmentMember]] = {}
    rows = DepartmentMember.objects.filter(employee__in=people.keys()).exclude(department__wecom_id=None)
    for row in rows if people else ():
        held.setdefault(row.employee_id, {})[row.department_id] = row
    return held


def _ids(corp_id: int, people: Mapping[int, EmployeeFacts]) -> dict[int, int]:
    wanted = {wecom_id for one in people.values() for wecom_id, _leads in one.departments or ()}
    wanted |= {one.main_department for one in people.values() if one.main_department is not None}
    rows = Department.objects.of_corp(corp_id).filter(wecom_id__in=wanted)
    return {key: pk for key, pk in rows.values_list("wecom_id", "pk") if key is not None}


def _compare(
    corp_id: int,
    employee_id: int,
    facts: EmployeeFacts,
    held: dict[int, DepartmentMember],
    ids: Mapping[int, int],
    moves: Moves,
) -> None:
    places = {d: row.is_leader for d, row in held.items()}
    if facts.departments is not None:
        places = {ids[wecom_id]: leads for wecom_id, leads in facts.departments if wecom_id in ids}
    main = next((d for d, row in held.items() if row.is_main), None)
    if facts.main_department is not None:
        main = ids.get(facts.main_department)
    wanted = {d: (leads, d == main) for d, leads in places.items()}
    for department, (leads, is_main) in wanted.items():
        row = held.get(department)
        if row is None:
            place = {"corp_id": corp_id, "employee_id": employee_id, "department_id": department}
            moves.added.append(DepartmentMember(**place, is_leader=leads, is_main=is_main))
        elif (row.is_leader, row.is_main) != (leads, is_main):
            moves.changed.setdefault((leads, is_main), []).append(row.pk)
    moves.removed += [row.pk for department, row in held.items() if department not in wanted]
    if wanted != {d: (row.is_leader, row.is_main) for d, row in held.items()}:
        moves.people.add(employee_id)
