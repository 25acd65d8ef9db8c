"""The Django app `content`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Content"

    def ready(self) -> None:
        from content.placing.catalogue import after_migrate
        from reputation.backup.tables import MADE_BY_MIGRATIONS

        # The catalogue follows its file at every update of the program, which a migration would not.
        post_migrate.connect(after_migrate, sender=self)
        # A new installation has its rows, so they are no data that a restore would overwrite.
        MADE_BY_MIGRATIONS.add("content.placement")
