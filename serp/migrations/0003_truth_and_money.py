"""Money, notices and the truth of a check: columns and new tables. Indexes of old tables: 0004."""

import django.core.validators
import django.db.models.deletion
import uuid
from decimal import Decimal
from django.db import migrations, models

from serp.schema import CautiousMigration


class Migration(CautiousMigration):

    dependencies = [
        ('serp', '0002_shipped_curves'),
    ]

    operations = [
        migrations.CreateModel(
            name='BudgetUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('span', models.CharField(choices=[('day', 'day'), ('month', 'month')], max_length=5)),
                ('starts_on', models.DateField(help_text='First day, UTC.')),
                ('used', models.DecimalField(decimal_places=5, default=0, help_text='US dollars.', max_digits=12)),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_gone', models.BooleanField(help_text='It has left page one; else it is new in the top 3.')),
                ('verdict', models.CharField(choices=[('waiting', 'a second reading is under way'), ('confirmed', 'a second reading shows the same'), ('refuted', 'a second reading does not show it'), ('unknown', 'no second reading could be had')], default='waiting', max_length=9)),
                ('reason', models.CharField(blank=True, help_text='Why there was no second reading, if there was none.', max_length=100)),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fence', models.PositiveIntegerField(help_text='Which claim of the check made the call.')),
                ('provider', models.CharField(max_length=30)),
                ('state', models.CharField(choices=[('open', 'under way'), ('settled', 'settled'), ('unknown', 'outcome unknown, counted as spent')], default='open', max_length=8)),
                ('at', models.DateTimeField(help_text='When the call was noted, just before it was made.')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('reserved_calls', models.PositiveSmallIntegerField(help_text='Requests that it takes by the list.')),
                ('reserved', models.DecimalField(decimal_places=5, help_text='US dollars.', max_digits=9)),
                ('calls', models.PositiveSmallIntegerField(help_text='Requests that were made.', null=True)),
                ('cost', models.DecimalField(decimal_places=5, help_text='US dollars.', max_digits=9, null=True)),
                ('outcome', models.CharField(blank=True, help_text='State of the check, or the kind of its error.', max_length=20)),
            ],
            options={
                'verbose_name_plural': 'ledger entries',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('monitoring', 'monitoring broken'), ('drift', 'a run to be doubted'), ('account', 'account held'), ('budget_short', 'budget nearly used up'), ('budget_out', 'budget used up'), ('quarantine', 'keyword in quarantine')], max_length=12)),
                ('key', models.CharField(help_text='What it is about; open once at a time.', max_length=120)),
                ('text', models.TextField(help_text='What happened, what was measured, what to do.')),
                ('ending', models.TextField(blank=True, help_text='How it ended; empty: it ends silently.')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('opening_sent_at', models.DateTimeField(blank=True, null=True)),
                ('ending_sent_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, help_text='Somebody is sending it.', null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('not_before', models.DateTimeField(blank=True, help_text='When to try again to send.', null=True)),
                ('trouble', models.CharField(blank=True, help_text='Why it could not be sent.', max_length=300)),
            ],
            options={
                'ordering': ['-opened_at'],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('reason', models.CharField(max_length=300)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RawAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fence', models.PositiveIntegerField(help_text='Which claim of the check asked.')),
                ('page', models.PositiveSmallIntegerField(help_text='1 is the first request of the try.')),
                ('provider', models.CharField(max_length=30)),
                ('at', models.DateTimeField(db_index=True)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField(default=dict, help_text='Names in lower case; those that adapters read.')),
                ('body', models.BinaryField(help_text='Compressed with Zstandard.')),
                ('size', models.PositiveIntegerField(help_text='Bytes before compression.')),
            ],
        ),
        # Before `state` grows longer: PostgreSQL would build this partial index anew under its lock.
        migrations.RemoveIndex(
            model_name='check',
            name='check_open',
        ),
        migrations.AddField(
            model_name='brand',
            name='day_budget',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='US dollars a day (UTC) for all checks of this brand.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))]),
        ),
        migrations.AddField(
            model_name='brand',
            name='month_budget',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='US dollars a month (UTC) for all checks of this brand.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))]),
        ),
        migrations.AddField(
            model_name='brand',
            name='stretch',
            field=models.PositiveSmallIntegerField(default=1, help_text='Slots between checks of quiet keywords, so that the budget lasts.'),
        ),
        migrations.AddField(
            model_name='check',
            name='purpose',
            field=models.CharField(choices=[('scheduled', 'by its cadence'), ('manual', 'asked for by hand'), ('confirmation', 'second reading of a surprise')], default='scheduled', max_length=12),
        ),
        migrations.AddField(
            model_name='check',
            name='task',
            field=models.CharField(blank=True, help_text="The provider's id of a task that it works on.", max_length=64),
        ),
        migrations.AddField(
            model_name='check',
            name='turn',
            field=models.PositiveIntegerField(default=0, help_text="Place in its brand's queue: brands take turns."),
        ),
        migrations.AddField(
            model_name='historicalbrand',
            name='day_budget',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='US dollars a day (UTC) for all checks of this brand.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))]),
        ),
        migrations.AddField(
            model_name='historicalbrand',
            name='month_budget',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='US dollars a month (UTC) for all checks of this brand.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))]),
        ),
        migrations.AddField(
            model_name='historicalkeyword',
            name='second_account',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Asked when the first account cannot be.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='serp.provideraccount'),
        ),
        migrations.AddField(
            model_name='keyword',
            name='is_quiet',
            field=models.BooleanField(default=False, help_text='Nothing negative stood on page one: may be checked less often to save money.'),
        ),
        migrations.AddField(
            model_name='keyword',
            name='quarantined_at',
            field=models.DateTimeField(blank=True, help_text='Its checks broke their worker; a person must release it.', null=True),
        ),
        migrations.AddField(
            model_name='keyword',
            name='second_account',
            field=models.ForeignKey(blank=True, help_text='Asked when the first account cannot be.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='serp.provideraccount'),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='When it last gave a result page.', null=True),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='failed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='failures',
            field=models.PositiveIntegerField(default=0, help_text='Answers in a row that told of an outage.'),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='held_because',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='held_until',
            field=models.DateTimeField(blank=True, help_text='Nobody asks this account before.', null=True),
        ),
        migrations.AddField(
            model_name='provideraccount',
            name='stretch',
            field=models.PositiveSmallIntegerField(default=1, help_text='Slots between checks of quiet keywords, so that the budget lasts.'),
        ),
        migrations.AlterField(
            model_name='check',
            name='state',
            field=models.CharField(choices=[('due', 'due'), ('sent', 'under way'), ('measured', 'measured'), ('partial', 'partly read'), ('empty', 'engine has no results'), ('failed', 'failed'), ('skipped', 'skipped'), ('quarantined', 'in quarantine')], default='due', max_length=11),
        ),
        migrations.AddField(
            model_name='budgetuse',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budget_uses', to='serp.provideraccount'),
        ),
        migrations.AddField(
            model_name='budgetuse',
            name='brand',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budget_uses', to='serp.brand'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='check_row',
            field=models.ForeignKey(help_text='The second reading; none: it could not be paid or was not needed.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='confirmations', to='serp.check'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='serp.page'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='snapshot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='surprises', to='serp.snapshot'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ledger', to='serp.provideraccount'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='serp.brand'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='check_row',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ledger', to='serp.check'),
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='keyword',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ledger', to='serp.keyword'),
        ),
        migrations.AddField(
            model_name='notice',
            name='account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='serp.provideraccount'),
        ),
        migrations.AddField(
            model_name='notice',
            name='brand',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='serp.brand'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_pause_at_most'),
        ),
        migrations.AddField(
            model_name='rawanswer',
            name='check_row',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='raw_answers', to='serp.check'),
        ),
        migrations.AddConstraint(
            model_name='budgetuse',
            constraint=models.UniqueConstraint(condition=models.Q(('account__isnull', False)), fields=('account', 'span', 'starts_on'), name='one_use_an_account_and_span'),
        ),
        migrations.AddConstraint(
            model_name='budgetuse',
            constraint=models.UniqueConstraint(condition=models.Q(('brand__isnull', False)), fields=('brand', 'span', 'starts_on'), name='one_use_a_brand_and_span'),
        ),
        migrations.AddConstraint(
            model_name='budgetuse',
            constraint=models.CheckConstraint(condition=models.Q(('account__isnull', True), ('brand__isnull', True), _connector='XOR'), name='a_use_is_of_an_account_or_a_brand'),
        ),
        migrations.AddIndex(
            model_name='confirmation',
            index=models.Index(condition=models.Q(('verdict', 'waiting')), fields=['asked_at'], name='confirmation_open'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.UniqueConstraint(fields=('snapshot', 'page', 'is_gone'), name='a_surprise_is_noted_once'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['brand', 'at'], name='ledger_of_a_brand'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(fields=['account', 'at'], name='ledger_of_an_account'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.UniqueConstraint(fields=('check_row', 'fence'), name='one_entry_a_try'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['kind', 'opened_at'], name='notice_by_kind'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('key',), name='a_notice_is_open_once'),
        ),
        migrations.AddConstraint(
            model_name='rawanswer',
            constraint=models.UniqueConstraint(fields=('check_row', 'fence', 'page'), name='one_raw_answer_a_page'),
        ),
    ]
