"""Fingers on a touch screen, as the browser's own events."""

from playwright.sync_api import Locator, Page

STEPS = 10


class Finger:
    """One finger, put down on a row; it moves by what is given and is lifted at the end."""

    def __init__(self, page: Page, row: Locator) -> None:
        row.scroll_into_view_if_needed()
        box = row.bounding_box()
        assert box
        self.page, self.session = page, page.context.new_cdp_session(page)
        self.at = (box["x"] + box["width"] * 0.25, box["y"] + min(box["height"] / 2, 30))
        self.send("touchStart")

    def send(self, kind: str) -> None:
        points = [] if kind == "touchEnd" else [{"x": self.at[0], "y": self.at[1]}]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def move(self, right: float = 0, down: float = 0) -> "Finger":
        for _step in range(STEPS):
            self.at = (self.at[0] + right / STEPS, self.at[1] + down / STEPS)
            self.send("touchMove")
            self.page.wait_for_timeout(16)
        return self

    def lift(self) -> None:
        self.send("touchEnd")
