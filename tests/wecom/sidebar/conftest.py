from collections.abc import Iterator

import pytest

from corps.models import Employee
from tests import make
from tests.wecom.sandboxed import Sandboxed, connected, disconnect


@pytest.fixture
def wecom(db: None) -> Iterator[Sandboxed]:
    """A company in WeCom with one member, who is mirrored."""
    found = connected()
    found.company.hire("lina", "李娜", departments=[1])
    make.employee(found.corp, userid="lina", name="李娜")
    yield found
    disconnect()


@pytest.fixture
def lina(wecom: Sandboxed) -> Employee:
    return Employee.objects.get(userid="lina")
