/** Priority and fairness: which flow a request belongs to. */
package io.kybern.apiserver.flowcontrol;
