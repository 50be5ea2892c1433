"""Backups: one file that holds the database and the pictures of a moment, and was read back before it got its
name. Keys and tokens are in none."""

from bot.backup.archive import Damaged, Manifest
from bot.backup.making import backup
from bot.backup.restoring import stage

__all__ = ["Damaged", "Manifest", "backup", "stage"]
