"""A peer of the bench: the same environments, made with kopf and the official client, by server-side apply.

A change of an environment applies all its children; a change of a child is mended where it differs from what is wanted.
"""
import asyncio
import datetime
import json
import os

import kopf
import kubernetes

GROUP, VERSION, PLURAL = 'adrasteia.dev', 'v1alpha1', 'environments'
LABEL = 'adrasteia.dev/environment'
WORKERS = 10
KINDS = [('', 'v1', 'serviceaccounts'), ('', 'v1', 'persistentvolumeclaims'), ('', 'v1', 'services'),
         ('apps', 'v1', 'statefulsets'), ('networking.k8s.io', 'v1', 'networkpolicies'),
         ('networking.k8s.io', 'v1', 'ingresses')]
PLURALS = {'ServiceAccount': 'serviceaccounts', 'PersistentVolumeClaim': 'persistentvolumeclaims', 'Service': 'services',
           'StatefulSet': 'statefulsets', 'NetworkPolicy': 'networkpolicies', 'Ingress': 'ingresses'}

with open(os.environ['BENCH_CHILDREN'], encoding='utf8') as file:
    TEMPLATE = file.read()

kubernetes.config.load_kube_config()
CONFIGURATION = kubernetes.client.Configuration.get_default_copy()
CONFIGURATION.connection_pool_maxsize = 2 * WORKERS
API = kubernetes.client.ApiClient(CONFIGURATION)


@kopf.on.startup()
def configure(settings, **_):
    settings.peering.standalone = True
    settings.posting.enabled = False  # Events of each step would be writes that the others don't make.
    settings.execution.max_workers = WORKERS


def render(name, namespace, uid, spec):
    text = TEMPLATE.replace('{{name}}', name).replace('{{namespace}}', namespace).replace('{{uid}}', uid)
    children = json.loads(text)
    memory = spec.get('overrides', {}).get('resources', {}).get('limits', {}).get('memory')
    if memory is not None:
        for child in children:
            if child['kind'] == 'StatefulSet':
                child['spec']['template']['spec']['containers'][0]['resources']['limits']['memory'] = memory
    return children


def apply(child):
    version, meta = child['apiVersion'], child['metadata']
    root = f'/apis/{version}' if '/' in version else f'/api/{version}'
    answer = API.call_api(
        *API.param_serialize(
            'PATCH',
            f'{root}/namespaces/{meta["namespace"]}/{PLURALS[child["kind"]]}/{meta["name"]}',
            query_params=[('fieldManager', 'peer'), ('force', 'true')],
            header_params={'Content-Type': 'application/apply-patch+yaml', 'Accept': 'application/json'},
            body=child,
            auth_settings=['BearerToken'],
        ),
    )
    body = answer.read()
    if answer.status >= 300:
        raise kopf.TemporaryError(f'{child["kind"]} {meta["name"]}: {answer.status} {body[:200]!r}', delay=1)
    return json.loads(body)


@kopf.on.resume(GROUP, VERSION, PLURAL)
@kopf.on.create(GROUP, VERSION, PLURAL)
@kopf.on.update(GROUP, VERSION, PLURAL, field='spec')
def reconcile(name, namespace, uid, spec, status, meta, patch, **_):
    ready = 0
    for child in render(name, namespace, uid, spec):
        live = apply(child)
        if child['kind'] == 'StatefulSet':
            ready = live.get('status', {}).get('readyReplicas', 0)
    set_status(patch, status, meta['generation'], ready)


def set_status(patch, status, generation, ready):
    condition = {'type': 'Ready', 'status': 'True' if ready else 'False', 'reason': 'Ready' if ready else 'Starting',
                 'message': 'The pod is ready' if ready else "The pod isn't ready", 'observedGeneration': generation}
    before = next((one for one in status.get('conditions', []) if one['type'] == 'Ready'), {})
    same = before.get('status') == condition['status']
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    condition['lastTransitionTime'] = before['lastTransitionTime'] if same else now
    if condition != before:
        patch.status['phase'] = condition['reason']
        patch.status['observedGeneration'] = generation
        patch.status['conditions'] = [condition]


@kopf.index(GROUP, VERSION, PLURAL)
def environments(name, namespace, uid, spec, meta, **_):
    return {name: {'name': name, 'namespace': namespace, 'uid': uid, 'spec': dict(spec),
                   'deleted': 'deletionTimestamp' in meta}}


def covers(live, wanted):
    """Whether all that is wanted is there; what the server adds doesn't matter."""
    if isinstance(wanted, dict):
        return isinstance(live, dict) and all(key in live and covers(live[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(live, list) and len(live) == len(wanted) and all(map(covers, live, wanted))
    return live == wanted


async def mend(event, environments, labels, **_):
    live = event['object']
    for environment in environments.get(labels[LABEL], []):
        if environment['deleted']:
            return
        wanted = render(environment['name'], environment['namespace'], environment['uid'], environment['spec'])
        child = next((one for one in wanted if one['kind'] == live['kind']), None)
        if child and (event['type'] == 'DELETED' or not covers(live, child)):
            await asyncio.get_running_loop().run_in_executor(None, apply, child)


for group, version, plural in KINDS:
    kopf.on.event(group, version, plural, labels={LABEL: kopf.PRESENT}, id=f'mend-{plural}')(mend)
