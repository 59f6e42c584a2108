"""Short reads of verdicts, and the clock moved on."""


def said(verdicts):
    return [(each["verdict"], each["code"]) for each in verdicts]


def at_length(time_machine, moment):
    time_machine.move_to(moment, tick=False)
