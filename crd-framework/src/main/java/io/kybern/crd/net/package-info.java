/** IP addresses and networks as Go's {@code net} package parses and prints them. */
package io.kybern.crd.net;
