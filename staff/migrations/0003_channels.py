import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rooms', '0002_links'),
        ('staff', '0002_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('service', models.CharField(max_length=20)),
                ('sealed', models.BinaryField()),
                ('hint', models.CharField(max_length=120)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('reminders', 'Reminders'), ('late', 'Late steps'), ('calls', 'Wishes and calls from rooms'), ('incidents', 'Incidents'), ('changes', 'Changes of plan and people'), ('decisions', 'Requests, decisions and the rest')], max_length=20), default=list, size=None)),
                ('language', models.CharField(blank=True, choices=[('zh-hans', 'Simplified Chinese'), ('zh-hant', 'Traditional Chinese'), ('en', 'English')], max_length=10, verbose_name='language')),
                ('created_at', models.DateTimeField()),
                ('tested_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=20)),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ('name', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='NoticePreferences',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_until', models.TimeField(blank=True, null=True)),
                ('choices', models.JSONField(default=dict)),
                ('mail_tested_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'choice of channels',
                'verbose_name_plural': 'choices of channels',
            },
        ),
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('engine', models.CharField(blank=True, choices=[('beat', 'Celery'), ('spare', 'Spare that needs no Redis')], max_length=10)),
                ('last_at', models.DateTimeField()),
                ('last_report', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'pulse',
                'verbose_name_plural': 'pulses',
                'ordering': ('name', 'engine'),
            },
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.CharField(max_length=1000, unique=True)),
                ('p256dh', models.CharField(max_length=120)),
                ('auth', models.CharField(max_length=60)),
                ('label', models.CharField(blank=True, max_length=60)),
                ('created_at', models.DateTimeField()),
                ('tested_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'registered browser',
                'verbose_name_plural': 'registered browsers',
                'ordering': ('pk',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='delivery',
            name='delivery_once',
        ),
        migrations.RemoveIndex(
            model_name='delivery',
            name='delivery_waiting',
        ),
        migrations.AddField(
            model_name='delivery',
            name='code',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='delivery',
            name='created_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='delivery',
            name='error_class',
            field=models.CharField(blank=True, choices=[('no_address', 'no address'), ('no_answer', 'no answer'), ('refused', 'refused'), ('not_allowed', 'address not allowed'), ('gone', 'browser no longer registered'), ('unreadable', 'stored address cannot be read'), ('abandoned', 'sender stopped midway'), ('other', 'other error')], max_length=20),
        ),
        migrations.AddField(
            model_name='delivery',
            name='event',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='delivery',
            name='folded_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='folded', to='staff.delivery'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='params',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='delivery',
            name='url',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='notice',
            name='acknowledged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='over_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='urgency',
            field=models.CharField(choices=[('quiet', 'Quiet'), ('normal', 'Normal'), ('urgent', 'Urgent')], default='normal', max_length=10),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='channel',
            field=models.CharField(choices=[('mail', 'Mail'), ('push', 'Browser'), ('chat', 'Own chat'), ('group', 'Group chat')], max_length=20),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='notice',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='staff.notice'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='state',
            field=models.CharField(choices=[('held', 'Held until the quiet hours end'), ('pending', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('folded', 'Sent with others'), ('failed', 'Failed')], default='pending', max_length=20),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('acknowledged_at', None), ('over_at', None), ('urgency', 'urgent')), fields=['recipient'], name='notice_waiting'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_at', None), ('read_at__isnull', False), _connector='OR'), name='notice_acknowledged_is_read'),
        ),
        migrations.AddField(
            model_name='channel',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='channel',
            name='site',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='rooms.site'),
        ),
        migrations.AddField(
            model_name='channel',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='channels', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='target',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='staff.channel'),
        ),
        migrations.AddField(
            model_name='noticepreferences',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='pulse',
            constraint=models.UniqueConstraint(fields=('name', 'engine'), name='pulse_once'),
        ),
        migrations.AddField(
            model_name='pushsubscription',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_subscriptions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='delivery',
            name='subscription',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='staff.pushsubscription'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ('held', 'pending', 'sending'))), fields=['next_at'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['-id'], name='delivery_failed'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'mail')), fields=('notice',), name='delivery_mail_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'chat')), fields=('notice', 'target'), name='delivery_chat_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'push')), fields=('notice', 'subscription'), name='delivery_push_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('channel', 'group')), fields=('target', 'event'), name='delivery_group_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'group'), ('notice', None), ('target__isnull', False), models.Q(('event', ''), _negated=True)), models.Q(models.Q(('channel', 'group'), _negated=True), ('event', ''), ('notice__isnull', False)), _connector='OR'), name='delivery_of_notice_or_event'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'chat'), _negated=True), ('target__isnull', False), _connector='OR'), name='delivery_chat_has_target'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('folded_into__isnull', False), ('state', 'folded')), models.Q(models.Q(('state', 'folded'), _negated=True), ('folded_into', None)), _connector='OR'), name='delivery_folded_into_one'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('site__isnull', False), ('user', None)), models.Q(('site', None), ('user__isnull', False)), _connector='OR'), name='channel_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='noticepreferences',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False), models.Q(('quiet_from', models.F('quiet_until')), _negated=True)), _connector='OR'), name='quiet_hours_have_both_ends'),
        ),
    ]
