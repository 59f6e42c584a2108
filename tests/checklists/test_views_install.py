import json

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from checklists.views.install import ICONS, SHELL


def test_manifest_can_be_installed(client, db):
    response = client.get("/manifest.webmanifest")

    data = json.loads(response.content)
    assert response["Content-Type"] == "application/manifest+json"
    assert (data["start_url"], data["display"]) == ("/tablet/", "standalone")
    assert [icon["sizes"] for icon in data["icons"]] == ["192x192", "512x512"]


@pytest.mark.parametrize(("sizes", "name"), [(sizes, name) for sizes, name, _ in ICONS])
def test_manifest_icons_have_the_size_they_claim(sizes, name):
    with Image.open(finders.find(name)) as picture:
        assert "{}x{}".format(*picture.size) == sizes


def test_service_worker_is_asked_for_anew_each_time(client, db):
    response = client.get("/service-worker.js")

    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"


def test_service_worker_keeps_the_frame_alone(client, db):
    text = client.get("/service-worker.js").content.decode()

    shell = json.loads(text.split("const SHELL = ")[1].split(";\n")[0])
    assert shell[-1] == "/tablet/offline/"
    assert [address for address in shell[:-1] if not address.startswith("/static/")] == []


@pytest.mark.parametrize("name", [name for name in SHELL if not name.startswith("vendor/")])
def test_service_worker_shell_files_exist(name):
    assert finders.find(name) is not None


def test_offline_page_needs_no_sign_in(client, db):
    response = client.get("/tablet/offline/", headers={"accept-language": "en"})

    assert "No connection" in response.content.decode()
