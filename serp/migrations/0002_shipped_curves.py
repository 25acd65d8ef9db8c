"""The CTR curves that come with Pushdown become rows, so that people can edit them."""

from django.db import migrations

from serp.ctr import shipped_curves


def add(apps, schema_editor):
    CtrCurve = apps.get_model("serp", "CtrCurve")
    for number, curve in enumerate(shipped_curves()):
        CtrCurve.objects.get_or_create(
            name=curve.name,
            defaults={
                "source": curve.source,
                "source_url": curve.source_url,
                "published_on": curve.published,
                "shares": list(curve.shares),
                "tail": curve.tail,
                "is_default": number == 0,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("serp", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
