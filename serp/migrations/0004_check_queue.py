"""The index of the queue, built while others write; an interrupted run is simply repeated."""

from django.db import migrations, models

from serp.schema import AddIndexLive, CautiousMigration


class Migration(CautiousMigration):
    atomic = False

    dependencies = [
        ('serp', '0003_truth_and_money'),
    ]

    operations = [
        AddIndexLive(
            model_name='check',
            index=models.Index(condition=models.Q(('state__in', ('due', 'sent'))), fields=['attempts', 'turn', 'not_before'], name='check_queue'),
        ),
    ]
