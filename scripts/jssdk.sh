#!/bin/sh
# Fetches WeCom's JS-SDK, which the sidebar needs within WeCom itself and which is not ours to hand on.
set -eu
cd "$(dirname "$0")/.."

VERSION=2.4.4
TARGET=static/sidebar/wecom-jssdk.js

if ! command -v npm >/dev/null 2>&1; then
    echo "npm is needed to fetch @wecom/jssdk. Install Node.js, or put the file dist/wecom.global.prod.js of that package at $TARGET." >&2
    exit 1
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" "@wecom/jssdk@$VERSION" >/dev/null
tar -xzf "$folder"/*.tgz -C "$folder" package/dist/wecom.global.prod.js
mv "$folder/package/dist/wecom.global.prod.js" "$TARGET"
echo "$TARGET is @wecom/jssdk $VERSION. Collect the static files again where they are collected."
