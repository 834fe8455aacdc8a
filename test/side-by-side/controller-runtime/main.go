// Command controller-runtime is a small operator as most are written: it makes a Deployment, a Service and a ConfigMap for every
// ConfigMap with its label, keeps them, writes status and Events, and uses each way of writing that controller-runtime has. It ends
// by itself when all that it was given has been reconciled, so that what it says to the API can be recorded.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	namespace = "operator"
	label     = "side-by-side/app"
	finalizer = "side-by-side/cleanup"
	apps      = 12
)

type reconciler struct {
	client.Client
	manager manager.Manager
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	app := &corev1.ConfigMap{}
	if err := r.Get(ctx, request.NamespacedName, app); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if app.Labels[label] != "yes" {
		return ctrl.Result{}, nil
	}
	if !app.DeletionTimestamp.IsZero() {
		controllerutil.RemoveFinalizer(app, finalizer)
		return ctrl.Result{}, r.Update(ctx, app)
	}
	if controllerutil.AddFinalizer(app, finalizer) {
		if err := r.Update(ctx, app); err != nil {
			return ctrl.Result{}, err
		}
	}
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: app.Name, Namespace: namespace}}
	if _, err := controllerutil.CreateOrUpdate(ctx, r.Client, deployment, func() error {
		labels := map[string]string{"app": app.Name}
		replicas := int32(len(app.Data["size"]) + 1)
		deployment.Spec.Replicas = &replicas
		deployment.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
		deployment.Spec.Template.Labels = labels
		deployment.Spec.Template.Spec.Containers = []corev1.Container{{Name: "main", Image: "registry.example.org/app:1"}}
		return controllerutil.SetControllerReference(app, deployment, r.Scheme())
	}); err != nil {
		return ctrl.Result{}, err
	}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: app.Name, Namespace: namespace}}
	if _, err := controllerutil.CreateOrPatch(ctx, r.Client, service, func() error {
		service.Spec.Selector = map[string]string{"app": app.Name}
		service.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080)}}
		return controllerutil.SetOwnerReference(app, service, r.Scheme())
	}); err != nil {
		return ctrl.Result{}, err
	}
	settings := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": app.Name + "-settings", "namespace": namespace},
		"data":     map[string]any{"size": app.Data["size"]},
	}}
	if err := r.Patch(ctx, settings, client.Apply, client.FieldOwner("operator"), client.ForceOwnership); err != nil {
		return ctrl.Result{}, err
	}
	before := deployment.DeepCopy()
	deployment.Status.ObservedGeneration = deployment.Generation
	deployment.Status.Replicas = *deployment.Spec.Replicas
	if err := r.Status().Patch(ctx, deployment, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, nil
}

func main() {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr)))
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(server string) error {
	ctx, stop := context.WithTimeout(ctrl.SetupSignalHandler(), 60*time.Second)
	defer stop()
	config := &rest.Config{Host: server, QPS: 200, Burst: 400}
	m, err := ctrl.NewManager(config, ctrl.Options{
		Metrics:                 metricsserver.Options{BindAddress: "0"},
		LeaderElection:          true,
		LeaderElectionID:        "side-by-side",
		LeaderElectionNamespace: "default",
	})
	if err != nil {
		return err
	}
	r := &reconciler{Client: m.GetClient(), manager: m}
	err = ctrl.NewControllerManagedBy(m).For(&corev1.ConfigMap{}).Owns(&appsv1.Deployment{}).Owns(&corev1.Service{}).Complete(r)
	if err != nil {
		return err
	}
	go func() {
		defer stop()
		if err := exercise(ctx, m); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return m.Start(ctx)
}

// exercise is the user: it makes apps, changes them, takes them away, and asks in every way that clients have.
func exercise(ctx context.Context, m manager.Manager) error {
	<-m.Elected()
	c := m.GetClient()
	direct := m.GetAPIReader()
	if err := c.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	for i := range apps {
		app := &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("app-%d", i), Namespace: namespace, Labels: map[string]string{label: "yes"}},
			Data:       map[string]string{"size": ""},
		}
		if err := c.Create(ctx, app); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Second)
	for i := range apps {
		app := &corev1.ConfigMap{}
		if err := direct.Get(ctx, client.ObjectKey{Namespace: namespace, Name: fmt.Sprintf("app-%d", i)}, app); err != nil {
			return err
		}
		patch := client.MergeFrom(app.DeepCopy())
		app.Data["size"] = "xx"
		if err := c.Patch(ctx, app, patch); err != nil {
			return err
		}
		stale := app.DeepCopy()
		stale.ResourceVersion = "1"
		_ = c.Update(ctx, stale)
		_ = c.Patch(ctx, app, client.StrategicMergeFrom(app.DeepCopy()))
	}
	time.Sleep(2 * time.Second)
	deployments := &appsv1.DeploymentList{}
	_ = direct.List(ctx, deployments, client.InNamespace(namespace), client.Limit(5))
	_ = direct.List(ctx, deployments, client.InNamespace(namespace), client.MatchingLabels{"app": "app-1"})
	metadata := &metav1.PartialObjectMetadataList{}
	metadata.SetGroupVersionKind(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "DeploymentList"})
	_ = direct.List(ctx, metadata, client.InNamespace(namespace))
	for i := range apps / 2 {
		app := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("app-%d", i), Namespace: namespace}}
		_ = c.Delete(ctx, app, client.PropagationPolicy(metav1.DeletePropagationForeground))
		_ = c.Delete(ctx, &appsv1.Deployment{ObjectMeta: app.ObjectMeta}, client.Preconditions{ResourceVersion: &[]string{"1"}[0]})
	}
	_ = c.DeleteAllOf(ctx, &corev1.Service{}, client.InNamespace(namespace))
	time.Sleep(2 * time.Second)
	return nil
}
