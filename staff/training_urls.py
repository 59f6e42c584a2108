"""Addresses of training."""

from django.urls import path

from staff.views import courses, exams, homework, questions, runs

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
    path("training/questions/", questions.questions, name="questions"),
    path("training/questions/shipped/", questions.shipped, name="questions_shipped"),
    path("training/questions/new/", questions.create, name="question_create"),
    path("training/questions/<int:pk>/", questions.change, name="question_change"),
    path("training/runs/<int:pk>/examination/", exams.set_up, name="examination"),
    path("training/runs/<int:pk>/paper/", exams.paper, name="paper"),
    path("training/papers/<int:pk>/save/", exams.save, name="paper_save"),
    path("training/papers/<int:pk>/hand-in/", exams.hand_in, name="paper_hand_in"),
    path("training/papers/<int:pk>/", exams.marking, name="paper_marking"),
    path("training/people/<int:pk>/retake/", exams.retake, name="retake"),
    path("training/people/<int:pk>/practical/", exams.practical, name="practical"),
]
