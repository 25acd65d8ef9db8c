"""What stood in the old form: money spent before there were counters, and checks claimed but not sent."""

from django.db import migrations
from django.db.models import Sum
from django.utils import timezone

from serp.schema import CautiousMigration


def count_spent(apps, schema_editor):
    """Fill the counters of the current UTC day and month from the checks; existing ones stay."""
    checks = apps.get_model('serp', 'Check').objects.filter(cost__gt=0)
    uses = apps.get_model('serp', 'BudgetUse').objects
    now = timezone.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for span, start in (('day', day), ('month', day.replace(day=1))):
        for payer, path in (('account_id', 'account_id'), ('brand_id', 'keyword__brand_id')):
            sums = (
                checks.filter(sent_at__gte=start, **{f'{path}__isnull': False})
                .order_by()
                .values_list(path)
                .annotate(Sum('cost'))
            )
            for key, used in sums:
                uses.get_or_create(
                    **{payer: key}, span=span, starts_on=start.date(), defaults={'used': used}
                )


def let_go(apps, schema_editor):
    """A claim and the intent to pay are one step now: what was claimed only is due again."""
    checks = apps.get_model('serp', 'Check').objects.filter(state='claimed')
    checks.update(state='due', lease_until=None)


class Migration(CautiousMigration):
    dependencies = [
        ('serp', '0004_check_queue'),
    ]

    operations = [
        migrations.RunPython(count_spent, migrations.RunPython.noop),
        migrations.RunPython(let_go, migrations.RunPython.noop),
    ]
