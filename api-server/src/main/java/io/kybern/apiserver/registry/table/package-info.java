/** Parts of tables that several kinds print alike. */
package io.kybern.apiserver.registry.table;
