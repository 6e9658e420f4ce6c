#!/bin/sh
# Makes the folder secrets with random passwords and keys for compose.yaml; what is there stays as it is.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

for name in secret_key suppression_key audit_signing_key metrics_token postgres_password migrate_password app_password redis_password; do
    [ -s "secrets/$name" ] || random >"secrets/$name"
done
[ -s secrets/database_url ] ||
    printf 'postgresql://kontaktklar_app:%s@postgres/kontaktklar' "$(cat secrets/app_password)" >secrets/database_url
[ -s secrets/migrate_database_url ] ||
    printf 'postgresql://kontaktklar:%s@postgres/kontaktklar' "$(cat secrets/migrate_password)" \
        >secrets/migrate_database_url
[ -s secrets/redis_url ] || printf 'redis://:%s@valkey:6379/0' "$(cat secrets/redis_password)" >secrets/redis_url
# The portal's account in the image reads them; nobody else on this machine enters the folder.
chmod 0644 secrets/*
echo "The folder secrets is complete. Keep a copy of suppression_key for ever: without it refusals are not found."
