"""The team's palette: named pairs of background and text, a set for each workspace."""

from typing import Any, ClassVar

from django.db import models

from integrations.models.keys import Workspace


class PaletteEntry(models.Model):
    """A pair of a workspace's palette; a workspace without any has the shipped one."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="palette")
    #: What its addresses are called by; the shipped pairs have theirs before they are rows.
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    #: Both are #rrggbb, in small letters.
    background_color = models.CharField(max_length=7)
    foreground_color = models.CharField(max_length=7)
    position = models.PositiveSmallIntegerField()
    #: When and by whom; None and "" for what was shipped.
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["workspace", "code"], name="palette_entry_code"),
        ]
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
