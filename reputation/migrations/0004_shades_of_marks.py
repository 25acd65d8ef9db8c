"""What the marks so far say in five shades, and the indexes of their queues, built while others write; an
interrupted run is simply repeated."""

from django.db import migrations, models

from serp.schema import AddIndexLive, CautiousMigration


def keep_tones(apps, schema_editor):
    """Three tones are three of the five shades; what the machine said is known where it stands."""
    marks = apps.get_model('reputation', 'Mark').objects
    marks.filter(shade='neutral').exclude(tone='neutral').update(shade=models.F('tone'))
    marks.filter(source='machine', machine_tone='').update(machine_tone=models.F('tone'))
    history = apps.get_model('reputation', 'HistoricalMark').objects
    history.filter(shade='neutral').exclude(tone='neutral').update(shade=models.F('tone'))


class Migration(CautiousMigration):
    atomic = False

    dependencies = [
        ('reputation', '0003_tone_of_people'),
    ]

    operations = [
        migrations.RunPython(keep_tones, migrations.RunPython.noop, elidable=True),
        AddIndexLive(
            model_name='mark',
            index=models.Index(condition=models.Q(('second_asked_at__isnull', False)), fields=['brand'], name='mark_second_look'),
        ),
        AddIndexLive(
            model_name='mark',
            index=models.Index(condition=models.Q(('source', 'machine')), fields=['brand', 'judge'], name='mark_by_judge'),
        ),
    ]
