# Stand-ins for the bases that the Dockerfile names, where no registry can be reached: Debian's packages as they are
# unpacked, with Node and npm, or PostgreSQL's programs, where the official images have them. See stand-ins.ts.
FROM scratch AS debian
ADD debian.tar /
COPY ca-certificates.crt /etc/ssl/certs/
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

FROM debian AS node
COPY node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

FROM debian AS postgresql
ENV PG_MAJOR=18
COPY postgresql/bin /usr/lib/postgresql/18/bin
COPY postgresql/lib /usr/lib
