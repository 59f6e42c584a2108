"""Addresses of training."""

from django.urls import path

from staff.views import courses, homework, runs

training = [
    path("training/courses/", courses.courses, name="courses"),
    path("training/courses/copy/", courses.copy, name="course_copy"),
    path("training/courses/new/", courses.create, name="course_create"),
    path("training/courses/<int:pk>/", courses.course, name="course"),
    path("training/courses/<int:pk>/edit/", courses.change, name="course_change"),
    path("training/courses/<int:pk>/begin/", runs.begin, name="run_begin"),
    path("training/runs/<int:pk>/", runs.run, name="run"),
    path("training/runs/<int:pk>/edit/", runs.change, name="run_change"),
    path("training/runs/<int:pk>/people/", runs.add_people, name="run_people"),
    path("training/runs/<int:pk>/close/", runs.close, name="run_close"),
    path("training/runs/<int:pk>/homework/", homework.create, name="homework_create"),
    path("training/people/<int:pk>/remove/", runs.remove_person, name="run_remove"),
    path("training/sessions/<int:pk>/", runs.session, name="run_session"),
    path("training/homework/<int:pk>/", homework.homework, name="homework"),
    path("training/homework/<int:pk>/edit/", homework.change, name="homework_change"),
    path("training/answers/<int:pk>/mark/", homework.mark, name="homework_mark"),
    path("training/answers/<int:pk>/file/", homework.file, name="homework_file"),
]
