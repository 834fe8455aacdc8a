/** Far more than any provider has to say. */
const LONGEST_BODY = 1024 * 1024;

/** `fetch` of answers that end: one that is longer than a megabyte is refused, whatever it says of its length. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  if (response.body === null) return response;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop by the error ends the connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > LONGEST_BODY) throw new TypeError(`the answer of ${new URL(url).host} is longer than a megabyte`);
    chunks.push(chunk);
  }
  const { status, statusText, headers } = response;
  const isWithoutBody = status === 204 || status === 205 || status === 304;
  return new Response(isWithoutBody ? null : Buffer.concat(chunks), { status, statusText, headers });
}
