"""The portal on the home screen of a phone: manifest, offline page, service worker."""
