"""`manage.py first_user`: a way in for an installation that has no user yet."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

NAME = "admin"


class Command(BaseCommand):
    help = "Makes the superuser `admin` with a random password when there is no user at all."

    def handle(self, **options: Any) -> None:
        users = get_user_model()._default_manager
        if users.exists():
            return
        password = secrets.token_urlsafe(15)
        users.create_superuser(username=NAME, email="", password=password)
        self.stdout.write(
            f"First start: log in as {NAME} with the password {password}\n"
            "It is shown only now. Another one: manage.py changepassword admin"
        )
