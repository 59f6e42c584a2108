import pytest

from config import health


def test_healthz_answers_without_sign_in(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_all_reachable_says_so(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": True, "redis": True})


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["database", "redis"])
def test_readyz_part_down_is_named(client, monkeypatch, part):
    def fail():
        raise ConnectionError

    monkeypatch.setattr(health, f"ask_{part}", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": True, "redis": True} | {part: False}
