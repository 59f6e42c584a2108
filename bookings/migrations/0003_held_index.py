from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0002_pending_index")]

    operations = [
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["site", "host_department"],
                condition=models.Q(status__in=("ended", "closed")),
                name="booking_held",
            ),
        ),
    ]
