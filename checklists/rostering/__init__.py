"""Who serves what: people, their shifts and skills, meetings and their times in; a proposal with its reasons out.

Pure: no database, no settings. Times are minutes since an epoch, so that hours across a clock change stay hours.
"""

from checklists.rostering.explaining import (
    Line,
    Option,
    Other,
    Score,
    Why,
    describe,
    options_by_job,
    options_for,
    score_of,
)
from checklists.rostering.parts import NOBODY, Job, Limits, Person, Problem, Span, Way
from checklists.rostering.search import Effort, Solution, first_fit, solve
from checklists.rostering.table import Table, faults_of, merged, missing_skills

__all__ = [
    "NOBODY",
    "Effort",
    "Job",
    "Limits",
    "Line",
    "Option",
    "Other",
    "Person",
    "Problem",
    "Score",
    "Solution",
    "Span",
    "Table",
    "Way",
    "Why",
    "describe",
    "faults_of",
    "first_fit",
    "merged",
    "missing_skills",
    "options_by_job",
    "options_for",
    "score_of",
    "solve",
]
