// Command wiretypes prints, as JSON, how Go encodes every type of the API that a default server serves: JSON names in
// struct order, omitempty, pointers, and protobuf field numbers. The server's codec is driven by it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"

	apidiscoveryv2 "k8s.io/api/apidiscovery/v2"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

type field struct {
	Name   string `json:"n,omitempty"`
	Type   string `json:"t"`
	Omit   string `json:"o,omitempty"` // e: omitempty, z: omitzero
	Inline bool   `json:"i,omitempty"`
	Proto  int    `json:"p,omitempty"`
	Wire   string `json:"w,omitempty"` // only where it is not the natural one of the type
}

type typ struct {
	Fields []field `json:"fields"`
}

var (
	types = map[string]*typ{}
	leafs = map[string]string{
		"k8s.io/apimachinery/pkg/api/resource.Quantity":                                    "quantity",
		"k8s.io/apimachinery/pkg/apis/meta/v1.Time":                                        "time",
		"k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime":                                   "microtime",
		"k8s.io/apimachinery/pkg/apis/meta/v1.Duration":                                    "duration",
		"k8s.io/apimachinery/pkg/util/intstr.IntOrString":                                  "intorstring",
		"k8s.io/apimachinery/pkg/runtime.RawExtension":                                     "raw",
		"k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1":                                    "fieldsv1",
		"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSON":                    "json",
		"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrBool":   "schemaorbool",
		"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrArray":  "schemaorarray",
		"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaPropsOrStringArray": "schemaorstrings",
	}
)

func name(t reflect.Type) string {
	p := t.PkgPath()
	for _, prefix := range []string{"k8s.io/api/", "k8s.io/apimachinery/pkg/apis/", "k8s.io/apiextensions-apiserver/pkg/apis/", "k8s.io/kube-aggregator/pkg/apis/"} {
		p = strings.TrimPrefix(p, prefix)
	}
	return p + "." + t.Name()
}

func expr(t reflect.Type) string {
	if l, ok := leafs[t.PkgPath()+"."+t.Name()]; ok && t.Name() != "" {
		if strings.HasPrefix(l, "schemaor") {
			visit(reflect.TypeOf(apiextensionsv1.JSONSchemaProps{}))
		}
		return l
	}
	switch t.Kind() {
	case reflect.Ptr:
		return "*" + expr(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		if _, ok := reflect.PointerTo(t).MethodByName("Marshal"); ok { // a message of its own in protobuf: Verbs, ExtraValue
			return "items:" + expr(t.Elem())
		}
		return "[]" + expr(t.Elem())
	case reflect.Map:
		return "map:" + expr(t.Elem())
	case reflect.Struct:
		visit(t)
		return name(t)
	case reflect.Interface:
		return "any"
	default:
		return t.Kind().String()
	}
}

func visit(t reflect.Type) {
	n := name(t)
	if _, ok := types[n]; ok {
		return
	}
	x := &typ{}
	types[n] = x
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if f.PkgPath != "" {
			continue
		}
		tag, ok := f.Tag.Lookup("json")
		parts := strings.Split(tag, ",")
		if !ok || parts[0] == "-" {
			continue
		}
		out := field{Name: parts[0]}
		for _, o := range parts[1:] {
			switch o {
			case "omitempty":
				out.Omit += "e"
			case "omitzero":
				out.Omit += "z"
			case "inline":
				out.Inline = true
			}
		}
		if out.Name == "" {
			out.Inline = true
		}
		if f.Type == reflect.TypeOf(metav1.TypeMeta{}) {
			continue
		}
		out.Type = expr(f.Type)
		if p := f.Tag.Get("protobuf"); p != "" && p != "-" {
			pp := strings.Split(p, ",")
			out.Proto, _ = strconv.Atoi(pp[1])
			switch pp[0] {
			case "fixed64", "fixed32", "zigzag32", "zigzag64":
				out.Wire = pp[0]
			}
		}
		x.Fields = append(x.Fields, out)
	}
}

func main() {
	served := servedVersions(os.Args[1])
	s := scheme.Scheme
	must(apiextensionsv1.AddToScheme(s))
	must(apiregistrationv1.AddToScheme(s))
	kinds := map[string]string{}
	for gvk, t := range s.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal || strings.HasSuffix(gvk.Kind, "List") || gvk.Kind == "WatchEvent" {
			continue
		}
		if !served[gvk.GroupVersion().String()] {
			continue
		}
		if t.PkgPath() == "k8s.io/apimachinery/pkg/apis/meta/v1" && gvk.Group != "meta.k8s.io" && !(gvk.Group == "" && gvk.Version == "v1") {
			continue
		}
		kinds[gvk.GroupVersion().String()+"/"+gvk.Kind] = expr(t)
	}
	for _, o := range []any{metav1.Status{}, metav1.DeleteOptions{}, metav1.CreateOptions{}, metav1.UpdateOptions{}, metav1.PatchOptions{}, metav1.ListMeta{},
		metav1.PartialObjectMetadata{}, metav1.PartialObjectMetadataList{}, metav1.WatchEvent{}, metav1.APIGroupList{}, metav1.APIGroup{}, metav1.APIResourceList{}, metav1.APIVersions{}, metav1.LabelSelector{}} {
		kinds["meta.k8s.io/v1/"+reflect.TypeOf(o).Name()] = expr(reflect.TypeOf(o))
	}
	for _, o := range []any{apidiscoveryv2.APIGroupDiscoveryList{}, apidiscoveryv2.APIGroupDiscovery{}} {
		kinds["apidiscovery.k8s.io/v2/"+reflect.TypeOf(o).Name()] = expr(reflect.TypeOf(o))
	}
	keys := make([]string, 0, len(types))
	for k := range types {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	w := os.Stdout
	fmt.Fprintln(w, "{\"kinds\":{")
	ks := make([]string, 0)
	for k := range kinds {
		ks = append(ks, k)
	}
	sort.Strings(ks)
	for i, k := range ks {
		fmt.Fprintf(w, "%q:%q%s\n", k, kinds[k], comma(i, len(ks)))
	}
	fmt.Fprintln(w, "},\"types\":{")
	for i, k := range keys {
		b, err := json.Marshal(types[k].Fields)
		must(err)
		fmt.Fprintf(w, "%q:%s%s\n", k, b, comma(i, len(keys)))
	}
	fmt.Fprintln(w, "}}")
}

// servedVersions reads an aggregated discovery document.
func servedVersions(path string) map[string]bool {
	b, err := os.ReadFile(path)
	must(err)
	type list struct {
		Items []struct {
			Metadata struct{ Name string }
			Versions []struct{ Version string }
		}
	}
	var d struct{ API, APIs list }
	must(json.Unmarshal(b, &d))
	out := map[string]bool{}
	for _, l := range []list{d.API, d.APIs} {
		for _, g := range l.Items {
			for _, v := range g.Versions {
				out[strings.TrimPrefix(g.Metadata.Name+"/"+v.Version, "/")] = true
			}
		}
	}
	return out
}

func comma(i, n int) string {
	if i+1 < n {
		return ","
	}
	return ""
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
