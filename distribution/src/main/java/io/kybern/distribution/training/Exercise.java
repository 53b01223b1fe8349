package io.kybern.distribution.training;

/**
 * A request of those that clients make all the time. In all texts {@value #NUMBER} stands for a number that is new each time the
 * exercises are gone through.
 *
 * @param path with the query
 * @param type of the body
 * @param body empty: none
 */
record Exercise(String method, String path, String accept, String type, String body) {
    static final String NUMBER = "$n";

    private static final String JSON = "application/json";

    static Exercise get(String path) {
        return get(path, JSON);
    }

    static Exercise get(String path, String accept) {
        return new Exercise("GET", path, accept, "", "");
    }

    static Exercise create(String path, String body) {
        return new Exercise("POST", path, JSON, JSON, body);
    }

    static Exercise update(String path, String body) {
        return new Exercise("PUT", path, JSON, JSON, body);
    }

    /** @param type what kind of patch, as in {@code application/TYPE} */
    static Exercise patch(String path, String type, String body) {
        return new Exercise("PATCH", path, JSON, "application/" + type, body);
    }

    static Exercise delete(String path) {
        return new Exercise("DELETE", path, JSON, "", "");
    }

    Exercise numbered(long number) {
        String text = Long.toString(number);
        return new Exercise(method, path.replace(NUMBER, text), accept, type, body.replace(NUMBER, text));
    }
}
