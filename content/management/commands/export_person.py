"""`manage.py export_person EMAIL`: prints everything stored about a person as JSON, histories included."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import validate_email

from content.proof.persons import export, person_of


class Command(BaseCommand):
    help = "Print everything stored about a person as JSON: testimonials, consents, requests, comments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The person's mail address.")

    def handle(self, *, email: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is no mail address.") from error
        person = person_of(email)
        found = export(person)
        if not any(person.counts().values()) and not found["mentions"]:
            raise CommandError(f"Nothing is stored about {email}.")
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
