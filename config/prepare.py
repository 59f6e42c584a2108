"""What a start needs before the processes: the tables, static files where no one else finds them, the demo once."""

import os
import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands


def prepare() -> None:
    call_command("migrate", interactive=False, verbosity=1)
    if settings.DEBUG:
        load_demo_once()
    else:
        call_command("collectstatic", interactive=False, verbosity=0)


def load_demo_once() -> None:
    """The first start fills an empty product; a first start that was killed half way does it again."""
    begun = settings.DATA_DIR / "demo-begun"
    if "demo" not in get_commands() or (get_user_model().objects.exists() and not begun.exists()):
        return
    begun.touch()
    sys.stdout.write("Loading the demo organisation; this happens once…\n")
    call_command("demo")
    begun.unlink()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare()
