#!/bin/sh
# Makes, in the current folder, what ../compose.yaml hands out as secrets and is not there yet: certificates for
# development, an API key, the database's password. Run by `docker compose run --rm prepare`, as the container's root:
# each file becomes that of the one who reads it, 10001 the service and 999 PostgreSQL, and nobody else's.
set -eu
umask 077
mkdir -p linkage clients

if [ ! -e linkage/server.pem ]; then
  set --
  for host in $LINKAGE_HOSTS; do set -- "$@" --host "$host"; done
  linkage certs --out clients --client court "$@"
  mv clients/server.pem clients/server.key linkage/
fi
if [ ! -e linkage/api-keys.json ]; then
  linkage keys create court --callers /config/callers.yaml --keys linkage/api-keys.json | tee clients/court.api-key
fi
if [ ! -e database-password ]; then
  python3 -c 'import secrets; print(secrets.token_urlsafe(32))' > database-password
fi
cp database-password linkage/database-password
chown -R 10001:10001 linkage
chmod -R u=rX,go= linkage
chown 999:999 database-password
chmod 0400 database-password
ls -lnR .
