/** Forms of names and their complaints: DNS labels, qualified names, ports, keys. */
package io.kybern.crd.name;
