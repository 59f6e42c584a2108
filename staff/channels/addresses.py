"""Addresses of chat rooms: which services may be named, and what is refused before anything is stored."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from staff.channels.guard import aims_inward

LONGEST = 500
# A service of a fixed host can be aimed nowhere; the others are checked again when a socket opens.
FIXED_HOSTS = {
    "wecombot": "WeCom",
    "dingtalk": "DingTalk",
    "feishu": "Feishu",
    "lark": "Lark",
    "slack": "Slack",
    "schan": "ServerChan",
    "pushplus": "PushPlus",
}
FREE_HOSTS = {
    "workflow": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "bark": "Bark",
    "barks": "Bark",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "json": "JSON",
    "jsons": "JSON",
    "form": "Form",
    "forms": "Form",
    "xml": "XML",
    "xmls": "XML",
}
SERVICES = FIXED_HOSTS | FREE_HOSTS
# What an administrator copies from the robot's page, as the address of its service.
ROBOT_PAGES = (
    (re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([\w-]+)"), "wecombot://{}"),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)"), "dingtalk://{}"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)"), "feishu://{}"),
    (re.compile(r"https://open\.larksuite\.com/open-apis/bot/v2/hook/([\w-]+)"), "lark://{}"),
    (re.compile(r"https://hooks\.slack\.com/services/(\w+/\w+/\w+)"), "slack://{}"),
)
# Other options of a service may name a file to read, a template to fetch or how long to wait.
OPTIONS = frozenset({"priority", "tags", "level", "sound", "group", "channel", "method", "id", "sig", "ver"})
CUSTOM_OPTION = re.compile(r"[+:-][\w-]{1,40}")


class AddressError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ChatAddress:
    service: str
    url: str
    hint: str

    @property
    def service_name(self) -> str:
        return SERVICES[self.service]


def read_address(text: str, secret: str = "") -> ChatAddress:
    """An address as typed or pasted; raises `AddressError`. `secret` is what DingTalk calls a signature."""
    url = from_robot_page("".join(text.split()), secret.strip())
    if not url or len(url) > LONGEST or not url.isprintable():
        raise AddressError("bad_address")
    try:
        parts = urlsplit(url)
        host, options = parts.hostname or "", parse_qsl(parts.query, keep_blank_values=True)
        # Read for its refusal: a port that is none shows only when asked for.
        _port = parts.port
    except ValueError as exc:
        raise AddressError("bad_address") from exc
    if parts.scheme not in SERVICES:
        raise AddressError("unknown_service")
    if not host or parts.fragment:
        raise AddressError("bad_address")
    if any(name not in OPTIONS and not CUSTOM_OPTION.fullmatch(name) for name, _value in options):
        raise AddressError("option_not_allowed")
    if parts.scheme in FREE_HOSTS and aims_inward(host):
        raise AddressError("not_allowed")
    return ChatAddress(parts.scheme, url, hint_of(parts.scheme, host, url))


def from_robot_page(text: str, secret: str) -> str:
    for page, address in ROBOT_PAGES:
        if found := page.fullmatch(text.partition("&timestamp=")[0]):
            key = found.group(1)
            return address.format(f"{quote(secret, safe='')}@{key}" if secret and "dingtalk" in address else key)
    return text


def hint_of(service: str, host: str, url: str) -> str:
    """Enough to tell two addresses apart, too little to use one."""
    if service in FREE_HOSTS:
        return f"{service}://{host}/…"
    key = re.sub(r"[^\w]", "", urlsplit(url).path or host)
    return f"{service}://…{key[-4:]}" if len(key) >= 12 else f"{service}://…"
