// Judges traffic by network policies: reads {policies, traffic} as JSON on stdin, writes one verdict for each traffic on stdout.
//
// The judge is the matcher of cyclonus, which Kubernetes' network people test CNI plugins with; nothing of it is ours.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	"k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// A peer without a namespace is outside the cluster, and known by its address alone.
type peer struct {
	IP              string            `json:"ip"`
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	PodLabels       map[string]string `json:"podLabels"`
}

type question struct {
	Policies []*networking.NetworkPolicy `json:"policies"`
	Traffic  []struct {
		From     peer        `json:"from"`
		To       peer        `json:"to"`
		Port     int         `json:"port"`
		PortName string      `json:"portName"`
		Protocol v1.Protocol `json:"protocol"`
	} `json:"traffic"`
}

type verdict struct {
	Ingress bool `json:"ingress"`
	Egress  bool `json:"egress"`
}

func main() {
	var asked question
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&asked); err != nil {
		fmt.Fprintln(os.Stderr, "cannot read the question:", err)
		os.Exit(1)
	}
	policy := matcher.BuildNetworkPolicies(false, asked.Policies)
	verdicts := []verdict{}
	for _, traffic := range asked.Traffic {
		result := policy.IsTrafficAllowed(&matcher.Traffic{
			Source:           trafficPeer(traffic.From),
			Destination:      trafficPeer(traffic.To),
			ResolvedPort:     traffic.Port,
			ResolvedPortName: traffic.PortName,
			Protocol:         traffic.Protocol,
		})
		verdicts = append(verdicts, verdict{result.Ingress.IsAllowed(), result.Egress.IsAllowed()})
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, "cannot write the verdicts:", err)
		os.Exit(1)
	}
}

func trafficPeer(given peer) *matcher.TrafficPeer {
	if given.Namespace == "" {
		return &matcher.TrafficPeer{IP: given.IP}
	}
	return &matcher.TrafficPeer{IP: given.IP, Internal: &matcher.InternalPeer{
		PodLabels:       given.PodLabels,
		NamespaceLabels: given.NamespaceLabels,
		Namespace:       given.Namespace,
	}}
}
