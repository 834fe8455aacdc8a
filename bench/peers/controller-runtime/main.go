// A peer of the bench: the same environments, made with controller-runtime as its book advises. One reconciler, watches on what
// it owns, server-side apply (or CreateOrUpdate, which asks the cache first), a condition that follows the StatefulSet.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
)

type reconciler struct {
	client.Client
	template       string
	createOrUpdate bool
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	environment := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "adrasteia.dev/v1alpha1", "kind": "Environment"}}
	if err := r.Get(ctx, request.NamespacedName, environment); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if environment.GetDeletionTimestamp() != nil {
		return ctrl.Result{}, nil // Owner references take the children away.
	}
	children, err := r.render(environment)
	if err != nil {
		return ctrl.Result{}, err
	}
	for _, child := range children {
		if err := r.write(ctx, child); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.writeStatus(ctx, environment)
}

func (r *reconciler) render(environment *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	text := strings.NewReplacer("{{name}}", environment.GetName(), "{{namespace}}", environment.GetNamespace(),
		"{{uid}}", string(environment.GetUID())).Replace(r.template)
	var children []*unstructured.Unstructured
	if err := json.Unmarshal([]byte(text), &children); err != nil {
		return nil, err
	}
	memory, found, _ := unstructured.NestedString(environment.Object, "spec", "overrides", "resources", "limits", "memory")
	for _, child := range children {
		if containers, ok, _ := unstructured.NestedSlice(child.Object, "spec", "template", "spec", "containers"); ok && found {
			_ = unstructured.SetNestedField(containers[0].(map[string]any), memory, "resources", "limits", "memory")
			_ = unstructured.SetNestedSlice(child.Object, containers, "spec", "template", "spec", "containers")
		}
	}
	return children, nil
}

func (r *reconciler) write(ctx context.Context, child *unstructured.Unstructured) error {
	if !r.createOrUpdate {
		return r.Apply(ctx, client.ApplyConfigurationFromUnstructured(child), client.FieldOwner("peer"), client.ForceOwnership)
	}
	wanted, _ := child.MarshalJSON()
	made, err := r.Scheme().New(child.GroupVersionKind())
	if err != nil {
		return err
	}
	object := made.(client.Object)
	object.SetName(child.GetName())
	object.SetNamespace(child.GetNamespace())
	_, err = controllerutil.CreateOrUpdate(ctx, r.Client, object, func() error { return json.Unmarshal(wanted, object) })
	return err
}

func (r *reconciler) writeStatus(ctx context.Context, environment *unstructured.Unstructured) error {
	ready := metav1.Condition{Type: "Ready", Status: metav1.ConditionFalse, Reason: "Starting",
		Message: "The pod isn't ready", ObservedGeneration: environment.GetGeneration()}
	set := &appsv1.StatefulSet{}
	if err := r.Get(ctx, client.ObjectKeyFromObject(environment), set); err == nil && set.Status.ReadyReplicas > 0 {
		ready.Status, ready.Reason, ready.Message = metav1.ConditionTrue, "Ready", "The pod is ready"
	}
	var status struct {
		Phase              string             `json:"phase,omitempty"`
		ObservedGeneration int64              `json:"observedGeneration,omitempty"`
		Conditions         []metav1.Condition `json:"conditions,omitempty"`
	}
	before, _, _ := unstructured.NestedMap(environment.Object, "status")
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(before, &status); err != nil {
		return err
	}
	if !meta.SetStatusCondition(&status.Conditions, ready) {
		return nil
	}
	status.Phase, status.ObservedGeneration = ready.Reason, environment.GetGeneration()
	changed := environment.DeepCopy()
	changed.Object["status"], _ = runtime.DefaultUnstructuredConverter.ToUnstructured(&status)
	return r.Status().Patch(ctx, changed, client.MergeFrom(environment))
}

func main() {
	workers := flag.Int("workers", 1, "environments reconciled in parallel")
	createOrUpdate := flag.Bool("create-or-update", false, "write children by CreateOrUpdate instead of server-side apply")
	flag.Parse()
	ctrl.SetLogger(klog.Background())
	template, err := os.ReadFile(os.Getenv("BENCH_CHILDREN"))
	must(err)
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Metrics: server.Options{BindAddress: "0"},
		Cache:   cache.Options{DefaultNamespaces: map[string]cache.Config{os.Getenv("BENCH_NAMESPACE"): {}}},
		Client:  client.Options{Cache: &client.CacheOptions{Unstructured: true}},
	})
	must(err)
	environment := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "adrasteia.dev/v1alpha1", "kind": "Environment"}}
	toEnvironment := handler.EnqueueRequestsFromMapFunc(func(_ context.Context, child client.Object) []ctrl.Request {
		if name, ok := child.GetLabels()["adrasteia.dev/environment"]; ok {
			return []ctrl.Request{{NamespacedName: client.ObjectKey{Namespace: child.GetNamespace(), Name: name}}}
		}
		return nil
	})
	b := ctrl.NewControllerManagedBy(manager).Named("environment").
		For(environment, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: *workers})
	for _, kind := range []client.Object{&corev1.ServiceAccount{}, &corev1.PersistentVolumeClaim{}, &corev1.Service{},
		&appsv1.StatefulSet{}, &networkingv1.NetworkPolicy{}, &networkingv1.Ingress{}} {
		b = b.Watches(kind, toEnvironment)
	}
	must(b.Complete(&reconciler{Client: manager.GetClient(), template: string(template), createOrUpdate: *createOrUpdate}))
	must(manager.Start(ctrl.SetupSignalHandler()))
}

func must(err error) {
	if err != nil {
		klog.Fatal(err)
	}
}
