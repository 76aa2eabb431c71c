"""The app's doors: log-in, sync, photos, wake-ups. The protocol is docs/reference/phone-sync.md."""
