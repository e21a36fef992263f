"""setup.sh installs what changed and nothing twice; the Python here only tells what it was asked."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scripts.conftest import ROOT, Programs

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-mysql.txt", "constraints.txt")


class Project:
    """A copy of the scripts with requirements of its own."""

    def __init__(self, folder: Path, programs: Programs) -> None:
        self.folder, self.programs = folder, programs
        shutil.copytree(ROOT / "scripts", folder / "scripts")
        for name in FILES:
            (folder / name).write_text(f"{name}==1\n")
        for tool in ("dirname", "cksum", "mkdir", "rm", "id", "touch"):
            programs.link(tool)
        # The system's Python makes the environment; the environment's own tells its version and runs pip.
        told = f'[ "$1" = --version ] && {{ cat {folder}/version; exit; }}\n'
        programs.add("inner", body=told + 'case "$*" in *pip*) exit $(cat ' + f"{folder}/pip-code);; esac")
        programs.link("cp")
        make = f'[ "$2" = venv ] && mkdir -p .venv/bin && cp {programs.folder}/inner .venv/bin/python'
        programs.add("python3", body=make)
        self.answer(version="Python 3.12.1", pip_code=0)

    def answer(self, *, version: str | None = None, pip_code: int | None = None) -> None:
        if version is not None:
            (self.folder / "version").write_text(version + "\n")
        if pip_code is not None:
            (self.folder / "pip-code").write_text(str(pip_code))

    def setup(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["/bin/sh", "scripts/setup.sh", *words]
        env = {"PATH": str(self.programs.folder)}
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=30)

    @property
    def installed(self) -> list[str]:
        """The requirement files that pip was given so far."""
        return [call.split(" -r ")[1].split()[0] for call in self.programs.calls if "pip install" in call]


@pytest.fixture
def project(tmp_path: Path, programs: Programs) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, programs)


def test_the_first_time_makes_the_environment_and_installs(project: Project) -> None:
    done = project.setup("base")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Making the virtual environment (.venv) ...",
        "Installing requirements.txt ...",
    ]
    assert project.installed == ["requirements.txt"]


def test_without_a_word_it_installs_what_running_needs(project: Project) -> None:
    project.setup()
    assert project.installed == ["requirements.txt"]


def test_versions_are_held_by_the_constraints(project: Project) -> None:
    project.setup("base")
    (call,) = (call for call in project.programs.calls if "pip install" in call)
    assert call.endswith("-r requirements.txt -c constraints.txt")


def test_the_second_time_says_and_does_nothing(project: Project) -> None:
    project.setup("base")
    done = project.setup("base")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert project.installed == ["requirements.txt"]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_installed_anew_also_one_that_is_included(project: Project, name: str) -> None:
    project.setup("base")
    (project.folder / name).write_text("something-else==2\n")
    project.setup("base")
    assert project.installed == ["requirements.txt", "requirements.txt"]


def test_another_python_is_installed_for_anew(project: Project) -> None:
    project.setup("base")
    project.answer(version="Python 3.13.0")
    project.setup("base")
    assert project.installed == ["requirements.txt"] * 2


def test_a_failed_installation_is_told_and_tried_again_the_next_time(project: Project) -> None:
    project.answer(pip_code=1)
    done = project.setup("base")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "Installing requirements.txt failed; pip says why above."
    project.answer(pip_code=0)
    assert project.setup("base").returncode == 0
    assert project.installed == ["requirements.txt"] * 2


def test_each_level_has_a_stamp_of_its_own(project: Project) -> None:
    for level in ("base", "dev", "base", "dev"):
        assert project.setup(level).returncode == 0
    assert project.installed == ["requirements.txt", "requirements-dev.txt"]


def test_a_level_that_does_not_exist_is_one_sentence(project: Project) -> None:
    done = project.setup("everything")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "setup.sh: base, dev or full, not 'everything'."
    assert project.installed == []


def test_an_environment_that_is_broken_is_made_anew(project: Project) -> None:
    project.setup("base")
    python = project.folder / ".venv" / "bin" / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    done = project.setup("base")
    assert done.stderr.startswith("Making the virtual environment")
    assert python.read_text() != "#!/bin/sh\nexit 1\n"


def test_a_named_python_goes_before_the_systems(project: Project, tmp_path: Path) -> None:
    shutil.copy(project.programs.folder / "python3", tmp_path / "mine")
    command = ["/bin/sh", "scripts/setup.sh"]
    env = {"PATH": str(project.programs.folder), "PYTHON": str(tmp_path / "mine")}
    project.programs.add("python3", code=1)
    assert subprocess.run(command, cwd=project.folder, env=env, capture_output=True, timeout=30).returncode == 0
    assert project.installed == ["requirements.txt"]


# --- the driver of production ---


@pytest.fixture
def headers(project: Project) -> Callable[[bool], None]:
    """Call it to have the compiler, and the headers of the client or not."""

    def there(found: bool) -> None:
        project.programs.add("gcc")
        project.programs.add("pkg-config", code=0 if found else 1)
        project.programs.add("id", body="echo 1000")

    (project.programs.folder / "id").unlink()
    project.programs.add("id", body="echo 1000")
    return there


def test_with_its_headers_the_driver_is_built(project: Project, headers: Callable[[bool], None]) -> None:
    headers(True)
    done = project.setup("full")
    assert done.returncode == 0, done.stderr
    assert project.installed == ["requirements-dev.txt", "requirements-mysql.txt"]


@pytest.mark.parametrize("compiler", [True, False])
def test_without_them_the_other_driver_stands_in_and_that_is_said(
    project: Project, headers: Callable[[bool], None], compiler: bool
) -> None:
    if compiler:
        headers(False)
    done = project.setup("full")
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "mysqlclient can't be built here: PyMySQL stands in."
    assert project.installed == ["requirements-dev.txt"]


def test_as_root_the_headers_are_fetched_first(project: Project, headers: Callable[[bool], None]) -> None:
    headers(False)
    project.programs.add("id", body="echo 0")
    have = f"printf '#!/bin/sh\\nexit 0\\n' >{project.programs.folder}/pkg-config"
    project.programs.add("apt-get", body=f'[ "$1" = install ] && {have}')
    done = project.setup("full")
    assert done.returncode == 0
    assert "Installing the headers of the MySQL client ..." in done.stderr
    assert project.installed == ["requirements-dev.txt", "requirements-mysql.txt"]
