"""What only a person or a container would find broken: compose file, environment, scripts, links."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: s for name, s in SERVICES.items() if s["image"] == "scrm-customer"}
_READ = re.compile(r'env\.(?:text|flag|number|words)\(\s*"([A-Z_]+)"')
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def read_variables() -> set[str]:
    files = [p for p in ROOT.rglob("*.py") if not {".venv", "tests", "bench", "var"} & set(p.relative_to(ROOT).parts)]
    return {name for path in files for name in _READ.findall(path.read_text())}


def test_every_variable_that_is_read_is_in_the_example() -> None:
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert "SECRET_KEY" in read_variables()
    assert read_variables() - named == set()


def test_the_example_sets_nothing_secret() -> None:
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.M))
    secret = [n for n in values if re.search("SECRET|PASSWORD|TOKEN", n)]
    assert len(secret) > 4
    assert {values[name] for name in secret} == {""}


def test_the_compose_file_has_every_process_and_server() -> None:
    servers = {"mysql", "redis", "rabbitmq"}
    assert set(SERVICES) == servers | {"migrate", "web", "relay", "consumer", "mirror", "worker", "beat"}


@pytest.mark.parametrize("name", sorted(set(OURS) - {"migrate"}))
def test_a_process_waits_for_the_migration_and_the_servers(name: str) -> None:
    waits = {service: how["condition"] for service, how in OURS[name]["depends_on"].items()}
    assert waits == {
        "migrate": "service_completed_successfully",
        "mysql": "service_healthy",
        "redis": "service_healthy",
        "rabbitmq": "service_healthy",
    }


@pytest.mark.parametrize("name", ["mysql", "redis", "rabbitmq", "web", "worker"])
def test_what_others_wait_for_or_call_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_process_can_be_multiplied_and_holds_no_rights(name: str) -> None:
    service = OURS[name]
    assert "container_name" not in service
    assert "ports" not in service or name == "web"
    assert service["cap_drop"] == ["ALL"]
    assert service["environment"]["PRODUCTION"] == "1"


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_commands_exist(name: str) -> None:
    words = OURS[name].get("command") or []
    if words[:2] == ["python", "manage.py"]:
        assert words[2] in get_commands()
    elif words[:1] == ["celery"]:
        assert words[3] in ("worker", "beat")
        assert words[2] == "scrm_customer"
    else:
        assert "granian --interface wsgi" in words[-1]


def test_passwords_come_from_the_environment_alone() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"PASS(?:WORD)?: (.*)", text)) <= {
        "${MYSQL_PASSWORD:?set it in .env}",
        "${RABBITMQ_PASSWORD:?set it in .env}",
        '"1"',
    }


def test_the_image_does_not_run_as_root_and_leaves_secrets_outside() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["scrm"]
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)


def test_every_target_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", text, re.M)) - {"help"}
    answer = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert answer.returncode == 0
    assert set(re.findall(r"^make ([a-z-]+)", answer.stdout, re.M)) == targets


@pytest.mark.parametrize("script", sorted(p.name for p in (ROOT / "scripts").glob("*.sh")))
def test_the_shell_scripts_can_be_read_by_a_plain_shell(script: str) -> None:
    answer = subprocess.run(["sh", "-n", str(ROOT / "scripts" / script)], capture_output=True, text=True, timeout=30)
    assert answer.stderr == ""


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))])
def test_links_lead_to_files(page: str) -> None:
    path = ROOT / page
    missing = [link for link in _LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert missing == []


def test_every_decision_is_in_the_index_and_the_other_way_round() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = _LINK.findall((folder / "README.md").read_text())
    assert sorted(listed) == sorted(p.name for p in folder.glob("0*.md"))


def test_the_constraints_name_versions_and_no_places() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._]+", line)] == []


def test_what_is_required_directly_is_in_the_constraints() -> None:
    fixed = {line.lower().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()}
    for name in ("requirements.txt", "requirements-dev.txt"):
        wanted = re.findall(r"^([a-z][^\s#]*==[^\s#]+)", (ROOT / name).read_text(), re.M)
        assert wanted
        assert {line.lower().replace("_", "-") for line in wanted} <= fixed


def start(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """``make run`` in a copy of the scripts, with what this test's environment says."""
    shutil.copytree(ROOT / "scripts", folder / "scripts", dirs_exist_ok=True)
    return subprocess.run(
        ["sh", "scripts/run.sh"], cwd=folder, env=os.environ | env, capture_output=True, text=True, timeout=60
    )


def test_an_old_python_is_one_clear_sentence(tmp_path: Path) -> None:
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    answer = start(tmp_path, PYTHON=str(old))
    assert answer.returncode == 1
    assert answer.stderr.startswith("This needs Python 3.11 or newer")
    assert len(answer.stderr.splitlines()) == 1


def test_a_python_without_venv_is_one_clear_sentence(tmp_path: Path) -> None:
    bare = tmp_path / "bare-python"
    bare.write_text('#!/bin/sh\n[ "$1" = -m ] && { echo "No module named venv" >&2; exit 1; }\nexit 0\n')
    bare.chmod(0o755)
    answer = start(tmp_path, PYTHON=str(bare))
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].startswith("Python can't make a virtual environment here.")
    assert not (tmp_path / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    _pretend_installed(tmp_path)
    # Root may write anywhere, but not below a file.
    (tmp_path / "file").touch()
    answer = start(tmp_path, DATA_DIR=str(tmp_path / "file" / "data"))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Can't write to {tmp_path}/file/data")
    assert len(answer.stderr.splitlines()) == 1


def test_what_is_installed_is_not_installed_again(tmp_path: Path) -> None:
    _pretend_installed(tmp_path)
    assert start(tmp_path, DATA_DIR=str(tmp_path / "data")).stdout == "-c \nmanage.py run_service --demo\n"
    (tmp_path / "requirements.txt").write_text("something-new==1.0\n")
    answer = start(tmp_path, DATA_DIR=str(tmp_path / "data"))
    assert "Installing requirements.txt" in answer.stderr
    assert "-m pip install -qq" in answer.stdout


def _pretend_installed(folder: Path) -> None:
    """A Python that only tells what it is asked, and everything installed for it."""
    (folder / "requirements.txt").write_text("")
    (folder / "constraints.txt").write_text("")
    told = folder / ".venv" / "bin" / "python"
    told.parent.mkdir(parents=True)
    told.write_text('#!/bin/sh\n[ "$1" = --version ] && { echo Python 3.12.0; exit; }\necho "$@"\n')
    told.chmod(0o755)
    subprocess.run(["sh", "scripts/setup.sh", "base"], cwd=_with_scripts(folder), capture_output=True, timeout=60)


def _with_scripts(folder: Path) -> Path:
    shutil.copytree(ROOT / "scripts", folder / "scripts", dirs_exist_ok=True)
    return folder
