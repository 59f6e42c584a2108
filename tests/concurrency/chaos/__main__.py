"""`python -m tests.concurrency.chaos kills|burst|contention …` in a DATA_DIR of its own; its last line is JSON."""

import argparse
import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[3]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.concurrency.chaos")
    parser.add_argument("what", choices=("kills", "burst", "contention"))
    parser.add_argument("--reminders", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=300.0, help="over which they fall due")
    parser.add_argument("--every", type=float, default=3.0, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--control", type=int, default=0, help="so many for the copy without its guard, too")
    parser.add_argument("--attempts", type=int, default=10_000, help="of the crowd over a few rooms")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds a client thinks between two, on average")
    parser.add_argument("--alone", type=int, default=0, help="so many by one client, and as many in bare SQL")
    parser.add_argument("--no-redis", action="store_true")
    parser.add_argument("--tables", type=Path, help="a dump that saves the time of migrating")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    # The processes find the same interpreter and the same servers; their logs come at once.
    os.environ |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}
    os.chdir(ROOT)
    django.setup()
    from tests.concurrency.chaos import burst, contention, kills
    from tests.concurrency.chaos.family import servers

    with servers(options.tables):
        figures = {"kills": kills, "burst": burst, "contention": contention}[options.what].run(options)
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
