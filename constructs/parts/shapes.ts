/**
 * Kubernetes' own shapes as plain JSON, from the types that cdk8s-plus generates.
 *
 * Only types are imported from cdk8s-plus here and in everything the controller loads: its code holds all of Kubernetes in
 * one module and costs the controller more than 15 MB and a good part of its start, for classes that render what we write
 * down anyway.
 */
import type { k8s } from 'cdk8s-plus-28';

/** A generated shape without its wrapper classes: quantities and ports are text or numbers, as manifests have them. */
export type Plain<T> = T extends readonly (infer Item)[]
  ? readonly Plain<Item>[]
  : T extends Date
    ? string
    : IsSame<T, k8s.IntOrString> extends true
      ? string | number
      : T extends object
        ? { readonly [Key in keyof T]: Plain<T[Key]> }
        : T;

/** `Quantity` and `IntOrString` are alike in structure, and many shapes have a `value`: only equality tells them apart. */
type IsSame<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

export type Container = Plain<k8s.Container>;
export type EnvVar = Plain<k8s.EnvVar>;
export type NetworkPolicyEgressRule = Plain<k8s.NetworkPolicyEgressRule>;
export type NetworkPolicyIngressRule = Plain<k8s.NetworkPolicyIngressRule>;
export type NetworkPolicyPeer = Plain<k8s.NetworkPolicyPeer>;
export type NetworkPolicySpec = Plain<k8s.NetworkPolicySpec>;
export type IngressSpec = Plain<k8s.IngressSpec>;
export type PersistentVolumeClaimSpec = Plain<k8s.PersistentVolumeClaimSpec>;
export type PodSecurityContext = Plain<k8s.PodSecurityContext>;
export type PodSpec = Plain<k8s.PodSpec>;
export type PodTemplateSpec = Plain<k8s.PodTemplateSpec>;
export type Probe = Plain<k8s.Probe>;
export type ResourceRequirements = Plain<k8s.ResourceRequirements>;
export type SecurityContext = Plain<k8s.SecurityContext>;
export type ServiceSpec = Plain<k8s.ServiceSpec>;
export type StatefulSetSpec = Plain<k8s.StatefulSetSpec>;
export type Toleration = Plain<k8s.Toleration>;
export type Affinity = Plain<k8s.Affinity>;
export type Volume = Plain<k8s.Volume>;
