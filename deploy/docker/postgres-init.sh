#!/bin/sh
# A database for each service, with two roles: <name>_owner, which owns the tables and migrates them, and <name>, which
# reads and writes rows. Nobody else may connect. Run by the Postgres image on an empty volume; it may be run again, as
# it must be after a service was added:
#   docker compose -f deploy/docker/compose.yaml exec postgres sh /docker-entrypoint-initdb.d/florin.sh
set -eu

provision() {
  name="florin_$1"
  psql --username "$POSTGRES_USER" --dbname postgres -v ON_ERROR_STOP=1 -v name="$name" -v password="$2" --quiet <<'SQL'
select format('create role %I', role) from unnest(array[:'name', :'name' || '_owner']) role
where not exists (select from pg_roles where rolname = role) \gexec
select format('alter role %I login password %L', role, :'password')
from unnest(array[:'name', :'name' || '_owner']) role \gexec
select format('create database %I owner %I', :'name', :'name' || '_owner')
where not exists (select from pg_database where datname = :'name') \gexec
revoke all on database :"name" from public;
grant connect on database :"name" to :"name";
\connect :"name"
\set owner :name _owner
alter schema public owner to :"owner";
revoke all on schema public from public;
grant usage on schema public to :"name";
alter default privileges for role :"owner" grant usage on schemas to :"name";
alter default privileges for role :"owner" grant select on tables to :"name";
alter default privileges for role :"owner" in schema public grant insert, update, delete on tables to :"name";
alter default privileges for role :"owner" in schema public grant usage on sequences to :"name";
SQL
}

provision identity "$IDENTITY_DATABASE_PASSWORD"
provision banking "$BANKING_DATABASE_PASSWORD"
provision payments "$PAYMENTS_DATABASE_PASSWORD"
