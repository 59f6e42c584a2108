from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checklists', '0005_figures_by_index'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state__in', ('sent', 'missed'))), fields=['due_at'], include=('state', 'reason', 'sent_at', 'step'), name='reminder_settled'),
        ),
    ]
