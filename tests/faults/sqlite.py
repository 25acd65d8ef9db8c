"""Four writers and two readers on one SQLite file: nobody sees "locked", and the file outlives its killed writers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

from tests.faults.ground import Result, Scene
from tests.installation import REPOSITORY
from tests.run import without_settings

PROMISE = (
    "SQLite with {writers} writers and 2 readers through the ORM: nobody sees “locked”; intact and with "
    "every acknowledged row after {kills} kills"
)


def sqlite_shared(scene: Scene, *, writers: int = 4, kills: int = 20, each: int = 300) -> Result:
    """The project's settings against Django's default ones, then the project's under kills."""
    plain = crowd(scene, "default", writers=writers, kills=0, each=each)
    calm = crowd(scene, "project", writers=writers, kills=0, each=each)
    hard = crowd(scene, "project", writers=writers, kills=kills, each=each)
    done = calm["written"] + hard["written"]
    return Result(
        PROMISE.format(writers=writers, kills=kills),
        f"Django's default options: {plain['locked']} of {plain['locked'] + plain['written']} writes and "
        f"reads “locked”",
        f"{calm['locked'] + hard['locked']} of {done} “locked”; after {hard['kills']} kills: "
        f"{'intact' if hard['intact'] else 'DAMAGED'}, {hard['missing']} acknowledged rows missing",
        kept=not calm["locked"]
        and not hard["locked"]
        and calm["written"] == writers * each
        and bool(hard["intact"])
        and not hard["missing"]
        and not calm["other"] + hard["other"]
        and hard["kills"] == kills,
        bites=plain["locked"] > 0,
    )


def crowd(scene: Scene, options: str, *, writers: int, kills: int, each: int) -> Counter[str]:
    """Let processes write `each` rows apiece; what they met, and what is left of the file."""
    folder = scene.folder / f"{options}-{kills}"
    folder.mkdir()
    url = scene.ground.sqlite(folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.writing", options, str(writers), str(kills), str(each),
         str(scene.random.random())],
        cwd=REPOSITORY,
        env={**without_settings(os.environ), "DATABASE_URL": url, "DATA_DIR": str(folder),
             "DJANGO_SETTINGS_MODULE": "reputation.settings"},
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    found = Counter(
        {name: int(number) for name, number in map(str.split, done.stdout.splitlines())}
    )
    scene.say(f"{options}, {kills} kills: {dict(found)}")
    return found
