/** Images brought to a node from files. */
package io.kybern.node.image;
