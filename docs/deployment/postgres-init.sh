#!/bin/sh
# Run once by the image of PostgreSQL when its data folder is empty: the role that migrates and owns the database, and
# the role that runs the portal and owns nothing. On a server of your own a superuser runs the same statements.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner="$(cat /run/secrets/migrate_password)" --set app="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE kontaktklar LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'owner';
CREATE ROLE kontaktklar_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOINHERIT PASSWORD :'app';
CREATE DATABASE kontaktklar OWNER kontaktklar;
REVOKE ALL ON DATABASE kontaktklar FROM PUBLIC;
SQL
