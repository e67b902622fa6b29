/** @param text in whichever case */
export function isUuid(text: string): boolean {
  return uuid.test(text.toLowerCase());
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID in lower case; for what is none the nil UUID, which names nothing, so that it is looked up in vain like any other. */
export function uuidOrNil(text = ''): string {
  return isUuid(text) ? text.toLowerCase() : '00000000-0000-0000-0000-000000000000';
}
