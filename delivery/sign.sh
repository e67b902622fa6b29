#!/usr/bin/env bash
# Signs each image of a release, and its bill of materials, as the workflow that runs this, without a key: cosign has a
# certificate made for the workflow's identity, and writes to a public log that it did. What has a signature keeps it.
#
#   delivery/sign.sh FOLDER       with release.json and sbom/
#
# Needs cosign 2, Node, and who may push to the registry. By hand it asks a person to log in, and that person is who signed.
set -euo pipefail

folder=${1:?"say where release.json is"}
issuer=https://token.actions.githubusercontent.com
# The workflow on main, and nobody else; by hand, say who: IDENTITY=me@example.com ISSUER=https://accounts.google.com
identity=${IDENTITY:-https://github.com/${GITHUB_REPOSITORY:?"IDENTITY is not set"}/.github/workflows/release.yaml@refs/heads/main}
who=("--certificate-identity=$identity" "--certificate-oidc-issuer=${ISSUER:-$issuer}")

images='for (const [name, image] of Object.entries(JSON.parse(readFileSync(0)).images)) console.log(name, image)'
node --eval "const { readFileSync } = require('fs'); $images" < "$folder/release.json" | while read -r name image; do
  if cosign verify "${who[@]}" "$image" < /dev/null > /dev/null 2>&1; then
    echo "$name is signed"
  else
    cosign sign --yes "$image" < /dev/null
    echo "$name has been signed"
  fi
  if ! cosign verify-attestation "${who[@]}" --type=cyclonedx "$image" < /dev/null > /dev/null 2>&1; then
    cosign attest --yes --type=cyclonedx --predicate="$folder/sbom/$name.cdx.json" "$image" < /dev/null
    echo "$name has its bill of materials"
  fi
done
