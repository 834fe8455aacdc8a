/** What a browser reads where Envoy answers by itself: the gate is away, or the app is. */
import type { JsonObject } from '../../api/json';
import { typedConfig } from './typed-config';

/** The pages of the connection manager. */
export function localReplies(): JsonObject {
  return {
    mappers: [
      mapper(
        detailsAre('ext_authz_error'),
        page(
          'Nobody can be let in right now',
          'The access layer, which decides who gets in, did not answer. Try again in a moment; if it goes on, tell an administrator that the gate is not reachable from this environment.',
        ),
      ),
      mapper(
        { response_flag_filter: { flags: ['UF', 'UH', 'UC'] } },
        page(
          'The app does not answer',
          'The environment is there, and its app is not: it is still starting, or has ended. Try again in a moment.',
        ),
      ),
    ],
  };
}

function detailsAre(details: string): JsonObject {
  return {
    extension_filter: {
      name: 'envoy.access_loggers.extension_filters.cel',
      typed_config: typedConfig('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', {
        expression: `response.code_details == '${details}'`,
      }),
    },
  };
}

function mapper(filter: JsonObject, html: string): JsonObject {
  return {
    filter,
    body_format_override: { text_format_source: { inline_string: html }, content_type: 'text/html; charset=utf-8' },
    headers_to_add: [
      { header: { key: 'cache-control', value: 'no-store' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    ],
  };
}

/** Percent signs would be Envoy's to replace; there are none. */
function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
