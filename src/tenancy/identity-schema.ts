/**
 * Where a Tenancy says that accounts of people are managed.
 */
import { Type } from '@sinclair/typebox';
import { EXPLAIN, listSet, stringEnum } from '../schema/keywords';

/** Name of the Secret that the controller may read, unless more is granted. */
export const IDENTITY_SECRET = 'adrasteia-identity';

const word = (description: string) => Type.String({ minLength: 1, maxLength: 253, description });

/** The mail that leads the owner of a new address in. */
const MAILS = Type.Object(
  {
    actions: listSet(stringEnum(['VerifyEmail', 'UpdatePassword']), {
      default: ['VerifyEmail', 'UpdatePassword'],
      maxItems: 2,
      description: 'What its reader is asked to do. None: no mail is sent.',
    }),
    lifespan: Type.String({
      default: '30d',
      minLength: 2,
      maxLength: 32,
      pattern: '^([0-9]{1,9}d)?([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?$',
      [EXPLAIN]: 'a duration such as 30d or 12h',
      description: 'How long its link works.',
    }),
  },
  { default: {}, description: 'The mail to each address that its owner hasn’t verified, once.' },
);

/** The identity provider whose accounts the controller manages. */
export const IDENTITY_PROVIDER = Type.Object(
  {
    keycloak: Type.Object(
      {
        url: Type.String({
          minLength: 1,
          maxLength: 2048,
          pattern: '^https?://[^/?#\\s]+(/[^?#\\s]*[^/?#\\s])?$',
          [EXPLAIN]: 'an http or https URL without a slash at its end',
          description: 'Address of the server, with its path if it has one.',
        }),
        realm: word('The realm that people are in.'),
        client: word('The client whose roles people are given.'),
        credentialsSecret: Type.Object(
          { name: word('Name of the Secret.') },
          {
            default: { name: IDENTITY_SECRET },
            description:
              'Secret in the controller’s own namespace with the keys clientId and clientSecret: a client whose service account has the roles manage-users, manage-clients and query-clients of realm-management.',
          },
        ),
        mails: MAILS,
      },
      { description: 'A Keycloak.' },
    ),
  },
  {
    description:
      'The identity provider in which every tenant has an account, and every workspace its roles. Absent: nobody’s accounts are managed, and those that are there stay as they are.',
  },
);
