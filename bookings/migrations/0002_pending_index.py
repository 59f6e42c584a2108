from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["room", "start_at"],
                condition=models.Q(status__in=("requested", "questioned")),
                name="booking_pending",
            ),
        ),
    ]
