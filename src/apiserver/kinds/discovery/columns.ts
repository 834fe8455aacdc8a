/** Columns of the table of endpoint slices. */
import type { JsonObject } from '../../../api/json';
import type { Column } from '../../resources/resource';
import { jsonOf, listAt, optionalNumberAt, optionalTextAt, textAt, textsAt } from '../json-members';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table-cells';

const SHOWN = 3;

/** The first items, and how many more there are. */
function someOf(items: readonly string[]): string {
  const text = items.slice(0, SHOWN).join(',');
  if (items.length > SHOWN) return `${text} + ${String(items.length - SHOWN)} more...`;
  return text === '' ? '<unset>' : text;
}

function portText(port: JsonObject): string {
  const number = optionalNumberAt(port, 'port');
  return number === undefined ? (optionalTextAt(port, 'name') ?? '*') : String(number);
}

export const endpointSliceColumns: readonly Column[] = [
  NAME_COLUMN,
  column(
    'AddressType',
    'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the same type. This field is immutable after creation. The following address types are currently supported: * IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: Represents a Fully Qualified Domain Name.',
    (object) => textAt(jsonOf(object), 'addressType'),
  ),
  column(
    'Ports',
    'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique name. When ports is empty, it indicates that there are no defined ports. When a port is defined with a nil port value, it indicates "all ports". Each slice may include a maximum of 100 ports.',
    (object) => someOf(listAt(jsonOf(object), 'ports').map(portText)),
  ),
  column(
    'Endpoints',
    'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.',
    (object) => someOf(listAt(jsonOf(object), 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses'))),
  ),
  AGE_COLUMN,
];
