#!/bin/sh
# Prints the home of a JDK 25 or newer, found where bin/ looks for one.
vedette_bin=$(dirname "$0")/../bin
vedette_only_java=yes
. "$vedette_bin/vedette-env.sh"
echo "${vedette_java%/bin/java}"
