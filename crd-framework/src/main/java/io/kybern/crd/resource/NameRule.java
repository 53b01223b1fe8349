package io.kybern.crd.resource;

/** Which names a kind's objects may have. Source: {@code apimachinery/pkg/api/validation/name.go} and {@code path}. */
public enum NameRule {
    /** RFC 1123 subdomain, up to 253 characters. */
    DNS_SUBDOMAIN,
    /** RFC 1123 label, up to 63 characters. */
    DNS_LABEL,
    /** RFC 1035 label, up to 63 characters, starts with a letter. */
    DNS_1035_LABEL,
    /** Anything that can be one segment of a path: not {@code .} or {@code ..}, no {@code /} or {@code %}. */
    PATH_SEGMENT,
    /** An address in canonical form (IPAddress objects). */
    IP_ADDRESS
}
