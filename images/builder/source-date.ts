/** The time that every entry of a layer and every image has, in seconds since 1970: the year 2000 begins. */
export const SOURCE_DATE_EPOCH = 946_684_800;

/** The same as the image specification writes it. */
export const SOURCE_DATE = new Date(SOURCE_DATE_EPOCH * 1000).toISOString().replace('.000Z', 'Z');
