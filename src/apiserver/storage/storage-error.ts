/** What can go wrong with the directory of a storage. */

/** A failure of a storage on disk; match on `code`. */
export type StorageErrorCode =
  | 'StorageLocked'
  | 'StorageFormatUnknown'
  | 'StorageDamaged'
  | 'StorageFull'
  | 'StorageWriteFailed';

/** A storage can't be opened, read or written. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  constructor(
    readonly code: StorageErrorCode,
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

/** No space, too large a file, over quota: as Node and as LMDB call it. */
const FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EFBIG', 'EDQUOT', 28, 27, 122, -30792]);

/** What a writer is told whose change could not be kept. */
export function writeFailure(directory: string, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return FULL_CODES.has(code)
    ? new StorageError(
        'StorageFull',
        `nothing was written to the storage ${directory}: its disk is full; free some space`,
        {
          cause,
        },
      )
    : new StorageError('StorageWriteFailed', `nothing was written to the storage ${directory}: ${messageOf(cause)}`, {
        cause,
      });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
