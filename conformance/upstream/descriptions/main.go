// Command descriptions prints, as JSON, what the API documentation says about every component and field of the schemas
// that a default server serves, and about the options of its requests: {component: {"": text, field: text}}.
// The argument is the file of those schemas.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kubernetes/pkg/generated/openapi"
)

func main() {
	var served struct{ Schemas map[string]any }
	content, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(content, &served))

	components := map[string]map[string]string{}
	definitions := openapi.GetOpenAPIDefinitions(func(name string) spec.Ref { return spec.MustCreateRef("#/" + name) })
	for name, definition := range definitions {
		component := name
		if strings.Contains(name, "/") {
			component = util.ToRESTFriendlyName(name)
		}
		if _, ok := served.Schemas[component]; ok || isOptions(component) {
			components[component] = texts(definition)
		}
	}

	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	separator := "{"
	for _, name := range slices.Sorted(maps.Keys(components)) {
		fmt.Fprintf(out, "%s\n%s:%s", separator, line(name), line(components[name]))
		separator = ","
	}
	fmt.Fprintln(out, "\n}")
}

// isOptions tells whether a type is sent as query parameters.
func isOptions(component string) bool {
	return strings.HasSuffix(component, "Options") &&
		(strings.HasPrefix(component, "io.k8s.apimachinery.pkg.apis.meta.v1.") || strings.HasPrefix(component, "io.k8s.api.core.v1."))
}

func texts(definition common.OpenAPIDefinition) map[string]string {
	out := map[string]string{}
	if text := definition.Schema.Description; text != "" {
		out[""] = text
	}
	for name, property := range definition.Schema.Properties {
		if property.Description != "" {
			out[name] = property.Description
		}
	}
	return out
}

func line(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	must(encoder.Encode(value))
	return strings.TrimSpace(out.String())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
