/** HTML in which every value is escaped unless it is HTML itself. */

/** Text that is HTML already, of our own making. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes; undefined leaves nothing behind. */
export type HtmlValue = string | Html | readonly Html[] | undefined;

/**
 * HTML from a template: strings are escaped, so that they mean the same between tags and in quoted attributes. Attributes of
 * a template are always in double quotes; addresses go through `linkTarget`.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => {
    text += textOf(value) + (parts[index + 1] ?? '');
  });
  return new Html(text);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function textOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}

/** An address that may stand behind a link: http, https, or a path; `/` in the place of anything else, such as a script. */
export function linkTarget(address: string): string {
  return /^(?:https?:\/\/|\/(?![/\\]))[^\s\\]*$/i.test(address) ? address : '/';
}
