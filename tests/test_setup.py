"""Setting up: each thing that may be missing gets one clear sentence, and a second start installs nothing."""

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

TOOLS = "cat cmp cp dirname env grep mkdir printf rm sh tail".split()  # noqa: SIM905


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the set-up script, one empty list of packages and a PATH of basic tools only."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(REPOSITORY / "deploy" / "make_venv.sh", tmp_path / "deploy")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        program = shutil.which(tool)
        assert program, tool
        (tmp_path / "bin" / tool).symlink_to(program)
    return tmp_path


def python(project: Path, name: str, script: str) -> None:
    """Put a program of that name on the project's PATH."""
    path = project / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def real_python(project: Path) -> None:
    python(project, "python3", f'exec "{sys.executable}" "$@"')


def make_venv(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "deploy/make_venv.sh", "requirements.txt"],
        cwd=project,
        env={"PATH": str(project / "bin"), "PIP_CONFIG_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
    )


def test_no_python_is_said_in_one_sentence(project: Path) -> None:
    done = make_venv(project)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11 or newer and found no Python 3" in done.stderr


def test_an_old_python_is_named(project: Path) -> None:
    python(project, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')
    done = make_venv(project)
    assert done.returncode == 1
    assert "found Python 3.9.2" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_missing_venv_module_names_the_package(project: Path) -> None:
    python(project, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    done = make_venv(project)
    assert done.returncode == 1
    assert "python3 lacks its venv module; on Debian: apt-get install python3-venv" in done.stderr


def test_no_network_is_said_and_the_next_try_starts_over(project: Path) -> None:
    real_python(project)
    (project / "requirements.txt").write_text("a-package-that-is-not-here==1.0\n")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    done = make_venv(project, **nowhere)
    assert done.returncode == 1
    assert "The package index cannot be reached" in done.stderr
    assert not list((project / ".venv").glob("made-from-*"))

    (project / "requirements.txt").write_text("# nothing after all\n")
    assert make_venv(project, **nowhere).returncode == 0


def test_a_second_start_installs_nothing_until_a_pin_changes(project: Path) -> None:
    real_python(project)
    assert "Installing" in make_venv(project).stderr
    assert make_venv(project).stderr == ""
    (project / "requirements.txt").write_text("# another list\n")
    assert "Installing" in make_venv(project).stderr


def test_a_venv_whose_python_is_gone_is_made_anew(project: Path) -> None:
    real_python(project)
    make_venv(project)
    (project / ".venv" / "bin" / "python").unlink()
    assert "Installing" in make_venv(project).stderr
    assert make_venv(project).stderr == ""


def test_ctrl_c_in_a_terminal_ends_make_without_an_error(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "deploy"):
        source = REPOSITORY / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "deploy" / "make_venv.sh").write_text("#!/bin/sh\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "manage.py").write_text(
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, lambda *_: (print('Stopped.'), sys.exit(0)))\n"
        "print('ready', *sys.argv[1:], flush=True)\n"
        "signal.pause()\n"
    )
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execvp("make", ["make", "demo", "PORT=8123"])
    said = b""
    while b"ready serve --port 8123 --migrate --first demo" not in said:
        said += os.read(terminal, 1024)
    os.write(terminal, b"\x03")
    while chunk := read_some(terminal):
        said += chunk
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert b"Stopped." in said
    assert b"***" not in said


def read_some(terminal: int) -> bytes:
    """What the terminal says next; empty when its last program has ended."""
    try:
        return os.read(terminal, 1024)
    except OSError:
        return b""
