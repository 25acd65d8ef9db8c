"""The history of tones, texts of the engines themselves, versions of the judge, and five shades."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from serp.schema import CautiousMigration


class Migration(CautiousMigration):

    dependencies = [
        ('reputation', '0002_provider_of_a_day'),
        ('serp', '0005_budgets_so_far'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ToneEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('marked', 'marked'), ('second', 'looked at a second time'), ('back', 'taken back'), ('text', 'judged anew: the text changed'), ('judge', 'judged anew: a new version of the judge'), ('model', 'judged anew: the model was asked')], max_length=6)),
                ('at', models.DateTimeField()),
                ('before', models.CharField(choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], max_length=8)),
                ('tone', models.CharField(choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], max_length=8)),
                ('shade', models.CharField(choices=[('very_negative', 'very negative'), ('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive'), ('very_positive', 'very positive')], max_length=13)),
                ('category', models.CharField(blank=True, choices=[('', 'none'), ('fraud', 'fraud'), ('lawsuit', 'lawsuit'), ('regulator', 'regulator or fine'), ('recall', 'recall or safety'), ('breach', 'data breach'), ('service', 'service complaint'), ('quality', 'product quality'), ('labour', 'labour and layoffs'), ('ethics', 'ethics'), ('finances', 'finances'), ('crime', 'crime or accident'), ('price', 'price')], default='', max_length=12)),
                ('why', models.CharField(blank=True, help_text='In words, by person or machine.', max_length=300)),
                ('machine_tone', models.CharField(choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], max_length=8)),
                ('machine_score', models.FloatField(default=0.0)),
                ('machine_confidence', models.FloatField(default=0.0)),
                ('judge', models.CharField(blank=True, help_text='Version of the judge.', max_length=20)),
            ],
            options={
                'verbose_name_plural': 'tone entries',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='historicalmark',
            name='machine_tone',
            field=models.CharField(blank=True, choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], help_text='Kept when a person marks.', max_length=8),
        ),
        migrations.AddField(
            model_name='historicalmark',
            name='shade',
            field=models.CharField(choices=[('very_negative', 'very negative'), ('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive'), ('very_positive', 'very positive')], default='neutral', max_length=13),
        ),
        migrations.AddField(
            model_name='mark',
            name='machine_tone',
            field=models.CharField(blank=True, choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], help_text='Kept when a person marks.', max_length=8),
        ),
        migrations.AddField(
            model_name='mark',
            name='second_asked_at',
            field=models.DateTimeField(blank=True, help_text="Waits for a second person's look since then.", null=True),
        ),
        migrations.AddField(
            model_name='mark',
            name='second_asked_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mark',
            name='shade',
            field=models.CharField(choices=[('very_negative', 'very negative'), ('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive'), ('very_positive', 'very positive')], default='neutral', max_length=13),
        ),
        migrations.CreateModel(
            name='JudgeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(help_text='As each mark names it.', max_length=20, unique=True)),
                ('base', models.CharField(help_text='The rules that it corrects.', max_length=20)),
                ('weights', models.BinaryField()),
                ('trained_at', models.DateTimeField()),
                ('marks', models.PositiveIntegerField(help_text='Marks learned from.')),
                ('held', models.PositiveIntegerField(help_text='Marks kept out, by text and domain.')),
                ('figures', models.JSONField(default=dict)),
                ('verdict', models.CharField(help_text='Why it was promoted, or not.', max_length=300)),
                ('is_live', models.BooleanField(default=False)),
                ('promoted_at', models.DateTimeField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='judge_versions', to='serp.brand')),
            ],
            options={
                'ordering': ['-trained_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ai_overview', 'AI overview'), ('answer', 'answer'), ('question', 'people also ask'), ('panel', 'knowledge panel')], max_length=11)),
                ('key', models.CharField(help_text='Digest of question and text.', max_length=32)),
                ('question', models.TextField(blank=True)),
                ('text', models.TextField()),
                ('source_url', models.TextField(blank=True, help_text='The page it was taken from, if named.')),
                ('tone', models.CharField(choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], default='neutral', max_length=8)),
                ('shade', models.CharField(choices=[('very_negative', 'very negative'), ('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive'), ('very_positive', 'very positive')], default='neutral', max_length=13)),
                ('category', models.CharField(blank=True, choices=[('', 'none'), ('fraud', 'fraud'), ('lawsuit', 'lawsuit'), ('regulator', 'regulator or fine'), ('recall', 'recall or safety'), ('breach', 'data breach'), ('service', 'service complaint'), ('quality', 'product quality'), ('labour', 'labour and layoffs'), ('ethics', 'ethics'), ('finances', 'finances'), ('crime', 'crime or accident'), ('price', 'price')], default='', max_length=12)),
                ('score', models.FloatField(default=0.0, help_text='From −1 to 1, by the machine.')),
                ('confidence', models.FloatField(default=0.0, help_text='From 0 to 1, by the machine.')),
                ('machine_tone', models.CharField(blank=True, choices=[('negative', 'negative'), ('neutral', 'neutral'), ('positive', 'positive')], help_text='Kept when a person marks.', max_length=8)),
                ('language', models.CharField(blank=True, max_length=5)),
                ('evidence', models.JSONField(blank=True, default=list, help_text='As of a mark, in the text.')),
                ('sentences', models.JSONField(blank=True, default=list, help_text='start, end, tone and score of each about the brand.')),
                ('judge', models.CharField(blank=True, help_text='Version of the judge.', max_length=20)),
                ('source', models.CharField(choices=[('machine', 'machine'), ('person', 'person')], default='machine', max_length=8)),
                ('marked_at', models.DateTimeField()),
                ('first_seen_at', models.DateTimeField()),
                ('last_seen_at', models.DateTimeField()),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='serp.brand')),
                ('last_keyword', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='serp.keyword')),
                ('marked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-last_seen_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TextOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Digest of model, brand, text.', max_length=32, unique=True)),
                ('model', models.CharField(max_length=40)),
                ('negative', models.FloatField()),
                ('neutral', models.FloatField()),
                ('positive', models.FloatField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'model opinion',
                'constraints': [models.CheckConstraint(condition=models.Q(('negative__gte', 0), ('neutral__gte', 0), ('positive__gte', 0)), name='opinions_are_probabilities')],
            },
        ),
        migrations.AddField(
            model_name='mark',
            name='opinion',
            field=models.ForeignKey(blank=True, db_index=False, help_text="The optional model's, taken into the verdict.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reputation.textopinion'),
        ),
        migrations.AddField(
            model_name='toneentry',
            name='brand',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tone_entries', to='serp.brand'),
        ),
        migrations.AddField(
            model_name='toneentry',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='toneentry',
            name='mark',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='reputation.mark'),
        ),
        migrations.AddField(
            model_name='toneentry',
            name='passage',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='reputation.passage'),
        ),
        migrations.AddConstraint(
            model_name='judgeversion',
            constraint=models.UniqueConstraint(condition=models.Q(('brand__isnull', False), ('is_live', True)), fields=('brand',), name='one_live_judge_a_brand'),
        ),
        migrations.AddConstraint(
            model_name='judgeversion',
            constraint=models.UniqueConstraint(condition=models.Q(('brand__isnull', True), ('is_live', True)), fields=('is_live',), name='one_live_judge_an_installation'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=models.Index(fields=['brand', '-last_seen_at'], name='passage_lately'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.UniqueConstraint(fields=('brand', 'kind', 'key'), name='one_passage_a_brand_kind_and_text'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.CheckConstraint(condition=models.Q(('shade', models.F('tone')), models.Q(('shade', 'very_negative'), ('tone', 'negative')), models.Q(('shade', 'very_positive'), ('tone', 'positive')), _connector='OR'), name='a_passage_s_shade_is_of_its_tone'),
        ),
        migrations.AddIndex(
            model_name='toneentry',
            index=models.Index(fields=['brand', 'act', '-at'], name='tone_entry_lately'),
        ),
        migrations.AddConstraint(
            model_name='toneentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('mark__isnull', False), ('passage__isnull', True)), models.Q(('mark__isnull', True), ('passage__isnull', False)), _connector='OR'), name='a_tone_entry_is_about_one_thing'),
        ),
    ]
