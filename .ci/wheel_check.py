"""Use the installed wheel from an empty folder, as a stranger would."""

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

COMMAND = str(Path(sys.executable).with_name("fashion-plugin"))


def run(*arguments: str) -> str:
    """Run the command line and return what it printed; fail loudly when it fails."""
    print("$ fashion-plugin", *arguments, flush=True)
    result = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        sys.exit(f"exit status {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def main() -> None:
    """Index three photos, find one of them, and let the doctor look."""
    photos = Path("photos")
    photos.mkdir()
    for name, colour in (("red", (200, 30, 40)), ("green", (20, 140, 60)), ("blue", (30, 50, 190))):
        picture = Image.new("RGB", (300, 400), "white")
        picture.paste(colour, (80, 60, 220, 360))
        picture.save(photos / f"{name}.jpg")
    run("index", "photos")
    answer = json.loads(run("search", "photos/green.jpg", "--json", "--grid", "grid.png"))
    best = answer["matches"][0]
    if best["product"]["id"] != "green" or best["score"] < 0.999:
        sys.exit(f"the photo did not find itself: {best}")
    with Image.open("grid.png") as grid:
        grid.load()
    print(run("doctor"))
    for command in ("stats", "verify", "vacuum"):
        run(command)


main()
