import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("bookings", "0008_around")]

    operations = [
        migrations.CreateModel(
            name="BookingGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="booking",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="bookings",
                to="bookings.bookinggroup",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["group"], condition=Q(group__isnull=False), name="booking_together"),
        ),
    ]
