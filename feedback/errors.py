"""What can go wrong with a survey, as codes; pages turn them into sentences."""


class FeedbackError(Exception):
    """A survey that can't be answered now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
