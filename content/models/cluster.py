"""Keywords that one page can serve, grouped under a name."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from serp.models import Brand, Keyword


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        return self.filter(brand__in=Brand.objects.visible_to(user))


class Cluster(models.Model):
    """One intent of searchers and the keywords that ask for it."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="clusters")
    name = models.CharField(max_length=120)
    keywords = models.ManyToManyField(Keyword, blank=True, related_name="clusters")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"], name="a_cluster_has_its_name_once_a_brand"
            )
        ]

    def __str__(self) -> str:
        return self.name
