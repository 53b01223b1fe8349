/**
 * SPDY/3.1 as Kubernetes uses it to carry several streams over one upgraded connection: the side that asked for the upgrade
 * opens streams, each named by headers; both sides write to them and end their direction. Frames are Netty's; there is no flow
 * control, since the library that the field uses has none: who reads slowly slows the connection.
 */
package io.kybern.node.spdy;
