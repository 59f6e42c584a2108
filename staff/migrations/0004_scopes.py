import django.contrib.postgres.fields
from django.db import migrations, models

import staff.models.people


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0003_channels'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='name',
            field=models.CharField(blank=True, max_length=60, verbose_name='name'),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read'), ('bookings', 'Ask for rooms and change bookings'), ('decide', 'Decide on requests'), ('steps', 'Tick steps and run meetings')], max_length=20), default=staff.models.people.all_scopes, size=None),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='expires_at',
            field=models.DateTimeField(null=True, verbose_name='valid until'),
        ),
    ]
