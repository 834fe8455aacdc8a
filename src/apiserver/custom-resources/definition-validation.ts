/**
 * Whether a definition may be served, in the words and the order of Kubernetes.
 * @see k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go, v0.34
 */
import type { JsonObject } from '../../api/json';
import { type FieldError, forbiddenField, invalidField, notSupportedField, requiredField } from '../field-error';
import { dns1035LabelErrors, dns1123SubdomainErrors } from '../schema/name-rules';
import { schemaNodeOf } from '../schema/structural-schema';
import { approvalErrors } from './api-approval';
import { conversionErrors } from './conversion-rules';
import { defaultErrors } from './default-rules';
import type { CustomResourceDefinition, DefinitionSpec, DefinitionStatus, DefinitionVersion } from './definition';
import {
  type DefinitionForm,
  definitionForm,
  listOf,
  saidMembers,
  shownSchema,
  shownVersions,
  type VersionedParts,
} from './definition-form';
import { definitionNameErrors } from './definition-names';
import { type DefinitionRequirements, NEW_DEFINITION, requirementsAfter } from './definition-requirements';
import { openApiErrors } from './open-api-rules';
import { someSchema, textAt } from './schema-parts';
import { structuralErrors, unreadable } from './structural-rules';
import type { ValidationRules } from './validation-rules';
import { columnErrors, deprecationErrors, scalePathErrors, selectableFieldErrors } from './version-rules';

/** What is wrong with a new definition, apart from what metadata of any object must be. */
export function definitionErrors(definition: CustomResourceDefinition, rules: ValidationRules): FieldError[] {
  const { metadata, spec } = definition;
  const name = `${spec.names.plural}.${spec.group}`;
  return [
    ...(metadata.name === name
      ? []
      : [invalidField('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...new SpecCheck(definitionForm(spec), NEW_DEFINITION, rules).errors(),
    ...wholeErrors(definition, undefined),
  ];
}

/** What is wrong with an update. */
export function definitionUpdateErrors(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition,
  rules: ValidationRules,
): FieldError[] {
  const { spec } = definition;
  const requirements = requirementsAfter(old);
  return [
    ...new SpecCheck(definitionForm(spec), requirements, rules, definitionForm(old.spec)).errors(),
    ...(requirements.immutableNames
      ? [
          ...immutable(spec.scope, old.spec.scope, 'spec.scope'),
          ...immutable(spec.names.kind, old.spec.names.kind, 'spec.names.kind'),
        ]
      : []),
    ...immutable(spec.group, old.spec.group, 'spec.group'),
    ...immutable(spec.names.plural, old.spec.names.plural, 'spec.names.plural'),
    ...wholeErrors(definition, old),
  ];
}

/** What is wrong with a status. */
export function definitionStatusErrors(status: DefinitionStatus | undefined): FieldError[] {
  return definitionNameErrors(status?.acceptedNames, 'status.acceptedNames');
}

function immutable(value: string, old: string, path: string): FieldError[] {
  return value === old ? [] : [invalidField(path, value, 'field is immutable')];
}

function wholeErrors(definition: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  const { spec, status } = definition;
  const preserves = old?.spec.preserveUnknownFields !== true && spec.preserveUnknownFields === true;
  return [
    ...definitionStatusErrors(status),
    ...storedVersionErrors(listOf(status?.storedVersions), listOf(spec.versions)),
    ...approvalErrors(definition, old),
    ...(preserves
      ? [
          invalidField(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ];
}

function storedVersionErrors(stored: readonly string[], versions: readonly DefinitionVersion[]): FieldError[] {
  const path = 'status.storedVersions';
  if (stored.length === 0) return [invalidField(path, null, 'must have at least one stored version')];
  const names = versions.map(({ name }) => name);
  return [
    ...versions
      .filter(({ name, storage }) => storage && !stored.includes(name))
      .map(({ name }) => invalidField(path, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, index) => {
      if (names.includes(name)) return [];
      const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
      return [invalidField(`${path}[${String(index)}]`, name, detail)];
    }),
  ];
}

/** Keywords that a schema must be structural for. */
const EXTENSIONS = [
  'x-kubernetes-embedded-resource',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-validations',
];

/** What may stand at the root where the status has an endpoint of its own, since its schema is then taken out. */
const BESIDE_STATUS =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

class SpecCheck {
  private readonly spec: DefinitionSpec;
  private readonly preserves: boolean;
  private readonly isStructural: boolean;

  constructor(
    private readonly form: DefinitionForm,
    private readonly requirements: DefinitionRequirements,
    private readonly rules: ValidationRules,
    private readonly old?: DefinitionForm,
  ) {
    this.spec = form.spec;
    this.preserves = form.spec.preserveUnknownFields === true;
    const says = (keywords: readonly string[]): boolean =>
      this.schemas().some((schema) =>
        someSchema(schema, (part) => keywords.some((keyword) => part[keyword] !== undefined && part[keyword] !== null)),
      );
    this.isStructural = requirements.structural || !this.preserves || says(['default']) || says(EXTENSIONS);
  }

  errors(): FieldError[] {
    const { form, spec } = this;
    return [
      ...groupErrors(spec.group),
      ...scopeErrors(spec.scope),
      ...this.schemaPresence(),
      ...form.versions.flatMap((version, index) => this.versionErrors(version, `spec.versions[${String(index)}]`)),
      ...this.storageErrors(),
      ...nameErrors(spec),
      ...this.schemaErrors(form, 'spec.validation', this.statusIsServed(), this.old?.schema?.openAPIV3Schema),
      ...scalePathErrors(form.subresources?.scale, 'spec.subresources'),
      ...columnErrors(form.additionalPrinterColumns, 'spec.additionalPrinterColumns'),
      ...this.topSelectableErrors(),
      ...this.conversion(),
    ];
  }

  private schemas(): JsonObject[] {
    const schemas = [this.form, ...this.form.versions].map(({ schema }) => schema?.openAPIV3Schema);
    return schemas.filter((schema) => schema !== undefined);
  }

  private statusIsServed(): boolean {
    return [this.form, ...this.form.versions].some(({ subresources }) => subresources?.status !== undefined);
  }

  private schemaPresence(): FieldError[] {
    if (this.form.schema?.openAPIV3Schema !== undefined) return [];
    const { requirements } = this;
    if (!requirements.schema && this.preserves) return [];
    return this.form.versions.flatMap(({ schema, served }, index) => {
      if (schema?.openAPIV3Schema !== undefined || (!requirements.schema && !served)) return [];
      const path = `spec.versions[${String(index)}].schema.openAPIV3Schema`;
      return [requiredField(path, requirements.schema ? '' : 'because otherwise all fields are pruned')];
    });
  }

  private versionErrors(version: DefinitionVersion, path: string): FieldError[] {
    const name = dns1035LabelErrors(version.name);
    const perVersion = this.form.versions.some(({ subresources }) => subresources !== undefined);
    const subresources = perVersion ? version.subresources : this.form.subresources;
    const old = this.old?.versions.find((candidate) => candidate.name === version.name)?.schema?.openAPIV3Schema;
    const { selectableFields } = version;
    const schema = version.schema?.openAPIV3Schema;
    return [
      ...(name.length === 0 ? [] : [invalidField(`${path}.name`, version.name, name.join(','))]),
      ...deprecationErrors(version, `${path}.deprecationWarning`),
      ...this.schemaErrors(version, `${path}.schema`, subresources?.status !== undefined, old),
      ...scalePathErrors(version.subresources?.scale, `${path}.subresources`),
      ...columnErrors(version.additionalPrinterColumns, `${path}.additionalPrinterColumns`),
      ...(selectableFields === undefined || selectableFields.length === 0
        ? []
        : schema === undefined
          ? [
              invalidField(
                `${path}.selectableFields`,
                '',
                'may only be set when `version.schema.openAPIV3Schema` is not included',
              ),
            ]
          : selectableFieldErrors(selectableFields, schema, `${path}.selectableFields`)),
    ];
  }

  private storageErrors(): FieldError[] {
    const { versions } = this.form;
    const errors: FieldError[] = [];
    const names = versions.map(({ name }) => name);
    const shown = shownVersions(versions);
    if (new Set(names).size < names.length) {
      errors.push(invalidField('spec.versions', shown, 'must contain unique version names'));
    }
    if (versions.filter(({ storage }) => storage).length !== 1) {
      errors.push(invalidField('spec.versions', shown, 'must have exactly one version marked as storage version'));
    }
    const [first] = names;
    const label = first === undefined || first === '' ? [] : dns1035LabelErrors(first);
    if (first !== undefined && label.length > 0) errors.push(invalidField('spec.version', first, label.join(',')));
    return errors;
  }

  /** What is wrong with a schema; costs of rules aren't held against one that stays as it was. */
  private schemaErrors(
    parts: VersionedParts,
    path: string,
    hasStatus: boolean,
    old: JsonObject | undefined,
  ): FieldError[] {
    const schema = parts.schema?.openAPIV3Schema;
    if (schema === undefined) return [];
    const at = `${path}.openAPIV3Schema`;
    const errors = [
      ...(hasStatus ? rootErrors(schema, at) : []),
      ...(schema['nullable'] === true ? [forbiddenField(`${at}.nullable`, 'nullable cannot be true at the root')] : []),
    ];
    const why = this.isStructural ? unreadable(schema) : undefined;
    const structural = this.isStructural && why === undefined ? this.structural(schema, at) : [];
    errors.push(...structural, ...openApiErrors(schema, at, this.requirements));
    if (errors.length === 0 && why !== undefined) errors.push(invalidField(at, '', why));
    if (errors.length > 0 || !this.isStructural) return errors;
    return [...this.rules.check(schema, { path: at, ...(old === undefined ? {} : { old }) })];
  }

  private structural(schema: JsonObject, path: string): FieldError[] {
    const errors = structuralErrors(schema, path);
    if (errors.length > 0) return errors;
    return defaultErrors(schemaNodeOf(schema), path, this.requirements.prunedDefaults);
  }

  private topSelectableErrors(): FieldError[] {
    const { selectableFields = [], schema } = this.form;
    const path = 'spec.selectableFields';
    if (selectableFields.length === 0) return [];
    if (schema === undefined) return [invalidField(path, '', 'may only be set when validations.schema is included')];
    return selectableFieldErrors(selectableFields, schema.openAPIV3Schema ?? {}, path);
  }

  private conversion(): FieldError[] {
    const { conversion } = this.spec;
    const path = 'spec.conversion';
    const mustBeNone = this.preserves && conversion !== undefined && conversion.strategy !== 'None';
    return [
      ...(mustBeNone
        ? [invalidField(`${path}.strategy`, conversion.strategy, 'must be None if spec.preserveUnknownFields is true')]
        : []),
      ...conversionErrors(conversion, path, this.requirements),
    ];
  }
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [requiredField('spec.group')];
  const errors = dns1123SubdomainErrors(group);
  if (errors.length > 0) return [invalidField('spec.group', group, errors.join(','))];
  return group.includes('.') ? [] : [invalidField('spec.group', group, 'should be a domain with at least one dot')];
}

function scopeErrors(scope: string): FieldError[] {
  const scopes = ['Cluster', 'Namespaced'];
  if (scope === '') return [requiredField('spec.scope')];
  return scopes.includes(scope) ? [] : [notSupportedField('spec.scope', scope, scopes)];
}

function nameErrors({ names }: DefinitionSpec): FieldError[] {
  const required = (['plural', 'singular', 'kind', 'listKind'] as const).filter((name) => (names[name] ?? '') === '');
  return [...required.map((name) => requiredField(`spec.names.${name}`)), ...definitionNameErrors(names, 'spec.names')];
}

function rootErrors(schema: JsonObject, path: string): FieldError[] {
  for (const member of saidMembers(schema)) {
    const type = textAt(schema, 'type');
    if (member === 'Type' && type !== 'object') {
      const detail =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      return [invalidField(`${path}.type`, type, detail)];
    }
    if (!BESIDE_STATUS.split(' ').includes(member)) {
      const detail = `only [${BESIDE_STATUS}] fields are allowed at the root of the schema if the status subresource is enabled`;
      return [invalidField(path, shownSchema(schema), detail)];
    }
  }
  return [];
}
