"""Addresses of chat rooms: what is taken as typed or pasted, what is refused, and how little is shown."""

import pytest

from staff.channels.addresses import AddressError, read_address

DING = "https://oapi.dingtalk.com/robot/send?access_token="


@pytest.mark.parametrize(
    ("typed", "service", "url"),
    [
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-91f6", "wecombot", "wecombot://693a-91f6"),
        (f"{DING}abc123", "dingtalk", "dingtalk://abc123"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/a1-b2", "feishu", "feishu://a1-b2"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/a1-b2", "lark", "lark://a1-b2"),
        ("https://hooks.slack.com/services/T1/B2/c3", "slack", "slack://T1/B2/c3"),
        ("ntfys://ntfy.example.com/huiwu", "ntfys", "ntfys://ntfy.example.com/huiwu"),
        ("  https://open.feishu.cn/open-apis/\n bot/v2/hook/a1 ", "feishu", "feishu://a1"),
    ],
)
def test_address_of_a_robots_page_is_read_as_its_service(typed, service, url):
    address = read_address(typed)

    assert (address.service, address.url) == (service, url)


def test_address_of_dingtalk_takes_its_secret_and_forgets_a_copied_signature():
    address = read_address(f"{DING}abc123&timestamp=1&sign=x", "SEC/1")

    assert address.url == "dingtalk://SEC%2F1@abc123"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "bad_address"),
        ("x" * 600, "bad_address"),
        ("ntfys://[::1/x", "bad_address"),
        ("ntfys://ntfy.example.com:99999/x", "bad_address"),
        ("ntfys:///x", "bad_address"),
        ("ntfys://ntfy.example.com/x#y", "bad_address"),
        ("ntfys://ntfy.example.com/\x00", "bad_address"),
        ("https://example.com/hook", "unknown_service"),
        ("file:///etc/passwd", "unknown_service"),
        ("mailto://a:b@example.com", "unknown_service"),
        ("syslog://localhost", "unknown_service"),
        ("ntfys://ntfy.example.com/x?attach=/etc/passwd", "option_not_allowed"),
        ("jsons://chat.example.com/?rto=900", "option_not_allowed"),
        ("json://127.0.0.1/x", "not_allowed"),
        ("json://localhost/x", "not_allowed"),
    ],
)
def test_address_that_is_none_of_ours_is_refused(typed, code):
    with pytest.raises(AddressError) as refused:
        read_address(typed)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (f"{DING}{'a' * 36}wxyz", "dingtalk://…wxyz"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/short", "feishu://…"),
        ("jsons://me:word@chat.example.com/secret", "jsons://chat.example.com/…"),
    ],
)
def test_hint_tells_addresses_apart_and_cannot_be_used(typed, hint):
    assert read_address(typed).hint == hint
