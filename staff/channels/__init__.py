"""The ways out of the app: chat rooms, browsers and mail; each sender knows one of them and no database."""
