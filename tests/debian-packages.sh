#!/bin/sh
# What the tests drive for real: a browser with Chinese fonts, PostgreSQL, postfix, dovecot, LibreOffice; and npm.
# Installs what is missing where it may; says loudly what will be skipped where it may not.
set -eu

missing=""
need() { # need PROGRAM PACKAGE…: the packages are wanted unless the program is there
  program=$1
  shift
  [ -e "$program" ] || missing="$missing $*"
}
need /usr/bin/chromium chromium
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
need /usr/sbin/postfix postfix
need /usr/sbin/dovecot dovecot-imapd
need /usr/bin/soffice libreoffice-calc
need /usr/lib/libreoffice/program/libswlo.so libreoffice-writer
need /usr/bin/pdftotext poppler-utils
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"

command -v npm >/dev/null || missing="$missing npm"

[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian packages:$missing"
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
    exit 0
  fi
  echo "!!! apt-get failed" >&2
fi
cat >&2 <<EOF
!!! NOT INSTALLED, SO THE TESTS THAT NEED IT ARE SKIPPED:$missing
!!! To run them: sudo apt-get install$missing
EOF
