# The images of everything in functions/catalogue.ts, and of the edge in front of them:
#
#   docker build --build-arg FUNCTION=get-task .
#   docker build --build-arg FUNCTION=back-up --target job-with-postgresql-programs .
#   docker build --target edge .
#
# A tag may move, a digest does not: `docker buildx imagetools inspect TAG` tells the one that a tag has today.
ARG NODE=docker.io/library/node:24.21.0-bookworm@sha256:64af3819f9275802414d7cdc38c27e9d82bd564dec4d4da87d008255d36c63b4
ARG POSTGRESQL=docker.io/library/postgres:18.4-bookworm@sha256:1961f96e6029a02c3812d7cb329a3b03a3ac2bb067058dec17b0f5596aca9296
ARG DEBIAN=docker.io/library/debian:bookworm-20260918-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251

FROM ${NODE} AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev
COPY . .
# Also from a checkout that only its owner may read: another user makes the compile cache from it.
RUN chmod -R go=rX compile-cache.ts package.json functions lib \
 && node build.ts

# Files are of 1970, whenever they are made, so that all functions and releases share the layers that are alike.
# Node without its symbols, the libraries that it is linked to, and what the C library reads.
FROM ${NODE} AS runtime
WORKDIR /runtime
RUN mkdir -p app etc usr/bin \
 && strip -o usr/bin/node /usr/local/bin/node \
 && ldd /usr/local/bin/node | grep -o '/[^ ]*' | xargs cp -L --parents -t . \
 && echo 'nonroot:x:65532:65532::/:/bin/false' > etc/passwd \
 && echo 'hosts: files dns' > etc/nsswitch.conf \
 && mkdir -m 1777 tmp backups \
 && find . -exec touch -h -d @0 {} +

FROM ${POSTGRESQL} AS postgresql-programs
WORKDIR /programs
RUN mkdir -p usr/bin \
 && cp /usr/lib/postgresql/$PG_MAJOR/bin/pg_dump /usr/lib/postgresql/$PG_MAJOR/bin/pg_restore usr/bin/ \
 && ! ldd usr/bin/* | grep 'not found' \
 && ldd usr/bin/* | grep -o '/[^ :]*' | grep '\.so' | sort -u | xargs cp -L --parents -t . \
 && find . -exec touch -h -d @0 {} +

FROM build AS bundle
ARG FUNCTION
WORKDIR /app
RUN cp -r /source/dist/package.json /source/dist/${FUNCTION:?}/. . \
 && rm -f index.js *.map \
 && mkdir -m 1777 /compile-cache
# V8 keeps what it compiles under the user's number, and by the path of the file: both are those of the image.
USER 65532:65532
RUN node --hash-seed=1 /source/compile-cache.ts ${FUNCTION} /app/server.js /compile-cache
USER 0:0
RUN mv /compile-cache . && chown -R 0:0 . && chmod -R u=rwX,go=rX . && find . -exec touch -h -d @0 {} +

FROM ${DEBIAN} AS edge
RUN apt-get update \
 && apt-get install -y --no-install-recommends nginx-light libnginx-mod-http-headers-more-filter \
 && rm -rf /var/lib/apt/lists/*
USER 65532:65532
EXPOSE 8080
# Answers what has arrived first.
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx"]

FROM scratch AS node
COPY --from=runtime /runtime/ /
ENV PATH=/usr/bin NODE_COMPILE_CACHE=/app/compile-cache
WORKDIR /app
USER 65532:65532
EXPOSE 8080 9464
ENTRYPOINT ["node", "/app/server.js"]

# Labels are told twice: from a stage that both begin with, buildah 1.28 takes another function's out of its cache.
FROM node AS job-with-postgresql-programs
ARG FUNCTION
ARG VERSION=
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title=${FUNCTION} \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=${SOURCE} \
      org.opencontainers.image.licenses=Apache-2.0
COPY --from=postgresql-programs /programs/ /
COPY --from=bundle /app/ /app/

FROM node AS function
ARG FUNCTION
ARG VERSION=
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.title=${FUNCTION} \
      org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.source=${SOURCE} \
      org.opencontainers.image.licenses=Apache-2.0
COPY --from=bundle /app/ /app/
