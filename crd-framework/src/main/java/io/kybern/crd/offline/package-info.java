/** What a server would say of custom resources and their definitions, without one. */
package io.kybern.crd.offline;
