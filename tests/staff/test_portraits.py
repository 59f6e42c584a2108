"""Photos of people: squared, shown to those who work with them, and gone with them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from staff.errors import StaffError
from staff.models import StaffLog, User
from staff.portraits import clean_portrait, face, initials_of
from staff.roles import Role
from staff.services.people import change_person
from staff.services.portraits import remove_photo, set_photo
from tests.checklists.pictures import photo_bytes, upload
from tests.factories import make_site, make_user


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_on(media):
    return [path.relative_to(media).parts[0] for path in media.rglob("*") if path.is_file()]


def portrait(**options):
    data = photo_bytes(**options)
    return clean_portrait(io.BytesIO(data), len(data))


@pytest.fixture
def pictured(server, now):
    return set_photo(person_id=server.pk, photo=portrait(), actor=server, now=now)


def as_reader(client, user):
    client.force_login(user)
    return client


@pytest.mark.parametrize("size", [(800, 400), (400, 800), (90, 90)])
def test_portrait_is_a_small_square(size):
    image = Image.open(portrait(size=size))

    assert (image.format, image.size) == ("JPEG", (320, 320))


def test_portrait_is_turned_upright_and_keeps_no_word_of_its_making():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    picture = Image.new("RGB", (400, 400), "red")
    picture.paste("blue", (0, 0, 400, 200))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)

    data = clean_portrait(io.BytesIO(out.getvalue()), 1000).read()

    right = Image.open(io.BytesIO(data)).getpixel((300, 160))
    assert (b"secret" in out.getvalue(), b"secret" in data) == (True, False)
    assert (right[0] < 60, right[2] > 200) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_photo_takes_the_place_of_the_one_before_and_of_its_file(pictured, manager, now, media):
    before = pictured.photo.name

    person = set_photo(person_id=pictured.pk, photo=portrait(), actor=manager, now=now)

    assert person.photo.name != before
    assert (files_on(media), not person.photo.storage.exists(before)) == (["people"], True)
    assert [(row.verb, row.actor) for row in person.log.all()] == [("photo_set", manager), ("photo_set", pictured)]


@pytest.mark.django_db(transaction=True)
def test_photo_removed_twice_is_gone_once(pictured, now, media):
    for _turn in range(2):
        remove_photo(person_id=pictured.pk, actor=pictured, now=now)

    assert (User.objects.get(pk=pictured.pk).photo.name, files_on(media)) == ("", [])
    assert StaffLog.objects.filter(verb="photo_removed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_photo_goes_with_who_leaves(pictured, manager, now, media):
    change_person(person_id=pictured.pk, fields={"is_active": False}, actor=manager, now=now)

    row = User.objects.get(pk=pictured.pk)
    assert (row.photo.name, files_on(media)) == ("", [])
    assert row.log.first().changes == {"is_active": [True, False], "photo": [True, False]}


@pytest.mark.django_db(transaction=True)
def test_photo_of_somebody_who_left_is_refused_and_leaves_no_file(server, manager, now, media):
    User.objects.filter(pk=server.pk).update(is_active=False)

    with pytest.raises(StaffError) as refused:
        set_photo(person_id=server.pk, photo=portrait(), actor=manager, now=now)

    assert (refused.value.code, files_on(media)) == ("photo_of_retired", [])


def test_database_keeps_no_photo_of_somebody_who_left(pictured):
    with pytest.raises(IntegrityError, match="person_photo_while_active"), transaction.atomic():
        User.objects.filter(pk=pictured.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("reader", "status"),
    [("server", 200), ("cleaner", 200), ("secretary", 200), ("manager", 200), ("administrator", 200),
     ("applicant", 403), ("stranger", 404)],
)  # fmt: skip
def test_photo_is_for_those_who_work_at_the_site(client, pictured, request, reader, status):
    answer = as_reader(client, request.getfixturevalue(reader)).get(f"/people/{pictured.pk}/photo/")

    assert answer.status_code == status
    if status == 200:
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
        assert answer["Cache-Control"] == "private, max-age=86400"
        assert Image.open(io.BytesIO(answer.content)).size == (320, 320)


def test_applicant_sees_their_own_photo(client, applicant, now):
    set_photo(person_id=applicant.pk, photo=portrait(), actor=applicant, now=now)

    assert as_reader(client, applicant).get(f"/people/{applicant.pk}/photo/").status_code == 200


def test_photo_without_a_sign_in_leads_to_it(client, pictured):
    assert client.get(f"/people/{pictured.pk}/photo/").url.startswith("/accounts/login/?next=")


def test_photo_whose_file_is_gone_is_not_found(client, pictured, manager):
    pictured.photo.storage.delete(pictured.photo.name)

    assert as_reader(client, manager).get(f"/people/{pictured.pk}/photo/").status_code == 404


def test_own_photo_is_put_shown_and_removed_from_the_settings(client, server):
    as_reader(client, server)

    put = client.post("/accounts/photo/", {"photo": upload(photo_bytes())})
    page = client.get("/accounts/profile/").content.decode()
    shown = f'src="/people/{server.pk}/photo/?v='
    gone = client.post("/accounts/photo/", {"remove": "yes"})

    assert (put.url, gone.url) == ("/accounts/profile/", "/accounts/profile/")
    assert (page.count(shown), client.get("/accounts/profile/").content.decode().count(shown)) == (1, 0)


HEIC = b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heic" + bytes(80)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo_not_a_picture"),
        (HEIC, "photo_heic"),
        (photo_bytes()[:200], "photo_not_a_picture"),
        (b"", "photo_not_a_picture"),
        (None, "required"),
    ],
)
def test_what_is_no_photo_is_refused_beside_its_field(client, server, media, data, code):
    as_reader(client, server)
    sent = {} if data is None else {"photo": SimpleUploadedFile("me.jpg", data, "image/jpeg")}

    answer = client.post("/accounts/photo/", sent)

    form = answer.context["photo_form"]
    assert form.errors.as_data()["photo"][0].code == code
    assert str(form.errors["photo"][0]) in answer.content.decode()
    assert (User.objects.get(pk=server.pk).photo.name, files_on(media)) == ("", [])


def test_photo_too_large_is_refused(client, server, monkeypatch):
    monkeypatch.setattr("rooms.photos.MAX_BYTES", 100)

    answer = as_reader(client, server).post("/accounts/photo/", {"photo": upload(photo_bytes())})

    assert answer.context["photo_form"].errors.as_data()["photo"][0].code == "photo_too_large"


def test_manager_puts_and_removes_the_photo_of_their_people(client, manager, server):
    as_reader(client, manager)

    put = client.post(f"/people/{server.pk}/photo/change/", {"photo": upload(photo_bytes())})
    page = client.get(f"/people/{server.pk}/edit/", headers={"accept-language": "en"}).content.decode()
    client.post(f"/people/{server.pk}/photo/change/", {"remove": "yes"})

    assert put.url == f"/people/{server.pk}/edit/"
    assert ("photo put in place" in page, f"/people/{server.pk}/photo/?v=" in page) == (True, True)
    assert not User.objects.get(pk=server.pk).photo


def test_manager_is_told_at_the_field_what_was_wrong(client, manager, server):
    answer = as_reader(client, manager).post(f"/people/{server.pk}/photo/change/", {"photo": upload(b"x")})

    assert list(answer.context["photo_form"].errors) == ["photo"]


def test_photo_of_an_administrator_is_not_the_managers(client, manager, administrator):
    User.objects.filter(pk=administrator.pk).update(site=manager.site)

    answer = as_reader(client, manager).post(f"/people/{administrator.pk}/photo/change/", {"remove": "yes"})

    assert answer.status_code == 403


def test_photo_of_somebody_elsewhere_is_unknown(client, manager, stranger):
    answer = as_reader(client, manager).post(f"/people/{stranger.pk}/photo/change/", {"remove": "yes"})

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/people/", "/shifts/"])
def test_lists_of_people_show_photos_and_initials_alike(client, manager, pictured, cleaner, path):
    page = as_reader(client, manager).get(path).content.decode()

    assert page.count(f"/people/{pictured.pk}/photo/?v=") >= 1
    assert (initials_of(cleaner.get_full_name()) in page, f"/people/{cleaner.pk}/photo/" in page) == (True, False)


def test_face_escapes_what_a_name_holds(db):
    person = make_user("<b>", Role.CLEANER, site=make_site("X1"))

    assert face(person).count("<") == 2
