/**
 * How an environment's objects are called and labelled: what clients of an API rely on, and what differs between APIs that
 * describe the same environment. Plain data.
 */
export interface Layout {
  /** On every object and on pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Selects the pods; constant for the environment's life, since a StatefulSet's selector can't change. A part of the pods' labels. */
  readonly selector: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly names: LayoutNames;
  readonly service: ServiceLayout;
  /** Default: container `gate`, port 15080. */
  readonly sidecar?: SidecarLayout;
}

/** The sidecar where there is one. */
export interface SidecarLayout {
  readonly container: string;
  /** Port on which it listens, which the Service leads to. */
  readonly port: number;
}

export interface LayoutNames {
  /** By workload name. */
  readonly workloads: Readonly<Record<string, string>>;
  readonly service: string;
  readonly serviceAccount: string;
  readonly networkPolicy: string;
  readonly ingress: string;
  readonly configMap: string;
  /** By volume name, for claims that are made. */
  readonly claims: Readonly<Record<string, ClaimName>>;
  /** By secret id. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface ClaimName {
  readonly name: string;
  /** Take over a claim of this name that belongs to nobody, as an earlier operator left it. */
  readonly adopt?: boolean;
}

export interface ServiceLayout {
  /** Absent: unnamed, as a single port may be. */
  readonly portName?: string;
  readonly port: number;
}
