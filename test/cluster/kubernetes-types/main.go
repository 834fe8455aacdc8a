// Command kubernetes-types prints, as JSON, what reflection tells of the Go types behind Kubernetes' built-in kinds: every
// type that a kind reaches, with its fields as encoding/json and the protobuf encoding see them.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"sort"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// Kind is a registered kind and the key of its type.
type Kind struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
	Type    string `json:"type"`
}

// Field is one member of a struct, in the order of the source.
type Field struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Inline fields have no name: their members stand among those of the struct around them.
	Inline    bool   `json:"inline,omitempty"`
	OmitEmpty bool   `json:"omitEmpty,omitempty"`
	OmitZero  bool   `json:"omitZero,omitempty"`
	Protobuf  string `json:"protobuf,omitempty"`
}

// Type is a Go type. Composite types name the types that they hold by their keys.
type Type struct {
	// Name is what messages of encoding/json call the type.
	Name string `json:"name"`
	// Kind is the kind of reflection; "special" for types that decode themselves.
	Kind   string  `json:"kind"`
	Elem   string  `json:"elem,omitempty"`
	Key    string  `json:"key,omitempty"`
	Fields []Field `json:"fields,omitempty"`
	// OwnEncoding tells that the type writes its own JSON.
	OwnEncoding bool `json:"ownEncoding,omitempty"`
}

var (
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	marshaler   = reflect.TypeFor[json.Marshaler]()
)

type walk struct {
	types map[string]Type
}

func key(t reflect.Type) string {
	switch {
	case t.Name() != "" && t.PkgPath() != "":
		return t.PkgPath() + "." + t.Name()
	case t.Name() != "":
		return t.Name()
	case t.Kind() == reflect.Pointer:
		return "*" + key(t.Elem())
	case t.Kind() == reflect.Slice:
		return "[]" + key(t.Elem())
	case t.Kind() == reflect.Map:
		return "map[" + key(t.Key()) + "]" + key(t.Elem())
	default:
		return t.String()
	}
}

func (w *walk) visit(t reflect.Type) string {
	name := key(t)
	if _, seen := w.types[name]; seen {
		return name
	}
	described := Type{Name: t.String(), Kind: t.Kind().String()}
	// Stands here before its fields are visited: a type may reach itself.
	w.types[name] = described
	described.OwnEncoding = t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(unmarshaler) {
		described.Kind = "special"
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		described.Elem = w.visit(t.Elem())
	case reflect.Map:
		described.Key, described.Elem = w.visit(t.Key()), w.visit(t.Elem())
	case reflect.Struct:
		described.Fields = w.fields(t)
	}
	w.types[name] = described
	return name
}

func (w *walk) fields(t reflect.Type) []Field {
	fields := []Field{}
	for i := range t.NumField() {
		field := t.Field(i)
		if !field.IsExported() && !field.Anonymous {
			continue
		}
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" {
			// Protobuf may know it still: such is the text of a quantity.
			if field.Tag.Get("protobuf") == "" || field.Tag.Get("protobuf") == "-" {
				continue
			}
		}
		described := Field{Name: tag, Protobuf: field.Tag.Get("protobuf")}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "omitempty":
				described.OmitEmpty = true
			case "omitzero":
				described.OmitZero = true
			}
		}
		if tag == "" {
			if field.Anonymous {
				described.Inline = true
			} else {
				described.Name = field.Name
			}
		}
		described.Type = w.visit(field.Type)
		fields = append(fields, described)
	}
	return fields
}

func main() {
	all := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(all))
	utilruntime.Must(metav1.AddMetaToScheme(all))
	utilruntime.Must(admissionv1.AddToScheme(all))
	utilruntime.Must(apiextensionsv1.AddToScheme(all))
	utilruntime.Must(apiregistrationv1.AddToScheme(all))

	w := walk{types: map[string]Type{}}
	kinds := []Kind{}
	for gvk, t := range all.AllKnownTypes() {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		kinds = append(kinds, Kind{Group: gvk.Group, Version: gvk.Version, Kind: gvk.Kind, Type: w.visit(t)})
	}
	sort.Slice(kinds, func(a, b int) bool {
		left, right := kinds[a], kinds[b]
		return left.Group+"/"+left.Version+"/"+left.Kind < right.Group+"/"+right.Version+"/"+right.Kind
	})
	encoder := json.NewEncoder(os.Stdout)
	utilruntime.Must(encoder.Encode(map[string]any{"kinds": kinds, "types": w.types}))
}
