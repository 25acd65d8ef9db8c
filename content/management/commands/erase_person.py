"""`manage.py erase_person EMAIL`: tells what erasing a person would change; with --yes it erases."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from content.proof.erasing import erase_person, left
from content.proof.persons import person_of

AFTERWARDS = (
    "Backups made before still hold it: keep this address in a list outside of Pushdown and run this "
    "again after restoring one."
)


class Command(BaseCommand):
    help = "Erase a person's data; without --yes only tell what would be erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The person's mail address.")
        parser.add_argument("--yes", action="store_true", help="Erase; there is no way back.")

    def handle(self, *, email: str, yes: bool, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"“{email}” is no mail address.") from error
        person = person_of(email)
        counts = person.counts()
        counts["mentions"] = left(person.email)
        if not any(counts.values()):
            raise CommandError(f"Nothing is stored about {email}.")
        accounts = counts.pop("accounts")
        if not yes:
            self.tell("Would be erased, with all earlier states", counts)
            self.stdout.write("Nothing was changed. Run it again with --yes to erase.")
        else:
            self.tell("Erased, with all earlier states", erase_person(email, timezone.now()))
            self.stdout.write(AFTERWARDS)
        if accounts:
            self.stdout.write(
                f"{accounts} account with this address may sign in here: it is not erased, since its "
                "work would lose its author. Remove it in the admin if the person has left."
            )

    def tell(self, heading: str, counts: dict[str, int]) -> None:
        self.stdout.write(f"{heading}:")
        for name, count in counts.items():
            self.stdout.write(f"  {name:<13}{count:>6}")
