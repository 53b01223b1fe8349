package io.kybern.conformance.golden;

record Header(String name, String value) {}
