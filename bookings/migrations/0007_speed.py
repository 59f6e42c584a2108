import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0006_series")]

    operations = [
        migrations.AddIndex(
            model_name="occupancy",
            index=django.contrib.postgres.indexes.GistIndex(fields=["during"], name="occupancy_by_time"),
        ),
        migrations.RemoveIndex(model_name="booking", name="booking_by_site_day"),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                fields=["site", "start_at"], include=("end_at", "status", "room"), name="booking_by_site_day"
            ),
        ),
    ]
